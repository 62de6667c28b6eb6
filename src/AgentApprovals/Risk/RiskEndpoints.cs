using AgentApprovals.Agents;
using AgentApprovals.Client;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Hosting;
using AgentApprovals.Security;

namespace AgentApprovals.Risk;

public static class RiskEndpoints
{
    public static void MapRisk(this RouteGroupBuilder api)
    {
        var people = api.MapGroup("").WithTags("Risk").RequireAuthorization(SecuritySetup.People);
        people.MapGet("/risk", ShowFleetAsync).Produces<FleetRiskDocument>().WithSummary("The figures of all agents together.");
        people.MapGet("/agents/{id:guid}/risk", (Guid id, Api api, AgentRisks risks) => ShowAsync(api, id, risks.OfAsync))
            .Produces<AgentRiskDocument>().WithSummary("What risk the agent carries, and why.");
        people.MapGet("/agents/{id:guid}/permissions/audit", (Guid id, Api api, PermissionAudit audit) => ShowAsync(api, id, audit.OfAsync))
            .Produces<PermissionAuditDocument>().WithSummary("What it was granted, what it used, and what it asked for beyond.");
        people.MapGet("/people/{id:guid}/load", LoadAsync).Produces<ReviewerLoad>()
            .WithSummary("What somebody had to decide in these days, for themselves and for whoever looks after their attention.");
        people.MapGet("/decisions", DecisionLists.ListAsync).Produces<ListDocument<DecisionListing>>()
            .WithSummary("What people decided, newest first: all of it for Managers and Administrators, their own for everybody.");
        people.MapGet("/risk/export", RiskExports.FleetAsync).Produces<string>(200, Csv.MediaType).WithSummary("The figures of all agents together as CSV, a line a day.");
        people.MapGet("/agents/{id:guid}/risk/export", RiskExports.AgentAsync).Produces<string>(200, Csv.MediaType).WithSummary("An agent's figures as CSV, a line a day.");
        people.MapGet("/agents/export", RiskExports.Agents).Produces<string>(200, Csv.MediaType).WithSummary("The list of agents as CSV, narrowed and sorted as the list is.");
    }

    /// <summary>Why somebody may not see what managers see; null where they may.</summary>
    public static Refusal? ManagerRefusal(Api api)
    {
        ArgumentNullException.ThrowIfNull(api);
        return api.Person.Has(Caller.Resumers) ? null : Refusals.Forbidden("Risk takes a Manager or an Administrator.");
    }

    public static Result<long> Days(Api api)
    {
        ArgumentNullException.ThrowIfNull(api);
        return Query.Integer(api.Context.Request, "days", 30, 1, 365);
    }

    private static async Task<IResult> ShowFleetAsync(Api api, FleetRisks fleet)
    {
        var days = Days(api);
        return (ManagerRefusal(api) ?? days.Refusal) is { } refusal ? api.Refuse(refusal) : Api.Ok(await fleet.OfAsync((int)days.Value));
    }

    private static async Task<IResult> LoadAsync(Guid id, Api api, ReviewerLoads loads)
    {
        var isOwn = api.Person.Id.Value == id;
        if (api.Roster.Person(new PersonId(id)) is null)
            return api.Refuse(Refusals.NotFound);
        var days = Days(api);
        return ((isOwn ? null : ManagerRefusal(api)) ?? days.Refusal) is { } refusal ? api.Refuse(refusal) : Api.Ok(await loads.OfAsync(new(id), (int)days.Value));
    }

    private static async Task<IResult> ShowAsync<T>(Api api, Guid id, Func<AgentState, int, Task<T>> read)
    {
        if (await AgentEndpoints.SeenAsync(api, id) is not { } agent)
            return api.Refuse(Refusals.NotFound);
        var days = Days(api);
        return (ManagerRefusal(api) ?? days.Refusal) is { } refusal ? api.Refuse(refusal) : Api.Ok(await read(agent, (int)days.Value));
    }
}
