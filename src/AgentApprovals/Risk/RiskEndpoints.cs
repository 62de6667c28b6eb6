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

/// <summary>How often an agent asked for a type.</summary>
public sealed record RiskType(string Type, int Count);

/// <summary>What risk an agent carries, for managers: score, level, factors, and the counters behind them.</summary>
/// <param name="Outcomes">How many actions came to what in these days.</param>
/// <param name="UndirectedShare">From 0 to 1: the share of its actions that no person confirmed to have directed.</param>
/// <param name="UnusedPermissions">What it holds and did not ask for in these days.</param>
public sealed record AgentRiskDocument(
    AgentId AgentId, int Score, RiskLevel Level, IReadOnlyList<RiskFactor> Factors, IReadOnlyDictionary<string, int> Outcomes, IReadOnlyList<RiskType> Types,
    double UndirectedShare, IReadOnlyList<RiskDay> Days, IReadOnlyList<PermissionDocument> UnusedPermissions);

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
    private const string TypeCounter = "type:";
    private static readonly string[] Outcomes = ["submitted", "approved", "released", "completed", "failed", "denied", "expired", "cancelled", "stopped"];

    public async Task<AgentRiskDocument> OfAsync(AgentState agent, int days)
    {
        ArgumentNullException.ThrowIfNull(agent);
        var rows = (await DaysAsync([agent], days)).Single();
        var (risk, unused) = Assess(agent, rows, await policies.CatalogueAsync());
        var (submitted, confirmed) = (rows.Sum(d => d["submitted"]), rows.Sum(d => d["confirmed"]));
        return new(agent.Id, risk.Score, risk.Level, risk.Factors, Outcomes.ToDictionary(o => o, o => rows.Sum(d => d[o])), Types(rows),
            submitted == 0 ? 0 : Math.Clamp(Math.Round((submitted - confirmed) / (double)submitted, 3), 0, 1),
            [.. rows.Select(r => new RiskDay(DateOnly.FromDateTime(DateTime.UnixEpoch.AddDays(r.Day)), r.Counts))],
            [.. unused.Select(p => new PermissionDocument(p.Type, p.Resource, p.MaxPerHour, p.ExpiresAt))]);
    }

    /// <summary>The risk of several agents, in two looks at the database.</summary>
    public async Task<IReadOnlyDictionary<AgentId, RiskAssessment>> OfAsync(IReadOnlyList<AgentState> agents, int days)
    {
        var catalogue = await policies.CatalogueAsync();
        return agents.Zip(await DaysAsync(agents, days)).ToDictionary(p => p.First.Id, p => Assess(p.First, p.Second, catalogue).Risk);
    }

    /// <summary>Each agent's days, oldest first.</summary>
    private async Task<IReadOnlyList<List<AgentDay>>> DaysAsync(IReadOnlyList<AgentState> agents, int days)
    {
        var first = reader.Now.Day - days + 1;
        var sequences = agents.Select(a => a.Sequence).ToList();
        var rows = await reader.LookAsync(db => db.AgentDays.Where(d => sequences.Contains(d.AgentSequence) && d.Day >= first).OrderBy(d => d.Day).ToListAsync());
        var byAgent = rows.ToLookup(r => r.AgentSequence, r => new AgentDay(r.AgentSequence, r.Day, r.Counts));
        return [.. sequences.Select(s => byAgent[s].ToList())];
    }

    private (RiskAssessment Risk, List<Permission> Unused) Assess(AgentState agent, List<AgentDay> days, Catalogue catalogue)
    {
        var now = reader.Now;
        var unused = agent.Permissions.Where(p => days.All(d => !d.Counts.ContainsKey("permission:" + p.Key)) && !(now >= p.ExpiresAt)).ToList();
        return (AgentRisk.Assess(agent, days, unused.Count, catalogue, now), unused);
    }

    /// <summary>What it asked for, most first.</summary>
    private static List<RiskType> Types(List<AgentDay> record) =>
    [
        .. record.SelectMany(d => d.Counts).Where(c => c.Key.StartsWith(TypeCounter, StringComparison.Ordinal))
            .GroupBy(c => c.Key[TypeCounter.Length..], c => c.Value).Select(g => new RiskType(g.Key, g.Sum()))
            .Where(t => t.Count > 0).OrderByDescending(t => t.Count).ThenBy(t => t.Type, StringComparer.Ordinal),
    ];
}
