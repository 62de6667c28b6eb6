using AgentApprovals.Actions;
using AgentApprovals.Client;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Hosting;
using AgentApprovals.Security;

namespace AgentApprovals.Gateway;

public static class GatewayEndpoints
{
    public const string Path = "/gateway";

    /// <summary>Any method: which are let through is for the connector's rules.</summary>
    public static void MapGateway(this WebApplication app) => app.Map(Path + "/{connector}/{**path}", (GatewayDoor door) => door.HandleAsync())
        .AddEndpointFilter(Floods.WatchAsync).RequireAuthorization(SecuritySetup.Sessions).DisableAntiforgery().ExcludeFromDescription();

    public static void MapResponses(this RouteGroupBuilder api) => api.MapGet("/actions/{id:guid}/response", ShowAsync).WithTags("Gateway")
        .RequireAuthorization(SecuritySetup.SessionsAndPeople).Produces<ResponseDocument>().WithSummary("What the target answered to a request that the gateway sent.");

    private static async Task<IResult> ShowAsync(Guid id, Api api, GatewayCalls calls)
    {
        var view = await api.Reader.ActionAsync(new ActionId(id));
        if (view is null || !(api.IsPerson ? api.Person.MaySee(view.Action, view.Session, view.Agent) : view.Session.Id == api.SessionId))
            return api.Refuse(Refusals.NotFound);
        return await calls.AnswerOfAsync(view.Action) is { } answer ? Api.Ok(answer.ToDocument()) : api.Refuse(Refusals.NotFound);
    }
}
