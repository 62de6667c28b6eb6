using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Domain.Sessions;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Data.Ledger;

/// <summary>Reads an agent's desk: what is open, what it asked lately, what was denied, its record of days, and its active sessions.</summary>
internal static class DeskLoader
{
    public static async Task LoadAsync(World world, LedgerContext db, long agent, CancellationToken cancel)
    {
        var desk = Desk.Of(agent, world.Texts);
        var actions = db.Actions.AsNoTracking().Where(a => a.AgentSequence == agent);
        await actions.Where(a => a.Status < ActionStatus.Completed)
            .Select(a => new OpenAction(a.Sequence, a.SessionSequence, a.Status, a.DueAt, a.Type, a.SubmittedAt))
            .ForEachAsync(desk.Load, cancel);
        var since = world.Now.PlusSeconds(-desk.Budgets.Select(b => b.Seconds).Concat(desk.BurstWindows).Append(3600).Max());
        await actions.Where(a => a.SubmittedAt > since).OrderBy(a => a.SubmittedAt)
            .Select(a => new Submission(a.SubmittedAt, a.Type, a.SessionSequence, a.PermissionKey, a.RuleName, a.Mode))
            .ForEachAsync(desk.Load, cancel);
        var now = world.Now;
        await actions.Where(a => a.RememberedUntil > now).Select(a => new { a.RepeatKey, Until = a.RememberedUntil!.Value })
            .ForEachAsync(d => desk.LoadDenial(d.RepeatKey, d.Until), cancel);
        await LoadBurstsAsync(world, db, desk, cancel);
        var firstDay = world.Now.Day - RiskScoring.RecordDays;
        await db.AgentDays.AsNoTracking().Where(d => d.AgentSequence == agent && d.Day > firstDay)
            .ForEachAsync(d => desk.Load(new AgentDay(d.AgentSequence, d.Day, d.Counts)), cancel);
        desk.LoadSeen(await db.Standings.AsNoTracking().Where(s => s.AgentSequence == agent).Select(s => s.SeenAt).SingleOrDefaultAsync(cancel));
        await db.Sessions.AsNoTracking().Where(s => s.AgentSequence == agent && s.Status == SessionStatus.Active)
            .ForEachAsync(world.Sessions.Load, cancel);
        world.Desks.Load(desk);
    }

    /// <summary>Of each type the latest burst, for no other can still be open.</summary>
    private static async Task LoadBurstsAsync(World world, LedgerContext db, Desk desk, CancellationToken cancel)
    {
        var latest = db.Bursts.Where(b => b.AgentSequence == desk.AgentSequence).GroupBy(b => b.Type).Select(g => g.Max(b => b.Sequence));
        var bursts = await db.Bursts.AsNoTracking().Where(b => latest.Contains(b.Sequence))
            .Select(b => new { Row = b, LastAt = db.Actions.Where(a => a.BurstSequence == b.Sequence).OrderByDescending(a => a.Sequence).Select(a => a.SubmittedAt).First() })
            .ToListAsync(cancel);
        foreach (var burst in bursts)
        {
            world.Bursts.Load(burst.Row);
            desk.Load(burst.Row.Type, new(burst.Row.Sequence, burst.Row.PerSeconds, burst.LastAt));
        }
    }
}
