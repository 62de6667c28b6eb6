namespace AgentApprovals.Domain.People;

/// <summary>What a person may do; no role implies another. Stored by value.</summary>
[Flags]
public enum Roles
{
    None = 0,
    Administrator = 1,
    Manager = 2,
    Reviewer = 4,
    Auditor = 8,
    Verifier = 16,
}

/// <summary>How far a person's token may decide: the highest risk it may approve; below high it may not deny either.</summary>
public enum MayDecide
{
    None = 0,
    High = 1,
    All = 2,
}
