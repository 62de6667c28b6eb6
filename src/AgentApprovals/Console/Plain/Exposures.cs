using AgentApprovals.Data.Queries;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Sessions;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Console.Plain;

/// <summary>Counts what is at work, by how it stands now. Bounded: in an emergency "2,000+" at once is worth more than the exact number later.</summary>
internal sealed class Exposures(Reader reader)
{
    private const int Most = 2000;

    /// <summary>By agent's sequence; each agent asked for has one.</summary>
    public Task<IReadOnlyDictionary<long, Exposure>> OfAgentsAsync(IReadOnlyCollection<long> agents) => reader.LookAsync(async db =>
    {
        var (sessions, moreSessions) = await SessionsAsync(db, db.Sessions.Where(s => agents.Contains(s.AgentSequence)));
        var (actions, moreActions) = await ActionsAsync(db, db.Actions.Where(a => agents.Contains(a.AgentSequence)));
        return (IReadOnlyDictionary<long, Exposure>)agents.ToDictionary(a => a, a =>
            Count(sessions.Where(s => s.Agent.Sequence == a), actions.Where(v => v.Agent.Sequence == a), moreSessions || moreActions));
    });

    public Task<Exposure> OfSessionAsync(long session) => reader.LookAsync(async db =>
    {
        var (actions, isMore) = await ActionsAsync(db, db.Actions.Where(a => a.SessionSequence == session));
        return Count([], actions, isMore) with { Agents = 1, Sessions = 1 };
    });

    public Task<Exposure> OfEverythingAsync() => reader.LookAsync(async db =>
    {
        var (sessions, moreSessions) = await SessionsAsync(db, db.Sessions);
        var (actions, moreActions) = await ActionsAsync(db, db.Actions);
        return Count(sessions, actions, moreSessions || moreActions);
    });

    /// <summary>Sequences of the agents with most that waits, most first; then of those that have sessions.</summary>
    public Task<IReadOnlyList<long>> BusiestAsync(int most, string? onBehalfOf) => reader.LookAsync(async db =>
    {
        var sessions = db.Sessions.Where(s => s.Status == SessionStatus.Active && s.ExpiresAt > reader.Now && (onBehalfOf == null || s.OnBehalfOf == onBehalfOf));
        var waiting = await db.Actions.Where(a => a.Status <= ActionStatus.Executing && sessions.Any(s => s.Sequence == a.SessionSequence))
            .GroupBy(a => a.AgentSequence).OrderByDescending(g => g.Count()).Select(g => g.Key).Take(most).ToListAsync();
        var working = await sessions.GroupBy(s => s.AgentSequence).OrderByDescending(g => g.Max(s => s.Sequence)).Select(g => g.Key).Take(most).ToListAsync();
        return (IReadOnlyList<long>)[.. waiting.Union(working).Take(most)];
    });

    private async Task<(IReadOnlyList<SessionView> Active, bool IsMore)> SessionsAsync(LedgerContext db, IQueryable<SessionState> sessions)
    {
        var rows = await sessions.Where(s => s.Status == SessionStatus.Active).OrderByDescending(s => s.Sequence).Take(Most + 1).ToListAsync();
        var views = await Reader.ViewAsync(db, rows, reader.Now);
        return ([.. views.Where(v => v.Session.Status == SessionStatus.Active).Take(Most)], rows.Count > Most);
    }

    private async Task<(IReadOnlyList<ActionView> Open, bool IsMore)> ActionsAsync(LedgerContext db, IQueryable<ActionState> actions)
    {
        var rows = await actions.Where(a => a.Status <= ActionStatus.Executing).OrderByDescending(a => a.Sequence).Take(Most + 1).ToListAsync();
        var views = await Reader.ViewAsync(db, rows, reader.Now);
        return ([.. views.Where(v => !v.Action.Status.IsTerminal()).Take(Most)], rows.Count > Most);
    }

    private static Exposure Count(IEnumerable<SessionView> sessions, IEnumerable<ActionView> actions, bool isMore)
    {
        var active = sessions.ToList();
        var open = actions.CountBy(a => a.Action.Status).ToDictionary();
        return new(
            active.Select(s => s.Agent.Sequence).Distinct().Count(),
            active.Count,
            open.GetValueOrDefault(ActionStatus.Pending) + open.GetValueOrDefault(ActionStatus.Approved),
            open.GetValueOrDefault(ActionStatus.Released),
            open.GetValueOrDefault(ActionStatus.Executing),
            isMore);
    }
}
