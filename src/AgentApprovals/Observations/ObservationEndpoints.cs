using System.Globalization;
using AgentApprovals.Actions;
using AgentApprovals.Client;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Observations;
using AgentApprovals.Domain.People;
using AgentApprovals.Hosting;
using AgentApprovals.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Observations;

/// <summary>What agents were seen to do: told by target systems, listed for whoever may see the agent.</summary>
public static class ObservationEndpoints
{
    public static void MapObservations(this RouteGroupBuilder api)
    {
        var people = api.MapGroup("/observations").WithTags("Target systems").RequireAuthorization(SecuritySetup.People);
        people.MapPost("/", RecordAsync).Accepts<ObservationRequest>("application/json").Produces<ObservationDocument>(201)
            .WithSummary("Tell what an agent was seen to do. What no redeemed action covers is a bypass.");
        people.MapGet("/", ListAsync).Produces<ListDocument<ObservationDocument>>().WithSummary("What agents were seen to do, newest first.");
        people.MapGet("/{id:guid}", ShowAsync).Produces<ObservationDocument>().WithSummary("One observation.");
    }

    private static Task<IResult> RecordAsync(Api api, Permits permits) => api.WithBodyAsync(
        Read,
        async asked =>
        {
            if (PermitEndpoints.VerifierRefusal(api) is { } refusal)
                return api.Refuse(refusal);
            var agent = await AgentAsync(api.Reader, asked.Agent);
            var redeemed = agent is null ? [] : await api.Reader.RedeemedAsync(agent.Sequence, asked.Type, asked.Resource);
            var proven = asked.Permit is { } permit && Permits.ActionOf(permit) is { } id && await api.Reader.ActionAsync(id) is { } view && permits.Proves(permit, view.Action) ? view.Action.Sequence : (long?)null;
            return await api.CommitAsync(
                new RecordObservation(api.Actor, agent?.Id, asked.Type, asked.Resource, asked.ExternalId, asked.ObservedAt, redeemed, proven, asked.Permit is not null),
                reply => Answer(api, reply));
        },
        () => Task.FromResult(PermitEndpoints.VerifierRefusal(api)));

    private static JsonHttpResult<ObservationDocument> Answer(Api api, ObservationReply reply)
    {
        var document = ObservationDocument.Of(new(reply.Observation, reply.Agent));
        return reply.Replayed ? Api.Ok(document) : api.Created($"/api/v1/observations/{document.Id}", document);
    }

    private static Asked Read(Fields body)
    {
        var asked = new Asked(body.RequiredText("agent", 63), body.RequiredText("type", 100), body.RequiredText("resource", 500),
            body.RequiredText("externalId", ObservationState.MostExternalId), body.Time("observedAt") ?? default, body.Text("permit", 500));
        if (!body.Has("observedAt"))
            body.Fault("observedAt", "It is required.");
        return asked;
    }

    /// <summary>By its name, or by its id.</summary>
    private static Task<AgentState?> AgentAsync(Reader reader, string nameOrId) => reader.LookAsync(async db =>
        await db.Agents.SingleOrDefaultAsync(a => a.Name == nameOrId)
            ?? (Guid.TryParseExact(nameOrId, "D", out var id) ? await db.Agents.SingleOrDefaultAsync(a => a.Id == new AgentId(id)) : null));

    private static async Task<IResult> ListAsync(Api api)
    {
        var request = api.Context.Request;
        var (paging, agentId, covered) = (Query.Paging(request), Query.Id(request, "agentId"), Query.Flag(request, "covered"));
        if ((paging.Refusal ?? agentId.Refusal ?? covered.Refusal) is { } refusal)
            return api.Refuse(refusal);
        var agent = agentId.Value is { } id ? await api.Reader.LookAsync(db => db.Agents.SingleOrDefaultAsync(a => a.Id == new AgentId(id))) : null;
        if (agentId.Value is not null && agent is null)
            return Api.Ok(new ListDocument<ObservationDocument>([], null));
        var page = await api.Reader.ObservationsAsync(agent?.Sequence, covered.Value, api.Person, paging.Value.Before, paging.Value.Limit);
        return Api.Ok(new ListDocument<ObservationDocument>([.. page.Items.Select(ObservationDocument.Of)], page.Next?.ToString(CultureInfo.InvariantCulture)));
    }

    private static async Task<IResult> ShowAsync(Guid id, Api api) =>
        await api.Reader.ObservationAsync(new(id)) is { } view && view.IsSeenBy(api.Person) ? Api.Ok(ObservationDocument.Of(view)) : api.Refuse(Refusals.NotFound);

    private sealed record Asked(string Agent, string Type, string Resource, string ExternalId, Moment ObservedAt, string? Permit);
}

/// <param name="Agent">The agent's name; its id is taken as well.</param>
/// <param name="ExternalId">What the target system calls what was done, at most 500 characters: told again, it is the same observation.</param>
/// <param name="ObservedAt">When it was done, by the target's clock.</param>
/// <param name="Permit">The one that was shown, where one was: then no other action covers it.</param>
public sealed record ObservationRequest(string Agent, string Type, string Resource, string ExternalId, DateTimeOffset ObservedAt, string? Permit);

/// <summary>An observation as the API shows it.</summary>
/// <param name="Covered">Whether one redeemed action covers it; else it is a bypass.</param>
/// <param name="ActionId">That action.</param>
public sealed record ObservationDocument(
    Guid Id, AgentRef Agent, string Type, string Resource, string ExternalId, DateTimeOffset ObservedAt, DateTimeOffset ReceivedAt, bool Covered, Guid? ActionId)
{
    public static ObservationDocument Of(ObservationView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        var (it, agent) = view;
        return new(it.Id.Value, AgentRef.Of(agent), it.Type, it.Resource, it.ExternalId, it.ObservedAt.ToDateTimeOffset(), it.ReceivedAt.ToDateTimeOffset(), it.ActionSequence is not null, it.Action?.Value);
    }
}
