using System.Globalization;
using AgentApprovals.Agents;
using AgentApprovals.Client;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Hosting;
using AgentApprovals.Security;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Gateway;

/// <summary>Targets behind the gateway: administrators set them up.</summary>
public static class ConnectorEndpoints
{
    public static void MapConnectors(this RouteGroupBuilder api)
    {
        var people = api.MapGroup("/connectors").WithTags("Gateway").RequireAuthorization(SecuritySetup.People);
        people.MapPost("/", CreateAsync).Accepts<ConnectorRequest>("application/json").Produces<ConnectorDocument>(201)
            .WithSummary("Put a target behind the gateway; its credential is never shown again.");
        people.MapGet("/", ListAsync).Produces<ListDocument<ConnectorDocument>>().WithSummary("Connectors, newest first.");
        people.MapGet("/{id:guid}", ShowAsync).Produces<ConnectorDocument>().WithSummary("One connector.");
        people.MapPut("/{id:guid}", ReplaceAsync).Accepts<ConnectorRequest>("application/json").Produces<ConnectorDocument>()
            .WithSummary("Replace all of it; a credential that is left out stays, where it goes to the same place.");
        people.MapDelete("/{id:guid}", (Guid id, Api api) => api.CommitAsync(new DeleteConnector(api.Actor, new(id)), _ => TypedResults.NoContent()))
            .Produces(204).WithSummary("Let nothing through to it any more.");
    }

    private static Task<IResult> CreateAsync(Api api, ConnectorActs acts) => api.WithBodyAsync(
        ConnectorReader.Read,
        async input => (AgentEndpoints.AdministratorRefusal(api) ?? await acts.RefusalAsync(input, api.Context.RequestAborted)) is { } refusal
            ? api.Refuse(refusal)
            : await api.CommitAsync(acts.Create(api.Actor, input), c => api.Created($"/api/v1/connectors/{c.Id}", ConnectorDocument.Of(c))),
        () => Task.FromResult(AgentEndpoints.AdministratorRefusal(api)));

    private static async Task<IResult> ListAsync(Api api)
    {
        var paging = Query.Paging(api.Context.Request);
        if ((AgentEndpoints.AdministratorRefusal(api) ?? paging.Refusal) is { } refusal)
            return api.Refuse(refusal);
        var (limit, before) = paging.Value;
        var found = await api.Reader.LookAsync(db => db.Connectors.Where(c => c.Status != ConnectorStatus.Deleted && c.Sequence < (before ?? long.MaxValue))
            .OrderByDescending(c => c.Sequence).Take(limit + 1).ToListAsync());
        return Api.Ok(new ListDocument<ConnectorDocument>([.. found.Take(limit).Select(ConnectorDocument.Of)],
            found.Count > limit ? found[limit - 1].Sequence.ToString(CultureInfo.InvariantCulture) : null));
    }

    private static async Task<IResult> ShowAsync(Guid id, Api api, ConnectorActs acts)
    {
        if (AgentEndpoints.AdministratorRefusal(api) is { } refusal)
            return api.Refuse(refusal);
        return await acts.FindAsync(new(id)) is { } connector ? Api.Ok(ConnectorDocument.Of(connector)) : api.Refuse(Refusals.NotFound);
    }

    private static Task<IResult> ReplaceAsync(Guid id, Api api, ConnectorActs acts) => api.WithBodyAsync(
        ConnectorReader.Read,
        async input => (await MayChangeAsync(id, api, acts) ?? await acts.RefusalAsync(input, api.Context.RequestAborted)) is { } refusal
            ? api.Refuse(refusal)
            : await api.CommitAsync(acts.Replace(api.Actor, new(id), input), c => Api.Ok(ConnectorDocument.Of(c))),
        () => MayChangeAsync(id, api, acts));

    /// <summary>Only administrators know of connectors at all, so for anybody else it is the role that is missing.</summary>
    private static async Task<Refusal?> MayChangeAsync(Guid id, Api api, ConnectorActs acts) =>
        AgentEndpoints.AdministratorRefusal(api) ?? (await acts.FindAsync(new(id)) is null ? Refusals.NotFound : null);
}
