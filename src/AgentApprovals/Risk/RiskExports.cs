using AgentApprovals.Agents;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Hosting;

namespace AgentApprovals.Risk;

/// <summary>What the pages for managers show, for a spreadsheet.</summary>
internal static class RiskExports
{
    private const int PageSize = 200;

    private static readonly string[] AgentColumns = ["name", "displayName", "owner", "labels", "state", "createdAt", "lastSeenAt"];
    private static readonly string[] RiskColumns = ["risk", "level", "unusedPermissions", "requiresRunner"];
    private static readonly string[] DayColumns = [.. Figures.Outcomes, "beyond", Counters.Unanswered, Counters.Decisions, Counters.Unruled, Counters.Bursts];

    public static IResult Agents(Api api, AgentLists lists)
    {
        var filter = AgentEndpoints.Filter(api);
        if (filter.Refusal is { } refusal)
            return api.Refuse(refusal);
        var person = api.Person;
        var seesRisk = person.Has(Caller.Resumers);
        return Csv.Of("agents.csv", seesRisk ? [.. AgentColumns, .. RiskColumns] : AgentColumns, PagesAsync(lists, filter.Value!, person, seesRisk), api.Context.RequestAborted);
    }

    public static async Task<IResult> FleetAsync(Api api, FleetRisks fleet)
    {
        var days = RiskEndpoints.Days(api);
        if ((RiskEndpoints.ManagerRefusal(api) ?? days.Refusal) is { } refusal)
            return api.Refuse(refusal);
        var risk = await fleet.OfAsync((int)days.Value);
        return Csv.Of("risk.csv", ["day", .. DayColumns], OneAsync([.. risk.Days.Select(d => Line(d, []))]), api.Context.RequestAborted);
    }

    public static async Task<IResult> AgentAsync(Guid id, Api api, AgentRisks risks)
    {
        if (await AgentEndpoints.SeenAsync(api, id) is not { } agent)
            return api.Refuse(Refusals.NotFound);
        var days = RiskEndpoints.Days(api);
        if ((RiskEndpoints.ManagerRefusal(api) ?? days.Refusal) is { } refusal)
            return api.Refuse(refusal);
        var risk = await risks.OfAsync(agent, (int)days.Value);
        var byDay = risk.Days.ToDictionary(d => d.Day);
        return Csv.Of($"{agent.Name}.csv", ["day", .. DayColumns, "risk"],
            OneAsync([.. risk.Trend.Select(t => Line(byDay.GetValueOrDefault(t.Day) ?? new(t.Day, new Dictionary<string, int>()), [t.Score]))]), api.Context.RequestAborted);
    }

    private static IReadOnlyList<object?> Line(RiskDay day, object?[] more) =>
        [day.Day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), .. DayColumns.Select(c => (object?)day.Counts.GetValueOrDefault(c)), .. more];

    private static async IAsyncEnumerable<IReadOnlyList<IReadOnlyList<object?>>> OneAsync(IReadOnlyList<IReadOnlyList<object?>> page)
    {
        await Task.CompletedTask;
        yield return page;
    }

    private static async IAsyncEnumerable<IReadOnlyList<IReadOnlyList<object?>>> PagesAsync(AgentLists lists, AgentFilter filter, PersonState person, bool seesRisk)
    {
        for (long? after = null; ;)
        {
            var page = await lists.PageAsync(filter, person, after, PageSize);
            yield return [.. page.Items.Select(l => Line(l, seesRisk))];
            if (page.Next is null)
                yield break;
            after = page.Next;
        }
    }

    private static object?[] Line(ListedAgent it, bool seesRisk)
    {
        var (agent, standing) = it;
        object?[] line =
        [
            agent.Name, agent.DisplayName, agent.Owner, string.Join(", ", agent.Labels), agent.Status.ToString().ToLowerInvariant(), agent.CreatedAt, standing.SeenAt,
        ];
        return seesRisk ? [.. line, standing.Risk, RiskAssessment.LevelOf(standing.Risk).ToString().ToLowerInvariant(), standing.Unused, standing.RequiresRunner ? "true" : "false"] : line;
    }
}
