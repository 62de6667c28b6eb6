using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Webhooks;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Webhooks;

/// <summary>What people do with endpoints, for whoever asks: a script over HTTP, or a page of the console.</summary>
public sealed class WebhookActs(WebhookLine line, WebhookSecrets secrets, WebhookFeed feed, WebhookSender sender, CutOffs cutOffs, WebhookJobs jobs, Deliveries deliveries, Reader reader, IHostApplicationLifetime life)
{
    /// <summary>Whoever asked for something to be sent hears of the answer if it comes by then.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>Why an endpoint may not be registered after all; null where it may. Its name is looked up now, and again at each connection.</summary>
    public async Task<Refusal?> RefusalAsync(WebhookInput input, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.ToLookUp is { } url && !await line.MayRegisterAsync(url, cancel) ? Refusals.Invalid("url", WebhookReader.NotReachable) : null;
    }

    public RegisterWebhook Register(Actor actor, WebhookInput input, string secret)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new(actor, input.Url, input.Events, input.Agent, secrets.Encrypt(secret), input.CutOff);
    }

    public RotateWebhookSecret Rotate(Actor actor, WebhookId id, string secret) => new(actor, id, secrets.Encrypt(secret));

    public Task<WebhookState?> FindAsync(WebhookId id) => reader.LookAsync(db => db.Webhooks.SingleOrDefaultAsync(w => w.Id == id && w.Status != WebhookStatus.Deleted));

    /// <summary>Sends the test that an entry asked for, as soon as it is written down to be sent.</summary>
    /// <exception cref="LedgerUnavailableException">That takes so long that nobody waits for it; it is sent then.</exception>
    public async Task<DeliveryRow> SendTestAsync(WebhookState webhook, long entry)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        try
        {
            await feed.PassedAsync(entry, life.ApplicationStopping).WaitAsync(Patience);
        }
        catch (TimeoutException e)
        {
            throw new LedgerUnavailableException("The test is on record and will be sent; how it is answered will stand among the deliveries.", e);
        }

        return await SendAsync(webhook, (await deliveries.FindAsync(webhook.Sequence, entry))!, unlessDelivered: true);
    }

    /// <summary>Sends one event again, whatever became of it.</summary>
    public Task<DeliveryRow> SendAgainAsync(WebhookState webhook, DeliveryRow delivery) => SendAsync(webhook, delivery, unlessDelivered: false);

    /// <summary>How it was answered; while there is no answer yet, the delivery as it stands. Whether or not somebody waits for it, it is sent.</summary>
    private async Task<DeliveryRow> SendAsync(WebhookState webhook, DeliveryRow delivery, bool unlessDelivered)
    {
        var sending = SendAndGoOnAsync(webhook, delivery, unlessDelivered);
        return await Task.WhenAny(sending, Task.Delay(Patience)) == sending ? await sending : (await deliveries.FindAsync(webhook.Sequence, delivery.EntrySequence))!;
    }

    private async Task<DeliveryRow> SendAndGoOnAsync(WebhookState webhook, DeliveryRow delivery, bool unlessDelivered)
    {
        if (delivery.IsCutOff)
            return await cutOffs.SendAgainAsync(webhook, delivery);
        var sent = await sender.SendAsync(webhook, delivery, unlessDelivered, life.ApplicationStopping);
        // Where it was answered, whatever waits there goes out now.
        jobs.Expect(webhook.Sequence, sent.State == DeliveryState.Delivered ? await deliveries.ExpediteAsync(webhook.Sequence) : sent.DueAt);
        return sent;
    }
}
