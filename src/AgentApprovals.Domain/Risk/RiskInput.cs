using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Policies;

namespace AgentApprovals.Domain.Risk;

/// <summary>What can be told of a payload without knowing the agent: found once, before the ledger is asked.</summary>
/// <param name="Audience">Recipients, rows or members, as a list's length or a number; null where nothing says.</param>
/// <param name="Hidden">Examples of hidden, bidirectional or look-alike characters, as <c>U+200B</c>.</param>
/// <param name="Secrets">Kinds of secrets that seem to be in it.</param>
public sealed record PayloadFacts(long? Audience, IReadOnlyList<string> Hidden, IReadOnlyList<string> Secrets)
{
    /// <summary>As well as what is hidden in the texts around it: where it goes and what it is said to be are read too.</summary>
    public PayloadFacts With(IReadOnlyList<string> resource, IReadOnlyList<string> summary) =>
        resource.Count + summary.Count == 0 ? this : this with { Hidden = [.. Hidden.Union(resource).Union(summary)] };

    public static PayloadFacts Nothing { get; } = new(null, [], []);
}

/// <summary>All that a score is made of. What the agent claims of itself is not among it.</summary>
/// <param name="Type">Null where no catalogue entry describes it.</param>
/// <param name="Days">The agent's record of the last 30 days.</param>
/// <param name="LikeInLastMinute">Like actions of this agent in the last minute, this one not counted.</param>
/// <param name="BurstCount">How many of those make a burst.</param>
/// <param name="InBurst">It is one of a burst, by its rule's own count.</param>
public sealed record RiskInput(
    ActionType? Type,
    string TypeName,
    PayloadFacts Payload,
    Directed Directed,
    bool ResourceIsNew,
    int LikeInLastMinute,
    int BurstCount,
    bool InBurst,
    IReadOnlyCollection<AgentDay> Days,
    Moment Now);
