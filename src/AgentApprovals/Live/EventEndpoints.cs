using System.Globalization;
using AgentApprovals.Client;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Hosting;
using AgentApprovals.Security;

namespace AgentApprovals.Live;

/// <summary>Events as they happen, over plain HTTP.</summary>
public static class EventEndpoints
{
    private const string Header = "Last-Event-ID";

    public static void MapEvents(this RouteGroupBuilder api) => api.MapGroup("/events").WithTags("Events").RequireAuthorization(SecuritySetup.SessionsAndPeople)
        .MapGet("/", FollowAsync).Produces<EventDocument>(200, EventWire.MediaType)
        .WithSummary("Server-Sent Events: a session's own, or what a person may see, until it is stopped or the client leaves.");

    private static async Task<IResult> FollowAsync(Api api, EventStreams streams)
    {
        long? after = null;
        if (api.Context.Request.Headers.TryGetValue(Header, out var values) && values.ToString() is { Length: > 0 } text)
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
                return api.Refuse(Refusals.Invalid(Header, "The id of an event is expected: a number."));
            after = sequence;
        }

        var refused = api.Actor switch
        {
            PersonActor person => await streams.FollowAsync(api.Context, person, after),
            _ => await streams.FollowAsync(api.Context, api.SessionId, after),
        };
        return refused is null ? TypedResults.Empty : api.Refuse(refused);
    }
}
