using AgentApprovals.Domain.Webhooks;

namespace AgentApprovals.Domain.Stops;

/// <summary>
/// The layers of a stop that stand outside: whatever an endpoint can take away (a sign-in, a key of the cloud, a container). Its 2xx confirms
/// one, and nothing else does.
/// </summary>
public static class CutOffLayers
{
    public const string Prefix = "webhook:";

    public static bool Is(StopLayer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return layer.Layer.StartsWith(Prefix, StringComparison.Ordinal);
    }

    public static string NameOf(WebhookState webhook)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        return Prefix + webhook.CutOff;
    }

    /// <summary>As a stop is entered: each endpoint that is to carry it out is waited for, and one that is switched off will not answer.</summary>
    /// <param name="stopped">The agent that the stop hits; null: everything.</param>
    public static IEnumerable<StopLayer> Of(IEnumerable<WebhookState> webhooks, AgentId? stopped) => webhooks
        .Where(w => w.CutsOff(stopped)).OrderBy(w => w.CutOff, StringComparer.Ordinal)
        .Select(w => w.Status == WebhookStatus.Active
            ? new StopLayer(NameOf(w), LayerState.Waiting, null, "")
            : new StopLayer(NameOf(w), LayerState.Failed, null, "not told: the endpoint is switched off since it answered 410"));

    /// <summary>What has come of telling an endpoint so far.</summary>
    /// <param name="afterMs">Since the order, until its last answer.</param>
    public static StopLayer Of(WebhookState webhook, DeliveryRow told, long afterMs)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        ArgumentNullException.ThrowIfNull(told);
        var name = NameOf(webhook);
        if (told.State == DeliveryState.Delivered)
            return new(name, LayerState.Confirmed, afterMs, $"{Answer(told)}{(told.Attempts.Count > 1 ? $" at try {told.Attempts.Count}" : "")}");
        if (told.DueAt is { } due)
            return new(name, LayerState.Waiting, null, told.Attempts.Count == 0 ? "" : $"{Answer(told)}; told again at {due}");
        return new(name, LayerState.Failed, null, webhook.Status == WebhookStatus.Deleted ? "the endpoint was deleted before it confirmed"
            : told.Attempts is [.., { IsGone: true }] ? $"{Answer(told)}: the endpoint is switched off"
            : webhook.Status == WebhookStatus.SwitchedOff ? "the endpoint was switched off before it confirmed"
            : $"{Answer(told)}; given up after {told.Tries} tries");
    }

    private static string Answer(DeliveryRow told) => told.Attempts[^1] is { Status: { } status } ? $"answered {status}" : told.Attempts[^1].Error ?? "no answer";
}
