using System.Text.Json.Serialization;
using AgentApprovals.Actions;
using AgentApprovals.Client;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Webhooks;

namespace AgentApprovals.Webhooks;

/// <param name="Url">By https, at a public address or in a network that the operator named.</param>
/// <param name="Events">At least one name of an event; none is needed of a cut-off endpoint.</param>
/// <param name="AgentId">Only what concerns this agent.</param>
/// <param name="CutOff">Makes it a cut-off endpoint, and names its layer of receipts (<c>webhook:NAME</c>): it is told of each stop at once, as <c>stop.ordered</c>, and the stop is confirmed only when it has answered 2xx.</param>
public sealed record RegisterWebhookRequest(string Url, IReadOnlyList<string> Events, Guid? AgentId, string? CutOff);

/// <summary>An endpoint as the API shows it; its secret is there once, in the answer that made it.</summary>
/// <param name="CutOff">Its name on receipts, where it cuts off at each stop.</param>
/// <param name="FailingSince">Since when deliveries are given up; null while it answers.</param>
/// <param name="EarlierSecretUntil">Until when the secret before the present one signs as well.</param>
public sealed record WebhookDocument(
    WebhookId Id, string Url, IReadOnlyList<string> Events, AgentId? AgentId, string? CutOff, WebhookStatus State, Moment? FailingSince, Moment? EarlierSecretUntil, PersonRef CreatedBy, Moment CreatedAt)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Secret { get; init; }

    public static WebhookDocument Of(WebhookState webhook, string? secret = null)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        return new(webhook.Id, webhook.Url, webhook.Events, webhook.Agent, webhook.CutOff, webhook.Status, webhook.FailingSince, webhook.EarlierSecretUntil,
            PersonRef.Of(webhook.MadeBy, webhook.MadeByName), webhook.CreatedAt)
        { Secret = secret };
    }
}

/// <param name="Status">The HTTP status that was answered; null where there was no answer.</param>
/// <param name="Error">Why there was none.</param>
public sealed record AttemptDocument(Moment At, int? Status, long Ms, string? Error);

/// <summary>One event for one endpoint. <paramref name="Id"/> is what the header <c>webhook-id</c> says.</summary>
/// <param name="Sequence">The ledger's entry that it tells of.</param>
/// <param name="Attempts">The latest requests, oldest first.</param>
public sealed record DeliveryDocument(Guid Id, string Event, long Sequence, Moment At, DeliveryState State, Moment? NextAttemptAt, IReadOnlyList<AttemptDocument> Attempts)
{
    public static DeliveryDocument Of(DeliveryRow delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        return new(delivery.Id, delivery.Event, delivery.EntrySequence, delivery.At, delivery.State, delivery.DueAt,
            [.. delivery.Attempts.Select(a => new AttemptDocument(a.At, a.Status, a.Ms, a.Error))]);
    }
}
