using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Sessions;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Runners;

/// <summary>When runners were last heard, for nodes that share a database; alone, a console knows by itself and nothing is written.</summary>
/// <param name="isShared">Other nodes hear runners too.</param>
public sealed partial class LeaseStore(IDbContextFactory<LedgerContext> contexts, bool isShared, ILogger<LeaseStore> log)
{
    public async Task WriteAsync(long session, Moment heardAt)
    {
        if (!isShared)
            return;
        await using var db = await contexts.CreateDbContextAsync();
        if (await db.Leases.Where(l => l.SessionSequence == session).ExecuteUpdateAsync(l => l.SetProperty(x => x.HeardAt, heardAt)) > 0)
            return;
        db.Leases.Add(new() { SessionSequence = session, HeardAt = heardAt });
        await db.SaveChangesAsync();
    }

    /// <summary>The sessions whose runner is waited for, and when one was heard; none where this console is alone.</summary>
    public async Task<IReadOnlyList<(SessionState Session, Moment? HeardAt)>> ReadAsync()
    {
        if (!isShared)
            return [];
        await using var db = await contexts.CreateDbContextAsync();
        var sessions = await db.Sessions.AsNoTracking().Where(s => s.Status == SessionStatus.Active && s.RunnerTokenHash != null).ToListAsync();
        var heard = await db.Leases.AsNoTracking().ToDictionaryAsync(l => l.SessionSequence, l => l.HeardAt);
        return [.. sessions.Where(s => !s.Runner!.IsDead).Select(s => (s, heard.TryGetValue(s.Sequence, out var at) ? at : (Moment?)null))];
    }

    /// <summary>The session is over; in its own time, for nobody waits for it.</summary>
    public void Forget(long session)
    {
        if (isShared)
            _ = Task.Run(() => ForgetAsync(session));
    }

    private async Task ForgetAsync(long session)
    {
        try
        {
            await using var db = await contexts.CreateDbContextAsync();
            await db.Leases.Where(l => l.SessionSequence == session).ExecuteDeleteAsync();
        }
        catch (Exception e) when (e is System.Data.Common.DbException or InvalidOperationException)
        {
            Log.NotForgotten(log, session, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1603, LogLevel.Warning, "The lease of session {Session} is over and could not be taken off the database; it stands there for nothing")]
        public static partial void NotForgotten(ILogger logger, long session, Exception exception);
    }
}
