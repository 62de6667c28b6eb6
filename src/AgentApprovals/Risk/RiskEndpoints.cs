using AgentApprovals.Agents;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Hosting;
using AgentApprovals.Policies;
using AgentApprovals.Security;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Risk;

/// <summary>An agent's record of one UTC day.</summary>
public sealed record RiskDay(DateOnly Day, IReadOnlyDictionary<string, int> Counts);

/// <summary>What risk an agent carries, for managers: score, level, factors, and the counters behind them.</summary>
public sealed record AgentRiskDocument(
    AgentId AgentId, int Score, RiskLevel Level, IReadOnlyList<RiskFactor> Factors, IReadOnlyDictionary<string, int> Outcomes,
    IReadOnlyList<RiskDay> Days, IReadOnlyList<PermissionDocument> UnusedPermissions);

public static class RiskEndpoints
{
    public static void MapRisk(this RouteGroupBuilder api) =>
        api.MapGet("/agents/{id:guid}/risk", ShowAsync).WithTags("Risk").RequireAuthorization(SecuritySetup.People)
            .Produces<AgentRiskDocument>().WithSummary("What risk the agent carries, and why.");

    private static async Task<IResult> ShowAsync(Guid id, Api api, AgentRisks risks)
    {
        if (await AgentEndpoints.SeenAsync(api, id) is not { } agent)
            return api.Refuse(Refusals.NotFound);
        if (!api.Person.Has(Caller.Resumers))
            return api.Refuse(Refusals.Forbidden("Risk takes a Manager or an Administrator."));
        var days = Query.Integer(api.Context.Request, "days", 30, 1, 365);
        return days.Refusal is { } refusal ? api.Refuse(refusal) : Api.Ok(await risks.OfAsync(agent, (int)days.Value));
    }
}

/// <summary>Reads what an agent's risk is made of: counters and permissions, never a scan of its actions.</summary>
public sealed class AgentRisks(Reader reader, PolicyReader policies)
{
    private static readonly string[] Outcomes = ["submitted", "approved", "released", "completed", "failed", "denied", "expired", "cancelled", "stopped"];

    public async Task<AgentRiskDocument> OfAsync(AgentState agent, int days)
    {
        ArgumentNullException.ThrowIfNull(agent);
        var now = reader.Now;
        var first = now.Day - days + 1;
        var rows = await reader.LookAsync(db => db.AgentDays.Where(d => d.AgentSequence == agent.Sequence && d.Day >= first).OrderBy(d => d.Day).ToListAsync());
        var unused = agent.Permissions.Where(p => rows.All(r => !r.Counts.ContainsKey("permission:" + p.Key)) && !(now >= p.ExpiresAt)).ToList();
        var record = rows.ConvertAll(r => new AgentDay(r.AgentSequence, r.Day, r.Counts));
        var risk = AgentRisk.Assess(agent, record, unused.Count, await policies.CatalogueAsync(), now);
        return new(agent.Id, risk.Score, risk.Level, risk.Factors, Outcomes.ToDictionary(o => o, o => record.Sum(d => d[o])),
            [.. rows.Select(r => new RiskDay(DateOnly.FromDateTime(DateTime.UnixEpoch.AddDays(r.Day)), r.Counts))],
            [.. unused.Select(p => new PermissionDocument(p.Type, p.Resource, p.MaxPerHour, p.ExpiresAt))]);
    }
}
