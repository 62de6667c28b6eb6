using AgentApprovals.Domain.Bursts;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Domain.Actions;

/// <summary>What is to be told of a person's decision.</summary>
public enum DecisionFactKind
{
    /// <summary>They said yes or no: to an action, or once to a whole burst.</summary>
    Said = 0,

    /// <summary>They said it sooner than the payload can be read.</summary>
    Hurried = 1,

    /// <summary>Another person said the same of the same action; one for each of the others.</summary>
    Agreed = 2,

    /// <summary>Another person said otherwise.</summary>
    Differed = 3,
}

/// <summary>
/// One thing that is told of one person's decision, kept as it was when it was said: an approval that is taken back later was said all the same. What
/// reviewers' figures count (<see cref="Agents.Counters"/>) is read off these, so the list behind a figure is these rows and can't be another.
/// </summary>
public sealed record DecisionFact
{
    /// <summary>Of the entry that says it; with <see cref="Nth"/> the key.</summary>
    public required long Sequence { get; init; }

    /// <summary>An entry can say several, of several people: counted from 0.</summary>
    public required int Nth { get; init; }
    public required DecisionFactKind Kind { get; init; }
    public required PersonId Person { get; init; }

    /// <summary>What <see cref="Person"/> said.</summary>
    public required bool IsYes { get; init; }

    /// <summary>With whom they agreed, or from whom they differed.</summary>
    public PersonId? Other { get; init; }

    /// <summary>Null where it was said of a burst.</summary>
    public long? ActionSequence { get; init; }
    public long? BurstSequence { get; init; }
    public required Moment At { get; init; }

    /// <summary>The UTC hour of <see cref="At"/>, stored for narrowing.</summary>
    public int Hour
    {
        get => At.Hour;
        private init { }
    }

    /// <summary>What an entry says of people's decisions; nothing where nobody decided with it.</summary>
    /// <param name="entry">The entry's sequence.</param>
    /// <param name="before">The row before it; null where the entry made it.</param>
    public static IReadOnlyList<DecisionFact> Of(long entry, string kind, IRow? before, IRow after, Moment now) => after switch
    {
        ActionState action => [.. OfAction(kind, before as ActionState, action, now).Select((f, i) => f with { Sequence = entry, Nth = i })],
        BurstState { Denial.Person: { } person } burst when kind == Kinds.BurstDenied =>
            [new() { Sequence = entry, Nth = 0, Kind = DecisionFactKind.Said, Person = person, IsYes = false, BurstSequence = burst.Sequence, At = now }],
        _ => [],
    };

    private static IEnumerable<DecisionFact> OfAction(string kind, ActionState? before, ActionState action, Moment now) => kind switch
    {
        Kinds.ActionApproval => Said(action, action.Approvals[^1].Person, true, now),
        // What a person's direction, a clock or an edit approved has no yes of its own.
        Kinds.ActionApproved when action.Approvals.Count > (before?.Approvals.Count ?? 0) => Said(action, action.Approvals[^1].Person, true, now),
        // One no to a burst's card is one decision, however many members it is written down on.
        Kinds.ActionDenied when action.Denial?.Person is { } person && action.BurstSequence is null => Said(action, person, false, now),
        _ => [],
    };

    private static IEnumerable<DecisionFact> Said(ActionState action, PersonId who, bool isYes, Moment now)
    {
        yield return One(DecisionFactKind.Said, who, isYes, null);
        if (!Reading.WasPossible(action, who, now))
            yield return One(DecisionFactKind.Hurried, who, isYes, null);
        var how = isYes ? DecisionFactKind.Agreed : DecisionFactKind.Differed;
        // What somebody says beside the yes of others counts for both, for neither is right because they came first.
        foreach (var other in action.Approvals.Where(a => a.Person != who).Select(a => a.Person))
        {
            yield return One(how, who, isYes, other);
            yield return One(how, other, true, who);
        }

        DecisionFact One(DecisionFactKind kind, PersonId person, bool said, PersonId? with) =>
            new() { Sequence = 0, Nth = 0, Kind = kind, Person = person, IsYes = said, Other = with, ActionSequence = action.Sequence, At = now };
    }
}
