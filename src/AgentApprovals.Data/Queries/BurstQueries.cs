using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Bursts;
using AgentApprovals.Domain.People;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Data.Queries;

/// <summary>Bursts as they stand now, read off their members.</summary>
public static class BurstQueries
{
    /// <summary>Null where there is none.</summary>
    public static Task<BurstView?> BurstAsync(this Reader reader, BurstId id)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return reader.LookAsync(async db => await db.Bursts.SingleOrDefaultAsync(b => b.Id == id) is { } burst
            ? (await ViewAsync(db, [burst], reader.Now)).Single()
            : null);
    }

    /// <summary>Several at once, by sequence; those that are not there are left out.</summary>
    public static Task<IReadOnlyList<BurstView>> BurstsAsync(this Reader reader, IReadOnlyCollection<long> sequences)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return reader.LookAsync(async db => await ViewAsync(db, await db.Bursts.Where(b => sequences.Contains(b.Sequence)).ToListAsync(), reader.Now));
    }

    /// <summary>Those that the person may see as a whole, newest first, from before a sequence on.</summary>
    /// <param name="agent">Of this agent alone; null: of all.</param>
    /// <param name="days">When they opened.</param>
    public static Task<Page<BurstView>> BurstsAsync(this Reader reader, long? agent, PersonState person, long? before, int limit, DaySpan days = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(person);
        return reader.LookAsync(async db =>
        {
            var bursts = db.Bursts.Where(b => b.Sequence < (before ?? long.MaxValue));
            if (agent is { } one)
                bursts = bursts.Where(b => b.AgentSequence == one);
            if (!days.IsAny)
            {
                var (first, end) = await days.SequencesAsync(db.Bursts.Select(b => new DaySpan.Dated { Sequence = b.Sequence, At = b.OpenedAt }));
                bursts = bursts.Where(b => b.Sequence >= first && b.Sequence < end);
            }

            if (!person.Has(Caller.Seers))
            {
                var own = AgentWords.OwnedBy(person.Email);
                bursts = bursts.Where(b => db.AgentWords.Any(w => w.AgentSequence == b.AgentSequence && w.Word == own));
            }

            var views = await ViewAsync(db, await bursts.OrderByDescending(b => b.Sequence).Take(limit + 1).ToListAsync(), reader.Now);
            return new Page<BurstView>([.. views.Take(limit).Where(v => DenyBurst.MaySeeAll(person, v.Agent))], views.Count > limit ? views[limit - 1].Burst.Sequence : null);
        });
    }

    /// <summary>Members of a burst that wait, as they stand: what may be executed first, then what is approved, then what is pending.</summary>
    public static Task<IReadOnlyList<ActionView>> WaitingMembersAsync(this Reader reader, long burst)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return reader.LookAsync(async db =>
        {
            var rows = await db.Actions.Where(a => a.BurstSequence == burst && a.Status <= ActionStatus.Released).ToListAsync();
            var views = await Reader.ViewAsync(db, rows, reader.Now);
            return (IReadOnlyList<ActionView>)[.. views.Where(v => v.Action.Status.IsWaiting()).OrderByDescending(v => v.Action.Status).ThenBy(v => v.Action.Sequence)];
        });
    }

    internal static async Task<IReadOnlyList<BurstView>> ViewAsync(LedgerContext db, IReadOnlyList<BurstState> bursts, Moment now)
    {
        var agents = bursts.Select(b => b.AgentSequence).Distinct().ToList();
        var of = await db.Agents.Where(a => agents.Contains(a.Sequence)).ToDictionaryAsync(a => a.Sequence);
        var views = new List<BurstView>();
        foreach (var burst in bursts)
        {
            // Members come in the ledger's order, so the ends of the index are the first and the last of them.
            var members = db.Actions.Where(a => a.BurstSequence == burst.Sequence);
            var first = await members.OrderBy(a => a.Sequence).Select(a => a.SubmittedAt).FirstAsync();
            var last = await members.OrderByDescending(a => a.Sequence).Select(a => a.SubmittedAt).FirstAsync();
            var extent = new BurstExtent(await members.CountAsync(), first, last);
            views.Add(new(burst, of[burst.AgentSequence], extent, extent.IsOpen(burst, now)));
        }

        return views;
    }
}
