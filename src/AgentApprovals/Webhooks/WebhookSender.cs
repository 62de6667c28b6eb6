using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Webhooks;
using Hangfire;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Webhooks;

/// <summary>
/// Sends what waits for an endpoint. When anything is due, the endpoint is tried with the oldest that waits; while it answers
/// 2xx all that waits goes out, in the order of events; when it does not, all that was due has had its turn, or waits for the
/// oldest where that is tried again within seconds. So each event keeps to its own schedule, an endpoint that was away gets everything in order, and a dead one costs a request or two each time. What
/// alone is refused again and again is stepped over, so that it does not hold up the rest.
/// </summary>
public sealed class WebhookSender(Deliveries deliveries, WebhookSecrets secrets, WebhookBodies bodies, WebhookRequest request, Data.Ledger.Ledger ledger, Reader reader, JobStorage storage)
{
    /// <summary>After so many turns without success an event may be stepped over: five minutes after the first.</summary>
    private const int PatientTurns = 3;

    private const int Batch = 50;

    private readonly EndpointGates _gates = new();

    /// <summary>Sends what is due at an endpoint, and with it whatever waits there.</summary>
    /// <exception cref="Hangfire.Storage.DistributedLockTimeoutException">Another node is at it.</exception>
    public Task RunAsync(long webhook, CancellationToken cancel) => _gates.RunAsync(webhook, () => TurnAsync(webhook, cancel), cancel);

    /// <summary>Sends one event now; failed, it begins its schedule again.</summary>
    /// <param name="unlessDelivered">Only where it has not been delivered meanwhile; else whatever became of it.</param>
    public Task<DeliveryRow> SendAsync(WebhookState webhook, DeliveryRow delivery, bool unlessDelivered, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        ArgumentNullException.ThrowIfNull(delivery);
        return _gates.AloneAsync(webhook.Sequence, async () =>
        {
            var known = await deliveries.FindAsync(webhook.Sequence, delivery.EntrySequence) ?? delivery;
            if (unlessDelivered && known.State == DeliveryState.Delivered)
                return known;
            return (await AttemptAsync(webhook, await secrets.OfAsync(webhook), known.Again(reader.Now), cancel)).Sent;
        }, cancel);
    }

    private async Task TurnAsync(long sequence, CancellationToken cancel)
    {
        if (await deliveries.NextDueAsync(sequence) is not { } due || due > reader.Now)
            return;
        // However many nodes there are, one sends to an endpoint, so that what it gets is in order.
        using var connection = storage.GetConnection();
        using var alone = connection.AcquireDistributedLock($"webhook:{sequence}", TimeSpan.Zero);
        var webhook = await reader.LookAsync(db => db.Webhooks.SingleAsync(w => w.Sequence == sequence));
        if (webhook.Status != WebhookStatus.Active)
        {
            await deliveries.GiveUpAsync(sequence);
            return;
        }

        var keys = await secrets.OfAsync(webhook);
        DeliveryRow? refused = null;
        for (var after = 0L; await deliveries.PendingAsync(sequence, after, Batch) is { Count: > 0 } batch; after = batch[^1].EntrySequence)
        {
            foreach (var delivery in batch.Where(d => !d.SteppedOver || d.DueAt <= reader.Now))
            {
                if (!delivery.SteppedOver && delivery.IsAwaitedAt(reader.Now))
                {
                    await deliveries.AwaitAsync(sequence, reader.Now, delivery.DueAt!.Value);
                    return;
                }

                var (sent, isThere) = await AttemptAsync(webhook, keys, delivery, cancel);
                if (!isThere || sent.Attempts[^1].IsGone)
                    return;
                if (sent.State == DeliveryState.Delivered)
                {
                    if (refused is not null)
                        await deliveries.SaveAsync(refused with { SteppedOver = true });
                    refused = null;
                }
                else if (!delivery.SteppedOver)
                {
                    // One that was refused often may be refused for what it is: the next one shows whether the endpoint is away.
                    if (refused is not null || sent.Tries < PatientTurns)
                    {
                        await GoAwayAsync(webhook, refused is null ? sent : refused);
                        return;
                    }

                    refused = sent;
                }
            }
        }
    }

    /// <summary>The endpoint does not answer: what is due waits for the one that stands first where that is tried again soon, else it has had its turn.</summary>
    private async Task GoAwayAsync(WebhookState webhook, DeliveryRow first)
    {
        var now = reader.Now;
        if (first.IsAwaitedAt(now))
            await deliveries.AwaitAsync(webhook.Sequence, now, first.DueAt!.Value);
        else if (await deliveries.UseTurnsAsync(webhook.Sequence, now))
            await NoteAsync(webhook, isGivenUp: true);
    }

    /// <summary>Makes one request, in nobody's turn: what came of it, and whether the endpoint is still there.</summary>
    internal async Task<(DeliveryRow Sent, bool IsThere)> AttemptAsync(WebhookState webhook, IReadOnlyList<string> keys, DeliveryRow delivery, CancellationToken cancel)
    {
        var attempt = await request.SendAsync(webhook.Url, keys, delivery.Id.ToString(), await bodies.OfAsync(delivery), cancel);
        var after = delivery.After(attempt, reader.Now);
        if (!await deliveries.SaveAsync(after))
            return (after, false);
        if (attempt.IsGone)
            await deliveries.GiveUpAsync(webhook.Sequence);
        await NoteAsync(webhook, isGone: attempt.IsGone, isGivenUp: after.State == DeliveryState.Failed, isAnswering: attempt.IsDelivered);
        return (after, true);
    }

    /// <summary>Has the ledger say what changed of the endpoint; mostly nothing did.</summary>
    private async Task NoteAsync(WebhookState webhook, bool isGone = false, bool isGivenUp = false, bool isAnswering = false)
    {
        if (isGone || (isGivenUp && webhook.FailingSince is null) || (isAnswering && (webhook.FailingSince is not null || webhook.Status == WebhookStatus.SwitchedOff)))
            await ledger.CommitAsync(new NoteWebhook(webhook.Id, isGone, isGivenUp, isAnswering));
    }
}
