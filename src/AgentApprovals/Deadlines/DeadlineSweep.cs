using AgentApprovals.Bursts;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Deadlines;

/// <summary>
/// Writes down what already holds: what is due by the clock, and what a session's end or a stop has settled. It decides
/// nothing; run twice, or never, nothing else comes out.
/// </summary>
public sealed class DeadlineSweep(Reader reader, Data.Ledger.Ledger ledger)
{
    private const int Batch = 500;

    private readonly BurstDenials _bursts = new(reader, ledger);

    /// <summary>Writes down all that is due, in batches that yield to commands.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (await OnceAsync() && !cancel.IsCancellationRequested)
        {
        }
    }

    /// <summary>The next instant at which something falls due; null where nothing waits.</summary>
    public Task<Moment?> NextDueAsync() => reader.LookAsync(async db =>
    {
        var action = await db.Actions.Where(a => a.DueAt != null).OrderBy(a => a.DueAt).Select(a => a.DueAt).FirstOrDefaultAsync();
        var session = await db.Sessions.Where(s => s.Status == SessionStatus.Active).OrderBy(s => s.ExpiresAt).Select(s => (Moment?)s.ExpiresAt).FirstOrDefaultAsync();
        return action is { } a && session is { } s ? Moment.Earlier(a, s) : action ?? session;
    });

    private async Task<bool> OnceAsync()
    {
        var now = reader.Now;
        var (actions, sessions, stop, isMore) = await reader.LookAsync(async db =>
        {
            var due = await db.Actions.Where(a => a.DueAt != null && a.DueAt <= now).OrderBy(a => a.DueAt).Take(Batch).Select(a => a.Sequence).ToListAsync();
            var expired = await db.Sessions.Where(s => s.Status == SessionStatus.Active && s.ExpiresAt <= now).OrderBy(s => s.Sequence).Take(Batch).Select(s => s.Sequence).ToListAsync();
            // Open actions of sessions that are over: there are none but right after an end, an expiry or a stop.
            var left = due.Count == Batch ? [] : await db.Actions
                .Where(a => a.Status < ActionStatus.Completed && db.Sessions.Any(s => s.Sequence == a.SessionSequence && s.Status != SessionStatus.Active)).OrderBy(a => a.Sequence)
                .Take(Batch).Select(a => a.Sequence).ToListAsync();
            var open = await db.Stops.Where(s => !s.Settled).OrderBy(s => s.Sequence).FirstOrDefaultAsync();
            var hit = open is null ? [] : await CoveredAsync(db, open);
            return (due.Union(left).ToList(), expired.Union(hit).ToList(), hit.Count + left.Count == 0 ? open : null, due.Count + expired.Count + left.Count + hit.Count > 0);
        });
        if (actions.Count + sessions.Count > 0)
            await ledger.CommitAsync(new WriteDown(actions, sessions));
        if (stop is not null)
            await ledger.CommitAsync(new SettleStop(stop.Id));
        if (await reader.LookAsync(db => db.Bursts.FirstOrDefaultAsync(b => !b.Settled)) is { } burst)
            await _bursts.FinishAsync(burst);
        return isMore || stop is not null;
    }

    /// <summary>Sessions that a stop has cut off and whose rows do not say so yet.</summary>
    private static Task<List<long>> CoveredAsync(Data.Storage.LedgerContext db, StopState stop) => db.Sessions
        .Where(s => s.Status == SessionStatus.Active).Where(StopReach.CoveredBy(stop)).OrderBy(s => s.Sequence).Take(Batch).Select(s => s.Sequence).ToListAsync();
}
