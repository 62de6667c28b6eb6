using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Data.Queries;

/// <summary>What is told of a decision, with what it was said of as that stands now: one of the two.</summary>
public sealed record DecisionView(DecisionFact Fact, ActionView? Action, BurstView? Burst)
{
    private const int MostOfAnEntry = 4096;

    /// <summary>Its place in a list, which one entry can have several of.</summary>
    public long Place => (Fact.Sequence * MostOfAnEntry) + Fact.Nth;

    internal static (long Sequence, int Nth) At(long place) => (place / MostOfAnEntry, (int)(place % MostOfAnEntry));
}

/// <summary>What a list of decisions is narrowed to; null: anything.</summary>
public sealed record DecisionFilter(
    DecisionFactKind Kind = DecisionFactKind.Said,
    PersonId? Person = null,
    bool? IsYes = null,
    int? Hour = null,
    DaySpan Days = default,
    Func<DecisionView, bool>? IsVisible = null);

/// <summary>Lists of what people decided.</summary>
public static class DecisionQueries
{
    /// <summary>Newest first, from before a place on.</summary>
    public static Task<Page<DecisionView>> DecisionsAsync(this Reader reader, DecisionFilter filter, long? before, int limit)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(filter);
        return reader.LookAsync(async db =>
        {
            var facts = await NarrowAsync(db, filter);
            var (sequence, nth) = before is { } place ? DecisionView.At(place) : (long.MaxValue, 0);
            var rows = await facts.Where(f => f.Sequence <= sequence && (f.Sequence < sequence || f.Nth < nth))
                .OrderByDescending(f => f.Sequence).ThenByDescending(f => f.Nth).Take(limit + 1).ToListAsync();
            var views = await ViewAsync(db, rows, reader.Now);
            return new Page<DecisionView>([.. views.Take(limit).Where(v => filter.IsVisible?.Invoke(v) ?? true)], views.Count > limit ? views[limit - 1].Place : null);
        });
    }

    private static async Task<IQueryable<DecisionFact>> NarrowAsync(LedgerContext db, DecisionFilter filter)
    {
        var facts = db.DecisionFacts.Where(f => f.Kind == filter.Kind);
        if (filter.Person is { } person)
            facts = facts.Where(f => f.Person == person);
        if (filter.IsYes is { } isYes)
            facts = facts.Where(f => f.IsYes == isYes);
        if (filter.Hour is { } hour)
            facts = facts.Where(f => f.Hour == hour);
        if (filter.Days.IsAny)
            return facts;
        var (first, end) = await filter.Days.SequencesAsync(db.DecisionFacts.Select(f => new DaySpan.Dated { Sequence = f.Sequence, At = f.At }));
        return facts.Where(f => f.Sequence >= first && f.Sequence < end);
    }

    private static async Task<IReadOnlyList<DecisionView>> ViewAsync(LedgerContext db, IReadOnlyList<DecisionFact> facts, Moment now)
    {
        var (actions, bursts) = (facts.Select(f => f.ActionSequence).OfType<long>().ToHashSet(), facts.Select(f => f.BurstSequence).OfType<long>().ToHashSet());
        var byAction = (await Reader.ViewAsync(db, await db.Actions.Where(a => actions.Contains(a.Sequence)).ToListAsync(), now)).ToDictionary(v => v.Action.Sequence);
        var byBurst = (await BurstQueries.ViewAsync(db, await db.Bursts.Where(b => bursts.Contains(b.Sequence)).ToListAsync(), now)).ToDictionary(v => v.Burst.Sequence);
        return [.. facts.Select(f => new DecisionView(f, f.ActionSequence is { } a ? byAction[a] : null, f.BurstSequence is { } b ? byBurst[b] : null))];
    }
}
