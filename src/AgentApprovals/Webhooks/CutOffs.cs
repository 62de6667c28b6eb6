using System.Collections.Concurrent;
using System.Diagnostics;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Domain.Webhooks;
using AgentApprovals.Security;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AgentApprovals.Webhooks;

/// <summary>
/// Tells cut-off endpoints of a stop: at once, from the node that entered it, each by itself and ahead of all events; then by the schedule of
/// webhooks until one answers 2xx, which is what its layer of the receipt waits for. One request at a time is on its way for an endpoint and
/// stop, on whichever node: it is claimed for longer than it may take. What a node began and did not end, another goes on with.
/// </summary>
public sealed partial class CutOffs(
    Data.Ledger.Ledger ledger, Reader reader, Feed feed, Roster roster, CutOffDeliveries orders, Deliveries deliveries, WebhookSecrets secrets, WebhookSender sender,
    LedgerOptions options, IOptions<WebhookSettings> settings, IHostApplicationLifetime life, ILogger<CutOffs> log) : BackgroundService
{
    private const int ClaimSeconds = 20;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    /// <summary>A receipt that waits for so long may have been left by whoever entered the stop.</summary>
    private static readonly TimeSpan Left = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<long, WebhookState> _endpoints = new();

    /// <summary>The layers that a stop has outside while it can't be recorded: nobody is told of what is on no record.</summary>
    public IEnumerable<StopLayer> LayersOf(SpooledStop stop)
    {
        ArgumentNullException.ThrowIfNull(stop);
        // An agent that is not known here may be any.
        var stopped = stop.Scope switch
        {
            StopScope.Agent => stop.Target is { } id ? new AgentId(id) : roster.Agent(a => a.Name == stop.AgentName)?.Id,
            StopScope.Session => roster.Known(new(stop.Target!.Value)) is { } session ? roster.AgentOf(session)?.Id : null,
            _ => null,
        };
        return CutOffLayers.Of(_endpoints.Values, stopped).Select(l => l.State == LayerState.Waiting ? l with { Detail = "told when the stop is on record" } : l);
    }

    /// <summary>Tells every endpoint that the stop's receipt waits for. Nobody waits for that, so nothing holds up anything.</summary>
    /// <param name="began">When it was ordered, as <see cref="Stopwatch"/> counts.</param>
    public void Begin(StopState stop, long began)
    {
        ArgumentNullException.ThrowIfNull(stop);
        foreach (var webhook in Awaited(stop))
            _ = Task.Run(() => GuardAsync(() => BeginAsync(webhook, stop, began)));
    }

    /// <summary>Goes on with what is due; each endpoint is told by itself, so nobody need wait for what is answered.</summary>
    public async Task<IReadOnlyList<Task>> TakeUpAsync()
    {
        var now = reader.Now;
        var sending = new List<Task>();
        foreach (var row in await orders.DueAsync([.. _endpoints.Keys], now))
        {
            if (await orders.ClaimAsync(row, now.PlusSeconds(ClaimSeconds)))
                sending.Add(GuardAsync(() => ContinueAsync(_endpoints[row.WebhookSequence], row)));
        }

        return sending;
    }

    /// <summary>Begins what nobody has begun, and files what nobody has filed, of stops of before a time.</summary>
    public async Task TakeOverAsync(Moment before)
    {
        foreach (var stop in await orders.WaitingAsync(before))
        {
            foreach (var webhook in Awaited(stop))
                await BeginAsync(webhook, stop, null);
        }
    }

    /// <summary>Tells an endpoint of a stop once more, because somebody asked for it; how it was answered.</summary>
    public Task<DeliveryRow> SendAgainAsync(WebhookState webhook, DeliveryRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return AttemptAsync(webhook, row.Again(reader.Now), null);
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        feed.Committed += Follow;
        foreach (var webhook in await reader.LookAsync(db => db.Webhooks.Where(w => w.CutOff != null).ToListAsync()))
            _endpoints.TryAdd(webhook.Sequence, webhook);
        // What an earlier process had claimed, nobody is at: there is only this one.
        foreach (var webhook in options.IsShared ? [] : _endpoints.Keys)
            await orders.ExpediteAsync(webhook, reader.Now, reader.Now.PlusSeconds(ClaimSeconds));
        await base.StartAsync(cancellationToken);
    }

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        feed.Committed -= Follow;
        return base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        for (var looked = (long?)null; settings.Value.Sends && !stoppingToken.IsCancellationRequested; await Task.WhenAny(Task.Delay(Rest, stoppingToken)))
        {
            if (_endpoints.IsEmpty)
                continue;
            await GuardAsync(async () =>
            {
                if (looked is null || Stopwatch.GetElapsedTime(looked.Value) > Left)
                {
                    await TakeOverAsync(looked is null && !options.IsShared ? reader.Now : reader.Now.PlusSeconds(-(long)Left.TotalSeconds));
                    looked = Stopwatch.GetTimestamp();
                }

                await TakeUpAsync();
            });
        }
    }

    private List<WebhookState> Awaited(StopState stop)
    {
        var waiting = stop.Layers.Where(l => l.State == LayerState.Waiting && CutOffLayers.Is(l)).Select(l => l.Layer).ToHashSet(StringComparer.Ordinal);
        // A name may have been another's before.
        return waiting.Count == 0 ? [] : _endpoints.Values.Where(w => waiting.Contains(CutOffLayers.NameOf(w)) && w.Sequence < stop.Sequence && !(w.EndedAt < stop.At)).ToList();
    }

    private async Task BeginAsync(WebhookState webhook, StopState stop, long? began)
    {
        var now = reader.Now;
        var row = new DeliveryRow
        {
            WebhookSequence = webhook.Sequence,
            EntrySequence = stop.Sequence,
            Id = DeliveryRow.IdOf(webhook.Id, stop.Sequence, stop.At, stop.Id.Value.ToByteArray(bigEndian: true)),
            Event = Kinds.StopOrdered,
            At = stop.At,
            DueAt = now.PlusSeconds(ClaimSeconds),
        };
        if (await orders.BeginAsync(row))
            await ContinueAsync(webhook, row with { DueAt = now }, began);
        else if (began is null && await deliveries.FindAsync(webhook.Sequence, stop.Sequence) is { State: not DeliveryState.Pending } told)
            await FileAsync(webhook, told, null);
    }

    private async Task ContinueAsync(WebhookState webhook, DeliveryRow row, long? began = null)
    {
        if (webhook.Status == WebhookStatus.Active)
        {
            await AttemptAsync(webhook, row, began);
            return;
        }

        var told = row with { State = DeliveryState.Failed, DueAt = null };
        await deliveries.SaveAsync(told);
        await FileAsync(webhook, told, null);
    }

    private async Task<DeliveryRow> AttemptAsync(WebhookState webhook, DeliveryRow row, long? began)
    {
        var (told, _) = await sender.AttemptAsync(webhook, await secrets.OfAsync(webhook), row, life.ApplicationStopping);
        await FileAsync(webhook, told, began is { } then ? (long)Math.Ceiling(Stopwatch.GetElapsedTime(then).TotalMilliseconds) : null);
        return told;
    }

    /// <param name="afterMs">As it was measured; null: as the clock has it.</param>
    private async Task FileAsync(WebhookState webhook, DeliveryRow told, long? afterMs)
    {
        var stop = await reader.LookAsync(db => db.Stops.SingleAsync(s => s.Sequence == told.EntrySequence));
        var layer = CutOffLayers.Of(webhook, told, afterMs ?? Math.Max(0, reader.Now.Milliseconds - stop.At.Milliseconds));
        await ledger.CommitAsync(new ConfirmLayers(stop.Id, [layer]));
    }

    /// <summary>In memory at once; an endpoint that nothing is sent to any more has what it was to do filed as not done.</summary>
    private void Follow(IReadOnlyList<(IRow Row, bool IsNew)> rows)
    {
        foreach (var webhook in rows.Select(r => r.Row).OfType<WebhookState>().Where(w => w.CutOff is not null))
        {
            _endpoints[webhook.Sequence] = webhook;
            if (webhook.Status != WebhookStatus.Active)
                _ = Task.Run(() => GuardAsync(() => orders.ExpediteAsync(webhook.Sequence, reader.Now, null)));
        }
    }

    /// <summary>What broke is gone on with: it is due again when its claim has run out.</summary>
    private async Task GuardAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (!life.ApplicationStopping.IsCancellationRequested)
                Log.Broke(log, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1608, LogLevel.Error, "Telling a cut-off endpoint of a stop broke; it is told again")]
        public static partial void Broke(ILogger logger, Exception exception);
    }
}
