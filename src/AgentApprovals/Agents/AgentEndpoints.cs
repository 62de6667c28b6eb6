using AgentApprovals.Actions;
using AgentApprovals.Client;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Hosting;
using AgentApprovals.Risk;
using AgentApprovals.Security;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Agents;

public static class AgentEndpoints
{
    public static void MapAgents(this RouteGroupBuilder api)
    {
        var people = api.MapGroup("/agents").WithTags("Agents").RequireAuthorization(SecuritySetup.People);
        people.MapPost("/", RegisterAsync).Accepts<AgentRequest>("application/json").Produces<AgentDocument>(201).WithSummary("Give a program an identity of its own.");
        people.MapGet("/", ListAsync).Produces<ListDocument<AgentDocument>>().WithSummary("Agents: newest first, by name, or riskiest first.");
        people.MapGet("/{id:guid}", async (Guid id, Api api) => await SeenAsync(api, id) is { } agent ? Api.Ok(AgentDocument.Of(agent)) : api.Refuse(Refusals.NotFound))
            .Produces<AgentDocument>().WithSummary("One agent.");
        people.MapPatch("/{id:guid}", ChangeAsync).Accepts<ChangeAgentRequest>("application/json", "application/merge-patch+json").Produces<AgentDocument>()
            .WithSummary("Change settings (RFC 7396); state takes only retired.");
        people.MapGet("/{id:guid}/permissions", async (Guid id, Api api) => await SeenAsync(api, id) is { } agent ? Api.Ok(Permissions(agent)) : api.Refuse(Refusals.NotFound))
            .Produces<VersionedDocument<PermissionDocument>>().WithSummary("What it may ask for at all.");
        people.MapPut("/{id:guid}/permissions", PutPermissionsAsync).Accepts<VersionedDocument<PermissionDocument>>("application/json")
            .Produces<VersionedDocument<PermissionDocument>>().WithSummary("Replace what it may ask for.");
    }

    /// <summary>The agent, where the person who asks may know of it.</summary>
    public static async Task<AgentState?> SeenAsync(Api api, Guid id) =>
        await api.Reader.LookAsync(db => db.Agents.SingleOrDefaultAsync(a => a.Id == new AgentId(id))) is { } agent && api.Person.MaySee(agent) ? agent : null;

    /// <summary>Why somebody can't set this agent up; null where they can.</summary>
    public static async Task<Refusal?> SetupRefusalAsync(Api api, Guid id) =>
        await SeenAsync(api, id) is null ? Refusals.NotFound : AdministratorRefusal(api);

    public static Refusal? AdministratorRefusal(Api api)
    {
        ArgumentNullException.ThrowIfNull(api);
        return api.Person.Has(Roles.Administrator) ? null : Refusals.Forbidden("This takes the role Administrator.");
    }

    private static Task<IResult> RegisterAsync(Api api) => api.WithBodyAsync(
        body => AgentReader.Register(api.Actor, body),
        command => api.CommitAsync(command, agent => api.Created($"/api/v1/agents/{agent.Id}", AgentDocument.Of(agent))),
        () => Task.FromResult(AdministratorRefusal(api)));

    private static Task<IResult> ChangeAsync(Guid id, Api api) => api.WithBodyAsync(
        body => AgentReader.Change(api.Actor, new(id), body),
        command => api.CommitAsync(command, agent => Api.Ok(AgentDocument.Of(agent))),
        () => SetupRefusalAsync(api, id));

    private static async Task<IResult> ListAsync(Api api, AgentLists lists)
    {
        var paging = Query.Paging(api.Context.Request);
        var filter = Filter(api);
        if ((filter.Refusal is { Status: 403 } forbidden ? forbidden : paging.Refusal ?? filter.Refusal) is { } refusal)
            return api.Refuse(refusal);
        var page = await lists.PageAsync(filter.Value!, api.Person, paging.Value.Before, paging.Value.Limit);
        return Api.Ok(new ListDocument<AgentDocument>([.. page.Items.Select(l => AgentDocument.Of(l.Agent))], page.Next?.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    /// <summary>What the address narrows a list of agents to. What would tell of risk is for those who may see it.</summary>
    public static Result<AgentFilter> Filter(Api api)
    {
        ArgumentNullException.ThrowIfNull(api);
        var request = api.Context.Request;
        var states = Query.Choices<AgentStatus>(request, "state");
        var order = Query.Choice<AgentOrder>(request, "sort");
        var level = Query.Choice<RiskLevel>(request, "risk");
        var gap = Query.Choice<AgentGap>(request, "without");
        var registered = Query.Days(request, "registeredFrom", "registeredTo");
        var telling = order.Value == AgentOrder.Risk || level.Value is not null || gap.Value is not null ? RiskEndpoints.ManagerRefusal(api) : null;
        return (telling ?? states.Refusal ?? order.Refusal ?? level.Refusal ?? gap.Refusal ?? registered.Refusal) is { } refusal
            ? refusal
            : new AgentFilter(request.Query["q"].FirstOrDefault(), states.Value, order.Value ?? AgentOrder.Newest, level.Value, gap.Value, registered.Value);
    }

    private static Task<IResult> PutPermissionsAsync(Guid id, Api api) => api.WithBodyAsync(
        body => AgentReader.Permissions(api.Actor, new(id), body),
        command => api.CommitAsync(command, agent => Api.Ok(Permissions(agent))),
        () => SetupRefusalAsync(api, id));

    private static VersionedDocument<PermissionDocument> Permissions(AgentState agent) =>
        new(agent.PermissionsVersion, [.. agent.Permissions.Select(p => new PermissionDocument(p.Type, p.Resource, p.MaxPerHour, p.ExpiresAt))]);
}
