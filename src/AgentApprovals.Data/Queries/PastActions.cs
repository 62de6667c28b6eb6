using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Policies;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Data.Queries;

/// <summary>What agents asked for lately, as far as rules look at it.</summary>
public static class PastActions
{
    private const int AtOnce = 1000;

    /// <summary>
    /// The latest ones that rules had to judge, at most <paramref name="most"/>, and whether they are all since then. What was beyond the
    /// permissions, or repeated what was denied, came before no rule.
    /// </summary>
    public static Task<(IReadOnlyList<PastAction> Actions, bool IsComplete)> PastActionsAsync(this Reader reader, Moment since, int most)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return reader.LookAsync(async db =>
        {
            var found = new List<PastAction>();
            var agents = new Dictionary<long, (string Name, IReadOnlyList<string> Labels)>();
            for (var before = long.MaxValue; ;)
            {
                var from = before;
                var rows = await db.Actions.Where(a => a.Sequence < from).OrderByDescending(a => a.Sequence).Take(AtOnce)
                    .Select(a => new { a.Sequence, a.Id, a.Type, a.Resource, a.AgentSequence, a.Risk, a.Directed, a.SubmittedAt, a.BurstSequence, a.Verdict, a.Denial, a.Status, a.ReleaseAt, a.RedeemSequence })
                    .ToListAsync();
                var unknown = rows.Select(r => r.AgentSequence).Distinct().Where(s => !agents.ContainsKey(s)).ToList();
                foreach (var agent in await db.Agents.Where(a => unknown.Contains(a.Sequence)).Select(a => new { a.Sequence, a.Name, a.Labels }).ToListAsync())
                    agents[agent.Sequence] = (agent.Name, agent.Labels);
                foreach (var row in rows.Where(r => r.SubmittedAt >= since && r.Denial?.Code is not ("not_permitted" or "repeats_denied")))
                {
                    if (found.Count == most)
                        return (found, false);
                    var (name, labels) = agents[row.AgentSequence];
                    // A release is written down by a job, and holds before it is.
                    var isOver = row.Status is ActionStatus.Denied or ActionStatus.Cancelled or ActionStatus.Stopped;
                    found.Add(new(row.Id, row.Type, row.Resource, row.AgentSequence, name, labels, row.Risk.Score, row.Directed, row.SubmittedAt, row.BurstSequence is not null, row.Verdict,
                        row.RedeemSequence is not null || (!isOver && row.ReleaseAt <= reader.Now)));
                }

                // They come in the ledger's order, which is that of time.
                if (rows.Count < AtOnce || rows[^1].SubmittedAt < since)
                    return ((IReadOnlyList<PastAction>)found, true);
                before = rows[^1].Sequence;
            }
        });
    }
}
