using System.Globalization;
using AgentApprovals.Actions;
using AgentApprovals.Agents;
using AgentApprovals.Client;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Hosting;
using AgentApprovals.Security;
using AgentApprovals.Sessions;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Stops;

public static class StopEndpoints
{
    private const int MostText = 4000;

    public static void MapStops(this RouteGroupBuilder api)
    {
        var people = api.MapGroup("").WithTags("Stopping").RequireAuthorization(SecuritySetup.People);
        people.MapPost("/sessions/{id:guid}/stop", (Guid id, Api api, StopOrders orders) => StopAsync(api, orders, StopScope.Session, id))
            .Accepts<ReasonRequest>("application/json").Produces<StopDocument>(202).WithSummary("Cut a session off.");
        people.MapPost("/agents/{id:guid}/stop", (Guid id, Api api, StopOrders orders) => StopAsync(api, orders, StopScope.Agent, id))
            .Accepts<StopAgentRequest>("application/json").Produces<StopDocument>(202).WithSummary("Cut an agent off: all its sessions, and no new ones.");
        people.MapPost("/stop", (Api api, StopOrders orders) => StopAsync(api, orders, StopScope.Everything, null))
            .Accepts<ReasonRequest>("application/json").Produces<StopDocument>(202).WithSummary("Stop everything.");
        people.MapPost("/agents/{id:guid}/resume", (Guid id, Api api) => ResumeAsync(api, new AgentId(id)))
            .Accepts<ReasonRequest>("application/json").Produces<AgentDocument>().WithSummary("Let the agent open sessions again.");
        people.MapPost("/resume", (Api api) => ResumeAsync(api, null))
            .Accepts<ReasonRequest>("application/json").Produces<ResumedDocument>().WithSummary("Let agents open sessions again.");
        people.MapGet("/stops", ListAsync).Produces<ListDocument<StopDocument>>().WithSummary("Stops, newest first.");
        people.MapGet("/stops/{id:guid}", async (Guid id, Api api, StopReader stops) => await stops.SeenAsync(api.Person, new(id)) is { } stop ? Api.Ok(StopDocument.Of(stop)) : api.Refuse(Refusals.NotFound))
            .Produces<StopDocument>().WithSummary("The receipt of a stop.");
        people.MapPost("/stops/{id:guid}/reason", ExplainAsync).Accepts<ReasonRequest>("application/json").Produces<StopDocument>()
            .WithSummary("Say why, after the act: once, by whoever ordered the stop.");
        people.MapGet("/stops/{id:guid}/sessions", SessionsAsync).Produces<ListDocument<SessionDocument>>().WithSummary("The sessions that a stop cut off.");
    }

    public sealed record ResumedDocument(bool EverythingStopped);

    private static Task<IResult> StopAsync(Api api, StopOrders orders, StopScope scope, Guid? target) => api.WithBodyAsync(
        body => new OrderStop(api.Actor, scope, target, body.Text("reason", MostText), scope == StopScope.Agent && body.Flag("drill")),
        async order =>
        {
            try
            {
                var stopped = await orders.OrderAsync(order);
                return stopped.Refusal is { } refusal ? api.Refuse(refusal) : Api.Accepted(StopDocument.Of(stopped.Value!));
            }
            catch (LedgerUnavailableException e)
            {
                return api.Refuse(Refusals.Unavailable with { Detail = e.Message });
            }
        },
        async () => scope switch
        {
            StopScope.Session => await api.Reader.SessionAsync(new(target!.Value)) is { } view && api.Person.MaySee(view.Session, view.Agent) ? null : Refusals.NotFound,
            StopScope.Agent => await AgentEndpoints.SeenAsync(api, target!.Value) is null ? Refusals.NotFound : null,
            _ => api.Person.Has(Caller.Seers) ? null : Refusals.Forbidden("Stopping everything takes a role."),
        });

    private static Task<IResult> ResumeAsync(Api api, AgentId? agent) => api.WithBodyAsync(
        body => body.RequiredText("reason", MostText),
        reason => api.CommitAsync(new Resume(api.Actor, agent, reason), async resumed => resumed is null
            ? Api.Ok(new ResumedDocument(false))
            : Api.Ok(AgentDocument.Of(resumed))),
        async () => agent is { } id && await AgentEndpoints.SeenAsync(api, id.Value) is null
            ? Refusals.NotFound
            : api.Person.Has(Caller.Resumers) ? null : Refusals.Forbidden("Resuming takes a Manager or an Administrator."));

    private static async Task<IResult> ExplainAsync(Guid id, Api api, StopReader stops) => await stops.SeenAsync(api.Person, new(id)) is not { } stop
        ? api.Refuse(Refusals.NotFound)
        : await api.WithBodyAsync(
            body => body.RequiredText("reason", MostText),
            reason => api.CommitAsync(new ExplainStop(api.Actor, stop.Id, reason), explained => Api.Ok(StopDocument.Of(explained))),
            () => Task.FromResult(stop.IsBy(api.Person.Id) ? null : Refusals.Forbidden("Only whoever ordered the stop says why.")));

    private static async Task<IResult> ListAsync(Api api, StopReader stops)
    {
        var paging = Query.Paging(api.Context.Request);
        var days = Query.Days(api.Context.Request, "orderedFrom", "orderedTo");
        if ((paging.Refusal ?? days.Refusal) is { } refusal)
            return api.Refuse(refusal);
        var (limit, before) = paging.Value;
        var page = await stops.SeenAsync(api.Person, before, limit, days.Value);
        return Api.Ok(new ListDocument<StopDocument>([.. page.Items.Select(StopDocument.Of)], page.Next?.ToString(CultureInfo.InvariantCulture)));
    }

    private static async Task<IResult> SessionsAsync(Guid id, Api api, StopReader stops, SessionDocuments documents)
    {
        if (await stops.SeenAsync(api.Person, new(id)) is not { } stop)
            return api.Refuse(Refusals.NotFound);
        var paging = Query.Paging(api.Context.Request);
        if (paging.Refusal is { } refusal)
            return api.Refuse(refusal);
        var (limit, before) = paging.Value;
        var sessions = await api.Reader.LookAsync(db => StopReach.SessionsAsync(db, stop, before ?? long.MaxValue, limit + 1));
        var items = sessions.Take(limit).Where(v => api.Person.MaySee(v.Session, v.Agent)).ToList();
        return Api.Ok(new ListDocument<SessionDocument>(await documents.OfAsync(items), sessions.Count > limit ? $"{sessions[limit - 1].Session.Sequence}" : null));
    }
}
