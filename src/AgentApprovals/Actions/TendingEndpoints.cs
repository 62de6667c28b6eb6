using System.Globalization;
using AgentApprovals.Client;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Hosting;
using AgentApprovals.Security;

namespace AgentApprovals.Actions;

/// <summary>What is said about an action before it is decided, and more time to decide it.</summary>
public static class TendingEndpoints
{
    private const int MostText = 4000;

    public static void MapTending(this RouteGroupBuilder api)
    {
        var both = api.MapGroup("/actions/{id:guid}/messages").WithTags("Deciding").RequireAuthorization(SecuritySetup.SessionsAndPeople);
        both.MapGet("/", ListAsync).Produces<ListDocument<MessageDocument>>().WithSummary("What was said about it, in the order in which it was said.");
        both.MapPost("/", SayAsync).Accepts<MessageRequest>("application/json").Produces<MessageDocument>(201)
            .WithSummary("A reviewer asks, the agent answers; the status stays.");
        api.MapGroup("/actions/{id:guid}").WithTags("Deciding").RequireAuthorization(SecuritySetup.People)
            .MapPost("/extend", ExtendAsync).Accepts<ExtendRequest>("application/json").Produces<ActionDocument>()
            .WithSummary("More time to decide: at most three times, at most to twice what the rule gives.");
    }

    private static async Task<IResult> ListAsync(Guid id, Api api, Messages messages)
    {
        if (await SeenAsync(api, id) is not { } view)
            return api.Refuse(Refusals.NotFound);
        var paging = Query.Paging(api.Context.Request);
        if (paging.Refusal is { } refusal)
            return api.Refuse(refusal);
        var page = await messages.OfAsync(view.Action, paging.Value.Before ?? 0, paging.Value.Limit, forAgent: !api.IsPerson);
        return Api.Ok(new ListDocument<MessageDocument>(page.Items, page.Next?.ToString(CultureInfo.InvariantCulture)));
    }

    private static Task<IResult> SayAsync(Guid id, Api api) => api.WithBodyAsync(
        body => body.RequiredText("text", MostText),
        text => api.CommitAsync(new SendMessage(api.Actor, new(id), text), said => api.Created($"/api/v1/actions/{id}/messages",
            new MessageDocument(said.Id, said.Action.Value, SpeakerDocument.Of(said.By, forAgent: !api.IsPerson), said.At.ToDateTimeOffset(), said.Text, Purged: false))),
        () => MayTendAsync(api, id));

    private static Task<IResult> ExtendAsync(Guid id, Api api, ActionDocuments documents) => api.WithBodyAsync(
        body =>
        {
            if (!body.Has("seconds"))
                body.Fault("seconds", "It is required.");
            return new Extend(api.Actor, new(id), body.Integer("seconds", 1, least: 1), body.RequiredText("reason", MostText));
        },
        command => api.CommitAsync(command, async r => Api.Ok(await documents.OfAsync(r, forAgent: false))),
        () => MayTendAsync(api, id));

    private static async Task<Refusal?> MayTendAsync(Api api, Guid id) => await SeenAsync(api, id) is not { } view ? Refusals.NotFound
        : api.IsPerson ? Tending.RoleRefusal(view.Action, api.Person) : null;

    private static async Task<ActionView?> SeenAsync(Api api, Guid id) => await api.Reader.ActionAsync(new(id)) is { } view
        && (api.IsPerson ? api.Person.MaySee(view.Action, view.Session, view.Agent) : view.Session.Id == api.SessionId) ? view : null;
}
