using AgentApprovals.Data.Queries;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Stops;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Stops;

/// <summary>Stops, for whoever may see what they hit; a stop of everything is for those with a role.</summary>
public sealed class StopReader(Reader reader, StopSpool spool, StopReceipts receipts)
{
    /// <summary>Null where there is none, or the person may not know of it.</summary>
    public async Task<StopState?> SeenAsync(PersonState person, StopId id)
    {
        // What lies in the spool is in no database yet.
        if (spool.Find(id) is { } spooled)
            return person.Has(Caller.Seers) || spooled.Ahead.IsBy(person.Id) ? await receipts.OfAsync(spooled) : null;
        return await reader.LookAsync(async db => await db.Stops.SingleOrDefaultAsync(s => s.Id == id) is { } stop && await IsSeenAsync(db, person, stop) ? stop : null);
    }

    /// <summary>Those that the person may see, newest first, from before a sequence on.</summary>
    /// <param name="days">When they were ordered.</param>
    public Task<Page<StopState>> SeenAsync(PersonState person, long? before, int limit, DaySpan days = default) => reader.LookAsync(async db =>
    {
        var (first, end) = days.IsAny ? (0, long.MaxValue) : await days.SequencesAsync(db.Stops.Select(s => new DaySpan.Dated { Sequence = s.Sequence, At = s.At }));
        var seen = new List<StopState>(limit + 1);
        var from = Math.Min(before ?? long.MaxValue, end);
        while (seen.Count <= limit)
        {
            var at = from;
            var rows = await db.Stops.Where(s => s.Sequence < at && s.Sequence >= first).OrderByDescending(s => s.Sequence).Take(limit + 1).ToListAsync();
            foreach (var stop in rows)
            {
                if (await IsSeenAsync(db, person, stop))
                    seen.Add(stop);
            }

            if (rows.Count <= limit)
                break;
            from = rows[^1].Sequence;
        }

        return new Page<StopState>([.. seen.Take(limit)], seen.Count > limit ? seen[limit - 1].Sequence : null);
    });

    private static async Task<bool> IsSeenAsync(LedgerContext db, PersonState person, StopState stop)
    {
        if (person.Has(Caller.Seers))
            return true;
        var target = stop.TargetSequence;
        switch (stop.Scope)
        {
            case StopScope.Agent:
                return person.MaySee(await db.Agents.SingleAsync(a => a.Sequence == target));
            case StopScope.Session:
                var session = await db.Sessions.SingleAsync(s => s.Sequence == target);
                return person.MaySee(session, await db.Agents.SingleAsync(a => a.Sequence == session.AgentSequence));
            default:
                return false;
        }
    }
}
