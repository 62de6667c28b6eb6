using AgentApprovals.Actions;
using AgentApprovals.Agents;
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
    public static void MapStops(this RouteGroupBuilder api)
    {
        var people = api.MapGroup("").WithTags("Stopping").RequireAuthorization(SecuritySetup.People);
        people.MapPost("/sessions/{id:guid}/stop", (Guid id, Api api, StopOrders orders) => StopAsync(api, orders, StopScope.Session, id))
            .Accepts<ReasonRequest>("application/json").Produces<StopDocument>(202).WithSummary("Cut a session off.");
        people.MapPost("/agents/{id:guid}/stop", (Guid id, Api api, StopOrders orders) => StopAsync(api, orders, StopScope.Agent, id))
            .Accepts<ReasonRequest>("application/json").Produces<StopDocument>(202).WithSummary("Cut an agent off: all its sessions, and no new ones.");
        people.MapPost("/stop", (Api api, StopOrders orders) => StopAsync(api, orders, StopScope.Everything, null))
            .Accepts<ReasonRequest>("application/json").Produces<StopDocument>(202).WithSummary("Stop everything.");
        people.MapPost("/agents/{id:guid}/resume", (Guid id, Api api) => ResumeAsync(api, new AgentId(id)))
            .Accepts<ReasonRequest>("application/json").Produces<AgentDocument>().WithSummary("Let the agent open sessions again.");
        people.MapPost("/resume", (Api api) => ResumeAsync(api, null))
            .Accepts<ReasonRequest>("application/json").Produces<ResumedDocument>().WithSummary("Let agents open sessions again.");
        people.MapGet("/stops", ListAsync).Produces<ListDocument<StopDocument>>().WithSummary("Stops, newest first.");
        people.MapGet("/stops/{id:guid}", async (Guid id, Api api) => await SeenAsync(api, id) is { } stop ? Api.Ok(StopDocument.Of(stop)) : api.Refuse(Refusals.NotFound))
            .Produces<StopDocument>().WithSummary("The receipt of a stop.");
        people.MapGet("/stops/{id:guid}/sessions", SessionsAsync).Produces<ListDocument<SessionDocument>>().WithSummary("The sessions that a stop cut off.");
    }

    public sealed record ResumedDocument(bool EverythingStopped);

    private static Task<IResult> StopAsync(Api api, StopOrders orders, StopScope scope, Guid? target) => api.WithBodyAsync(
        body => body.Text("reason", 2000),
        async reason =>
        {
            var stopped = await orders.OrderAsync(new(api.Actor, scope, target, reason));
            return stopped.Refusal is { } refusal ? api.Refuse(refusal) : Api.Accepted(StopDocument.Of(stopped.Value!));
        });

    private static Task<IResult> ResumeAsync(Api api, AgentId? agent) => api.WithBodyAsync(
        body => body.RequiredText("reason", 2000),
        reason => api.CommitAsync(new Resume(api.Actor, agent, reason), async resumed => resumed is null
            ? Api.Ok(new ResumedDocument(false))
            : Api.Ok(AgentDocument.Of(resumed))),
        async () => agent is { } id && (await api.Reader.LookAsync(db => db.Agents.SingleOrDefaultAsync(a => a.Id == id)) is not { } known || !api.Person.MaySee(known))
            ? Refusals.NotFound
            : api.Person.Has(Caller.Resumers) ? null : Refusals.Forbidden("Resuming takes a Manager or an Administrator."));

    private static async Task<IResult> ListAsync(Api api)
    {
        var paging = Query.Paging(api.Context.Request);
        if (paging.Refusal is { } refusal)
            return api.Refuse(refusal);
        var (limit, before) = paging.Value;
        var from = before ?? long.MaxValue;
        var stops = await api.Reader.LookAsync(db => db.Stops.Where(s => s.Sequence < from).OrderByDescending(s => s.Sequence).Take(limit + 1).ToListAsync());
        var seen = new List<StopDocument>();
        foreach (var stop in stops.Take(limit))
        {
            if (await SeenAsync(api, stop.Id.Value) is not null)
                seen.Add(StopDocument.Of(stop));
        }

        return Api.Ok(new ListDocument<StopDocument>(seen, stops.Count > limit ? $"{stops[limit - 1].Sequence}" : null));
    }

    private static async Task<IResult> SessionsAsync(Guid id, Api api)
    {
        var paging = Query.Paging(api.Context.Request);
        if (paging.Refusal is { } refusal)
            return api.Refuse(refusal);
        if (await SeenAsync(api, id) is not { } stop)
            return api.Refuse(Refusals.NotFound);
        var page = await api.Reader.SessionsAsync(v => v.Session.StoppedBy == stop.Sequence, null, paging.Value.Before, paging.Value.Limit);
        return Api.Ok(new ListDocument<SessionDocument>([.. page.Items.Select(v => SessionDocument.Of(v.Session, v.Agent))], page.Next?.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    /// <summary>The stop, for whoever may see what it hit; a stop of everything is for those with a role.</summary>
    public static async Task<StopState?> SeenAsync(Api api, Guid id)
    {
        var stop = await api.Reader.LookAsync(db => db.Stops.SingleOrDefaultAsync(s => s.Id == new StopId(id)));
        if (stop is null || api.Person.Has(Caller.Seers))
            return stop;
        var target = stop.TargetSequence;
        return stop.Scope switch
        {
            StopScope.Agent => await api.Reader.LookAsync(db => db.Agents.SingleAsync(a => a.Sequence == target)) is { } agent && api.Person.MaySee(agent) ? stop : null,
            StopScope.Session => await api.Reader.SessionAsync(new(stop.TargetId!.Value)) is { } view && api.Person.MaySee(view.Session, view.Agent) ? stop : null,
            _ => null,
        };
    }
}
