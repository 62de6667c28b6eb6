using AgentApprovals.Data.Queries;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Risk;

/// <summary>What an agent was granted beside what it used and what it asked for beyond: counts off its record, and of each the last, looked up within its own day.</summary>
public sealed class PermissionAudit(Reader reader, AgentRisks risks)
{
    public async Task<PermissionAuditDocument> OfAsync(AgentState agent, int days)
    {
        ArgumentNullException.ThrowIfNull(agent);
        var record = (await risks.DaysAsync([agent], days)).Single();
        return await reader.LookAsync(async db =>
        {
            var permissions = new List<AuditedPermission>();
            foreach (var permission in agent.Permissions)
            {
                var key = permission.Key;
                var last = await LastAsync(db, agent, record, Counters.Permission + key, a => a.Where(x => x.PermissionKey == key));
                permissions.Add(new(permission.Type, permission.Resource, permission.MaxPerHour, permission.ExpiresAt, record.Sum(d => d[Counters.Permission + key]), last?.SubmittedAt));
            }

            var beyond = new List<BeyondPermission>();
            foreach (var (type, count) in Figures.Sum(record).Beginning(Counters.BeyondType).OrderByDescending(t => t.Count).ThenBy(t => t.Name, StringComparer.Ordinal))
            {
                var isOne = type != AgentDay.OtherTypes;
                var last = await LastAsync(db, agent, record, Counters.BeyondType + type, a => a.Where(x => x.PermissionKey == null && (!isOne || x.Type == type)));
                beyond.Add(new(type, count, last?.Resource, last?.SubmittedAt, last?.Id));
            }

            return new PermissionAuditDocument(days, permissions, beyond);
        });
    }

    private static async Task<ActionState?> LastAsync(
        LedgerContext db, AgentState agent, List<AgentDay> record, string counter, Func<IQueryable<ActionState>, IQueryable<ActionState>> like)
    {
        if (record.FindLast(d => d[counter] > 0) is not { } day)
            return null;
        var (from, to) = (new Moment(day.Day * 86_400_000L), new Moment((day.Day + 1) * 86_400_000L));
        return await like(db.Actions.Where(a => a.AgentSequence == agent.Sequence && a.SubmittedAt >= from && a.SubmittedAt < to))
            .OrderByDescending(a => a.SubmittedAt).FirstOrDefaultAsync();
    }
}
