using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Risk;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Data.Queries;

/// <summary>The order of a list of agents.</summary>
public enum AgentOrder
{
    Newest,
    Name,

    /// <summary>Riskiest first.</summary>
    Risk,
}

/// <summary>What an agent may be wanting, for those who look for it.</summary>
public enum AgentGap
{
    /// <summary>It may run where a stop can't reach its process.</summary>
    Runner,

    /// <summary>It holds permissions that it does not use.</summary>
    Use,

    /// <summary>It is active, and did nothing in thirty days.</summary>
    Activity,

    /// <summary>The gateway executed nothing of it in thirty days.</summary>
    Gateway,

    /// <summary>Nobody ever tried whether a stop reaches it.</summary>
    Drill,
}

/// <summary>What a list of agents is narrowed to; null: anything.</summary>
/// <param name="Query">Words that begin words of its name, display name, owner or labels.</param>
/// <param name="Registered">When it was registered.</param>
public sealed record AgentFilter(
    string? Query = null, IReadOnlySet<AgentStatus>? Statuses = null, AgentOrder Order = AgentOrder.Newest, RiskLevel? Level = null, AgentGap? Gap = null, DaySpan Registered = default);

/// <summary>An agent as a list of agents has it.</summary>
public sealed record ListedAgent(AgentState Agent, StandingRow Standing);

/// <summary>Pages of lists of agents, at the same cost at any depth, out of a million and more.</summary>
public sealed class AgentLists(Reader reader)
{
    public const int IdleDays = 30;

    /// <summary>So few are sorted where they are; of more, a page is found sooner by going along the order.</summary>
    private const int Few = 2000;

    /// <summary>A cursor of the list by risk holds the score above so many bits of the agent's sequence.</summary>
    private const int SequenceBits = 48;

