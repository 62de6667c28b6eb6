using System.Linq.Expressions;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Data.Queries;

/// <summary>What a stop took away; <paramref name="Permits"/> are those of its actions that were being executed.</summary>
public sealed record StopCount(int Actions, int Permits);

/// <summary>What a stop reaches, whether or not it was written down yet.</summary>
public static class StopReach
{
    /// <summary><see cref="StopState.Covers"/>, as the database reads it.</summary>
    public static Expression<Func<SessionState, bool>> CoveredBy(StopState stop)
    {
        ArgumentNullException.ThrowIfNull(stop);
        var (sequence, target) = (stop.Sequence, stop.TargetSequence);
        return stop.Scope switch
        {
            StopScope.Session => s => s.Sequence == target && s.Sequence < sequence,
            StopScope.Agent => s => s.AgentSequence == target && s.Sequence < sequence,
            _ => s => s.Sequence < sequence,
        };
    }

    /// <summary>The sessions that it cut off, newest first, from before a sequence on.</summary>
    public static async Task<IReadOnlyList<SessionView>> SessionsAsync(LedgerContext db, StopState stop, long before, int most)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(stop);
        var written = await db.Sessions.Where(s => s.StoppedBy == stop.Sequence && s.Sequence < before)
            .OrderByDescending(s => s.Sequence).Take(most).ToListAsync();
        var waiting = stop.Settled ? [] : await db.Sessions.Where(s => s.Status == SessionStatus.Active && s.Sequence < before).Where(CoveredBy(stop))
            .OrderByDescending(s => s.Sequence).Take(most).ToListAsync();
        // Which of several stops, or its own clock, came first is for the one place that knows.
        var views = await Reader.ViewAsync(db, [.. written, .. waiting], stop.At);
        return [.. views.Where(v => v.Session.StoppedBy == stop.Sequence).OrderByDescending(v => v.Session.Sequence).Take(most)];
    }

    /// <summary>How many actions it stopped, and how many permits it revoked.</summary>
    public static async Task<StopCount> CountAsync(LedgerContext db, StopState stop)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(stop);
        var sessions = (await SessionsAsync(db, stop, long.MaxValue, int.MaxValue)).Select(v => v.Session.Sequence).ToList();
        var at = stop.At;
        // What its own clock had ended before, or at that very instant, was not the stop's doing.
        var hit = db.Actions.Where(a => sessions.Contains(a.SessionSequence) && (a.Status == ActionStatus.Stopped
            || (a.Status < ActionStatus.Completed && a.Status != ActionStatus.Approved && a.DueAt > at)
            || (a.Status == ActionStatus.Approved && a.PermitExpiresAt > at)));
        return new(await hit.CountAsync(), await hit.CountAsync(a => a.Status == ActionStatus.Executing || a.Outcome == Outcome.Unknown));
    }
}
