using AgentApprovals.Domain.Actions;

namespace AgentApprovals.Domain.Policies;

/// <summary>How a rule handles an action. The order is that of strictness: deny over review over veto over allow.</summary>
public enum RuleMode
{
    /// <summary>Released at the end of its window; nobody is told.</summary>
    Allow = 0,

    /// <summary>Released at the end of its window unless someone denies.</summary>
    Veto = 1,

    /// <summary>Released only when enough people approved.</summary>
    Review = 2,

    /// <summary>Refused at submission.</summary>
    Deny = 3,
}

/// <summary>One part of a requirement: <paramref name="Count"/> (1 to 10) people from a role or, as <c>group:name</c>, a group.</summary>
public sealed record RequiredPart(string From, int Count);

/// <summary>
/// Alternatives, each a list of parts that must all be met: <c>[[1 Reviewer, 1 group:security], [1 Manager]]</c> reads
/// "1 Reviewer and 1 of security, or 1 Manager". One person fills one part.
/// </summary>
public sealed record Requirement(IReadOnlyList<IReadOnlyList<RequiredPart>> Alternatives);

/// <summary>What a rule looks at. Patterns: <c>*</c> is any run of characters; an empty <paramref name="Labels"/> matches any agent.</summary>
public sealed record RuleMatch(
    IReadOnlyList<string> Types,
    IReadOnlyList<string> Resources,
    IReadOnlyList<string> Agents,
    IReadOnlyList<string> Labels,
    int MinRisk,
    Directed? Directed);

/// <summary>Likeness in time that is gathered into one card: more than <paramref name="Count"/> in <paramref name="PerSeconds"/>.</summary>
public sealed record BurstLimit(int Count, int PerSeconds);

/// <summary>How many actions per agent an <c>allow</c> or <c>veto</c> rule releases in a while.</summary>
public sealed record RuleBudget(int Count, int PerSeconds);

/// <summary>One rule of a policy; the first that matches wins. Durations are whole seconds.</summary>
public sealed record Rule
{
    public required string Name { get; init; }
    public required RuleMatch Match { get; init; }
    public required RuleMode Mode { get; init; }
    public required Requirement Requires { get; init; }
    public bool SecondPerson { get; init; } = true;
    public int ConfirmationWindowSeconds { get; init; } = 60;
    public int HoldAfterApprovalSeconds { get; init; } = 10;
    public int ExpiresAfterSeconds { get; init; } = 1800;
    public int PermitSeconds { get; init; } = 300;
    public int ExecuteSeconds { get; init; } = 900;
    public int DeniedMemorySeconds { get; init; } = 86400;
    public BurstLimit Burst { get; init; } = new(10, 60);
    public Moment? ExpiresAt { get; init; }
    public RuleBudget? Budget { get; init; }
}

/// <summary>The ordered rules as they stood from one moment on; version 0 has none. Never changed, only followed by the next.</summary>
public sealed record Policy(int Version, IReadOnlyList<Rule> Rules);