    /// <summary>Those whom the person may see, from after the cursor on.</summary>
    public Task<Page<ListedAgent>> PageAsync(AgentFilter filter, PersonState person, long? after, int limit) => reader.LookAsync(async db =>
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(person);
        var narrowed = await NarrowAsync(db, filter, person);
        var found = new List<ListedAgent>(limit + 1);
        var from = after;
        while (found.Count <= limit)
        {
            var rows = await (await FromAsync(db, narrowed, filter.Order, from)).Take(limit + 1)
                .Join(db.Agents, s => s.AgentSequence, a => a.Sequence, (s, a) => new { s, a }).ToListAsync();
            // The join keeps no order that an engine promises.
            var some = Ordered(rows.Select(r => new ListedAgent(r.a, r.s)), filter.Order).ToList();
            found.AddRange(some.Where(l => person.MaySee(l.Agent)));
            if (some.Count <= limit)
                break;
            from = CursorOf(some[^1], filter.Order);
        }

        return new Page<ListedAgent>([.. found.Take(limit)], found.Count > limit ? CursorOf(found[limit - 1], filter.Order) : null);
    });

    /// <summary>How many agents like these the person may see that were registered after <paramref name="than"/>; at most <paramref name="most"/>.</summary>
    public async Task<int> NewerAsync(AgentFilter filter, PersonState person, long than, int most)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var newest = await PageAsync(filter with { Order = AgentOrder.Newest }, person, null, most);
        return newest.Items.Count(l => l.Agent.Sequence > than);
    }

    private static long CursorOf(ListedAgent last, AgentOrder order) =>
        order == AgentOrder.Risk ? ((long)last.Standing.Risk << SequenceBits) | last.Agent.Sequence : last.Agent.Sequence;

    private async Task<IQueryable<StandingRow>> NarrowAsync(LedgerContext db, AgentFilter filter, PersonState person)
    {
        var standings = db.Standings.AsQueryable();
        if (filter.Statuses is { Count: 1 } one && one.First() is var status)
            standings = standings.Where(s => s.Status == status);
        else if (filter.Statuses is { } statuses)
            standings = standings.Where(s => statuses.Contains(s.Status));
        if (filter.Level is { } level)
        {
            var (least, below) = RiskAssessment.ScoresOf(level);
            standings = standings.Where(s => s.Risk >= least && s.Risk < below);
        }

        if (!filter.Registered.IsAny)
        {
            // An agent bears the sequence of the entry by which it was registered.
            var (first, end) = await filter.Registered.SequencesAsync(db.Entries.Select(e => new DaySpan.Dated { Sequence = e.Sequence, At = e.At }));
            standings = standings.Where(s => s.AgentSequence >= first && s.AgentSequence < end);
        }

        var idle = reader.Now.PlusSeconds(-IdleDays * 86_400L);
        standings = filter.Gap switch
        {
            AgentGap.Runner => standings.Where(s => !s.RequiresRunner && s.Status != AgentStatus.Retired),
            AgentGap.Use => standings.Where(s => s.Unused > 0 && s.Status != AgentStatus.Retired),
            AgentGap.Activity => standings.Where(s => (s.SeenAt == null || s.SeenAt < idle) && s.Status == AgentStatus.Active),
            AgentGap.Gateway => standings.Where(s => !s.ThroughGateway && s.Status != AgentStatus.Retired),
            AgentGap.Drill => standings.Where(s => s.Status != AgentStatus.Retired && !Drills.Of(db).Select(d => d.TargetSequence).Contains(s.AgentSequence)),
            _ => standings,
        };
        if (!person.Has(Caller.Seers))
        {
            var own = AgentWords.OwnedBy(person.Email);
            standings = await HavingAsync(standings, db.AgentWords.Where(w => w.Word == own));
        }

        foreach (var beginning in AgentWords.Beginnings(filter.Query))
        {
            var below = AgentWords.After(beginning);
#pragma warning disable CA1309 // Compared in the database, whose collation of words is binary.
            standings = await HavingAsync(standings, db.AgentWords.Where(w => string.Compare(w.Word, beginning) >= 0 && string.Compare(w.Word, below) < 0));
#pragma warning restore CA1309
        }

        return standings;
    }

    /// <summary>Of agents that have one of the words: gathered first, where they are few; else each is asked on the way along the order.</summary>
    private static async Task<IQueryable<StandingRow>> HavingAsync(IQueryable<StandingRow> standings, IQueryable<AgentWordRow> words) =>
        await words.OrderBy(w => w.Word).ThenBy(w => w.AgentSequence).Skip(Few).AnyAsync()
            ? standings.Where(s => words.Any(w => w.AgentSequence == s.AgentSequence))
            : standings.Where(s => words.Select(w => w.AgentSequence).Contains(s.AgentSequence));

    private static async Task<IQueryable<StandingRow>> FromAsync(LedgerContext db, IQueryable<StandingRow> standings, AgentOrder order, long? after)
    {
        var sequence = after & ((1L << SequenceBits) - 1);
        switch (order)
        {
            case AgentOrder.Name:
                var name = after is null ? null : await db.Agents.Where(a => a.Sequence == sequence).Select(a => a.Name).SingleOrDefaultAsync();
#pragma warning disable CA1309 // Compared in the database, whose collation of names is binary.
                return (name is null ? standings : standings.Where(s => string.Compare(s.Name, name) > 0)).OrderBy(s => s.Name);
#pragma warning restore CA1309
            case AgentOrder.Risk:
                var risk = (int?)(after >> SequenceBits);
                return (after is null ? standings : standings.Where(s => s.Risk <= risk && (s.Risk < risk || s.AgentSequence < sequence)))
                    .OrderByDescending(s => s.Risk).ThenByDescending(s => s.AgentSequence);
            default:
                return (after is null ? standings : standings.Where(s => s.AgentSequence < sequence)).OrderByDescending(s => s.AgentSequence);
        }
    }

    private static IEnumerable<ListedAgent> Ordered(IEnumerable<ListedAgent> agents, AgentOrder order) => order switch
    {
        AgentOrder.Name => agents.OrderBy(l => l.Agent.Name, StringComparer.Ordinal),
        AgentOrder.Risk => agents.OrderByDescending(l => l.Standing.Risk).ThenByDescending(l => l.Agent.Sequence),
        _ => agents.OrderByDescending(l => l.Agent.Sequence),
    };
}
