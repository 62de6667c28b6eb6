using System.Globalization;
using AgentApprovals.Actions;
using AgentApprovals.Agents;
using AgentApprovals.Client;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Webhooks;
using AgentApprovals.Hosting;
using AgentApprovals.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Webhooks;

/// <summary>Endpoints that are told of events: people register them, agents can't.</summary>
public static class WebhookEndpoints
{
    public static void MapWebhooks(this RouteGroupBuilder api)
    {
        var people = api.MapGroup("/webhooks").WithTags("Webhooks").RequireAuthorization(SecuritySetup.People);
        people.MapPost("/", RegisterAsync).Accepts<RegisterWebhookRequest>("application/json").Produces<WebhookDocument>(201).WithSummary("Have an address told of events; the secret is shown once.");
        people.MapGet("/", ListAsync).Produces<ListDocument<WebhookDocument>>().WithSummary("Endpoints, newest first.");
        people.MapGet("/{id:guid}", (Guid id, Api api, WebhookActs acts) => WithAsync(api, acts, id, w => Task.FromResult<IResult>(Api.Ok(WebhookDocument.Of(w)))))
            .Produces<WebhookDocument>().WithSummary("One endpoint.");
        people.MapDelete("/{id:guid}", (Guid id, Api api) => api.CommitAsync(new DeleteWebhook(api.Actor, new(id)), _ => TypedResults.NoContent()))
            .Produces(204).WithSummary("Tell it nothing any more.");
        people.MapPost("/{id:guid}/rotate", RotateAsync).Produces<WebhookDocument>().WithSummary("Another secret, shown once; for 24 hours the one before signs as well.");
        people.MapPost("/{id:guid}/test", TestAsync).Produces<DeliveryDocument>().WithSummary("Send webhook.test now; answers with how the endpoint answered.");
        people.MapGet("/{id:guid}/deliveries", DeliveriesAsync).Produces<ListDocument<DeliveryDocument>>().WithSummary("What it was told, and how it answered, newest first.");
        people.MapPost("/{id:guid}/deliveries/{deliveryId:guid}/redeliver", RedeliverAsync).Produces<DeliveryDocument>().WithSummary("Send it again now, under the same webhook-id.");
    }

    private static Task<IResult> RegisterAsync(Api api, WebhookActs acts, AddressGuard guard) => api.WithBodyAsync(
        body => WebhookReader.Register(body, guard),
        async input =>
        {
            if ((AgentEndpoints.AdministratorRefusal(api) ?? await acts.RefusalAsync(input, api.Context.RequestAborted)) is { } refusal)
                return api.Refuse(refusal);
            var secret = WebhookSignature.NewSecret();
            return await api.CommitAsync(acts.Register(api.Actor, input, secret), w => api.Created($"/api/v1/webhooks/{w.Id}", WebhookDocument.Of(w, secret)));
        },
        () => Task.FromResult(AgentEndpoints.AdministratorRefusal(api)));

    private static async Task<IResult> ListAsync(Api api)
    {
        var paging = Query.Paging(api.Context.Request);
        if ((AgentEndpoints.AdministratorRefusal(api) ?? paging.Refusal) is { } refusal)
            return api.Refuse(refusal);
        var (limit, before) = paging.Value;
        var found = await api.Reader.LookAsync(db => db.Webhooks.Where(w => w.Status != WebhookStatus.Deleted && w.Sequence < (before ?? long.MaxValue))
            .OrderByDescending(w => w.Sequence).Take(limit + 1).ToListAsync());
        return Page(found.Take(limit).Select(w => WebhookDocument.Of(w)), found.Count > limit ? found[limit - 1].Sequence : null);
    }

    private static Task<IResult> RotateAsync(Guid id, Api api, WebhookActs acts)
    {
        var secret = WebhookSignature.NewSecret();
        return api.CommitAsync(acts.Rotate(api.Actor, new(id), secret), w => Api.Ok(WebhookDocument.Of(w, secret)));
    }

    private static Task<IResult> TestAsync(Guid id, Api api, WebhookActs acts) => WithAsync(api, acts, id, webhook =>
        api.CommitAsync(new TestWebhook(api.Actor, webhook.Id), async entry => Api.Ok(DeliveryDocument.Of(await acts.SendTestAsync(webhook, entry)))));

    private static Task<IResult> DeliveriesAsync(Guid id, Api api, WebhookActs acts, Deliveries deliveries) => WithAsync(api, acts, id, async webhook =>
    {
        var paging = Query.Paging(api.Context.Request);
        if (paging.Refusal is { } refusal)
            return api.Refuse(refusal);
        var page = await deliveries.PageAsync(webhook.Sequence, paging.Value.Before, paging.Value.Limit);
        return Page(page.Items.Select(DeliveryDocument.Of), page.Next);
    });

    private static Task<IResult> RedeliverAsync(Guid id, Guid deliveryId, Api api, WebhookActs acts, Deliveries deliveries) => WithAsync(api, acts, id, async webhook =>
        await deliveries.FindAsync(webhook.Sequence, deliveryId) is { } delivery
            ? Api.Ok(DeliveryDocument.Of(await acts.SendAgainAsync(webhook, delivery)))
            : api.Refuse(Refusals.NotFound));

    /// <summary>Only administrators know of endpoints at all, so for anybody else it is the role that is missing.</summary>
    private static async Task<IResult> WithAsync(Api api, WebhookActs acts, Guid id, Func<WebhookState, Task<IResult>> show)
    {
        if (AgentEndpoints.AdministratorRefusal(api) is { } refusal)
            return api.Refuse(refusal);
        return await acts.FindAsync(new WebhookId(id)) is { } webhook ? await show(webhook) : api.Refuse(Refusals.NotFound);
    }

    private static JsonHttpResult<ListDocument<T>> Page<T>(IEnumerable<T> items, long? next) => Api.Ok(new ListDocument<T>([.. items], next?.ToString(CultureInfo.InvariantCulture)));
}
