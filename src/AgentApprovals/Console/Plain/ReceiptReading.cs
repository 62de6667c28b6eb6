using AgentApprovals.Data.Queries;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Policies;
using AgentApprovals.Stops;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Console.Plain;

/// <summary>Reads what a receipt shows beside its layers: what had been done before, and what can be done now.</summary>
internal sealed partial class ReceiptReading(Reader reader, PolicyReader policies, StopSpool spool, ILogger<ReceiptReading> log)
{
    private const int MostSessions = 500;
    private const int MostActions = 2000;
    private const int Latest = 5;

    /// <summary>A stop that is in force and not on record can be read with nothing else.</summary>
    public async Task<ReceiptModel> ReadAsync(StopState stop, PersonState person)
    {
        if (spool.Find(stop.Id) is not null)
            return new() { Stop = stop, Next = NextStep.None };
        var target = stop.TargetSequence;
        var (agent, everythingBy) = await reader.LookAsync(async db => (
            stop.Scope switch
            {
                StopScope.Agent => await db.Agents.SingleAsync(a => a.Sequence == target),
                StopScope.Session => await db.Agents.SingleAsync(a => db.Sessions.Any(s => s.Sequence == target && s.AgentSequence == a.Sequence)),
                _ => null,
            },
            (await db.Consoles.SingleAsync()).StoppedBy));
        var stands = stop.Scope == StopScope.Everything ? everythingBy == stop.Sequence : agent!.StoppedBy == stop.Sequence;
        return new()
        {
            Stop = stop,
            Agent = agent is not null && person.MaySee(agent) ? agent : null,
            Next = stop.Scope == StopScope.Session
                ? agent is { StoppedBy: null, Retired: false } && person.MaySee(agent) ? NextStep.StopAgent : NextStep.None
                : !stands ? NextStep.Lifted
                : person.Has(Caller.Resumers) ? NextStep.Resume : NextStep.AskManager,
            MayExplain = stop.Reason is null && stop.IsBy(person.Id),
            Deeds = await DeedsAsync(stop, person),
        };
    }

    /// <summary>Null where it can't be read: the layers are what matters.</summary>
    private async Task<Deeds?> DeedsAsync(StopState stop, PersonState person)
    {
        try
        {
            var catalogue = await policies.CatalogueAsync();
            return await reader.LookAsync(db => DeedsAsync(db, stop, person, catalogue));
        }
        catch (Exception e)
        {
            Log.Unread(log, e);
            return null;
        }
    }

    private async Task<Deeds> DeedsAsync(LedgerContext db, StopState stop, PersonState person, Catalogue catalogue)
    {
        var sessions = await StopReach.SessionsAsync(db, stop, long.MaxValue, MostSessions + 1);
        var hit = sessions.Take(MostSessions).Where(v => person.MaySee(v.Session, v.Agent)).Select(v => v.Session.Sequence).ToList();
        var actions = db.Actions.Where(a => hit.Contains(a.SessionSequence));
        // What is written down is counted where it is; what is not yet, is judged here.
        var settled = await actions.Where(a => a.Status >= ActionStatus.Completed)
            .GroupBy(a => new { a.Status, a.Outcome, WasReleased = a.ReleaseAt != null && a.ReleaseAt <= stop.At })
            .Select(g => new { g.Key.Status, g.Key.Outcome, g.Key.WasReleased, Count = g.Count() }).ToListAsync();
        var open = await Reader.ViewAsync(db, await actions.Where(a => a.Status < ActionStatus.Completed).OrderByDescending(a => a.Sequence).Take(MostActions + 1).ToListAsync(), reader.Now);
        var counted = settled.Select(s => (s.Status, s.Outcome, s.WasReleased, s.Count))
            .Concat(open.Take(MostActions).Select(v => (v.Action.Status, v.Action.Outcome, WasReleased: v.Action.ReleaseAt is { } at && at <= stop.At, Count: 1))).ToList();
        var happened = await actions.Where(a => a.Outcome == Outcome.Unknown || a.Status == ActionStatus.Executing || a.Status == ActionStatus.Completed)
            .OrderBy(a => a.Status == ActionStatus.Completed).ThenByDescending(a => a.Sequence).Take(Latest).ToListAsync();
        return new(
            hit.Count,
            Of(ActionStatus.Completed),
            Sum(c => c.Status == ActionStatus.Failed && c.Outcome != Outcome.Unknown),
            Sum(c => c.Outcome == Outcome.Unknown),
            Sum(c => c.Status == ActionStatus.Stopped && c.Outcome is null && c.WasReleased),
            Sum(c => c.Status == ActionStatus.Stopped && c.Outcome is null && !c.WasReleased),
            sessions.Count > MostSessions || open.Count > MostActions,
            [.. (await Reader.ViewAsync(db, happened, reader.Now)).Select(v => new Deed(v, catalogue.Find(v.Action.Type)?.Title ?? v.Action.Type))]);

        int Of(ActionStatus status) => Sum(c => c.Status == status);
        int Sum(Func<(ActionStatus Status, Outcome? Outcome, bool WasReleased, int Count), bool> wanted) => counted.Where(wanted).Sum(c => c.Count);
    }

    private static partial class Log
    {
        [LoggerMessage(1413, LogLevel.Warning, "A receipt could not read what was done before the stop")]
        public static partial void Unread(ILogger logger, Exception exception);
    }
}
