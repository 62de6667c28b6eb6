namespace AgentApprovals.Console.Ledger;

/// <summary>What an entry is a sign of; a mark beside its words, which say it too.</summary>
public enum Tone
{
    Plain = 0,
    Asked = 1,
    Yes = 2,
    No = 3,
    Done = 4,
    Refused = 5,
    Cut = 6,
}

/// <summary>An entry in words.</summary>
/// <param name="Actor">Who did it, by the name of then; null where the sentence stands alone (a clock, a rule, a limit).</param>
/// <param name="Detail">Facts in a few words. It may hold what an agent wrote, so it is shown as such.</param>
/// <param name="Quoted">What somebody wrote: a reason, a comment.</param>
public sealed record EntryStory(string? Actor, string Said, string? Detail, string? Quoted, Tone Tone);
