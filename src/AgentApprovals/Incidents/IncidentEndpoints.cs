using AgentApprovals.Domain.Ledger;
using AgentApprovals.Hosting;
using AgentApprovals.Security;

namespace AgentApprovals.Incidents;

public static class IncidentEndpoints
{
    public static void MapIncidents(this RouteGroupBuilder api) => api.MapGroup("/stops/{id:guid}").WithTags("Stopping").RequireAuthorization(SecuritySetup.People)
        .MapGet("/incident", async (Guid id, Api api, IncidentReader incidents) =>
        {
            if (await incidents.SeenAsync(api.Person, new(id)) is not { } incident)
                return api.Refuse(Refusals.NotFound);
            api.Context.Response.Headers.ContentDisposition = $"attachment; filename=\"incident-{id}.json\"";
            return Api.Ok(incidents.Sign(incident.Document));
        })
        .Produces<SignedIncident>().WithSummary("A stop and what led to it, as one signed file: check it with the key of the ledger's checkpoints.");
}
