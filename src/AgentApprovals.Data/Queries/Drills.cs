using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Stops;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Data.Queries;

/// <summary>Stops that were held as an exercise: few among all, and found without looking at the others.</summary>
public static class Drills
{
    private const int Most = 10;

    /// <summary>The last ones, newest first.</summary>
    /// <param name="agent">Of this agent alone; null: of all.</param>
    public static Task<List<StopState>> LastAsync(LedgerContext db, long? agent)
    {
        ArgumentNullException.ThrowIfNull(db);
        return Of(db).Where(s => agent == null || s.TargetSequence == agent).OrderByDescending(s => s.Sequence).Take(Most).ToListAsync();
    }

    /// <summary>How many agents, of those that are not retired, were ever stopped so.</summary>
    public static Task<int> AgentsAsync(LedgerContext db)
    {
        ArgumentNullException.ThrowIfNull(db);
        return db.Standings.CountAsync(s => s.Status != AgentStatus.Retired && Of(db).Select(d => d.TargetSequence).Contains(s.AgentSequence));
    }

    /// <summary>Drills, which are all of agents.</summary>
    internal static IQueryable<StopState> Of(LedgerContext db) => db.Stops.Where(s => s.Drill);
}
