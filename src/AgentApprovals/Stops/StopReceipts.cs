using System.Collections.Concurrent;
using System.Diagnostics;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Live;
using AgentApprovals.Security;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Stops;

/// <summary>What was done for a stop before it was in the ledger: when it began, and what was cut.</summary>
public sealed record StopHold(StopState Provisional, long Began, IReadOnlyList<Connection> Cut)
{
    public bool IsFor(StopState stop)
    {
        ArgumentNullException.ThrowIfNull(stop);
        return stop.Id == Provisional.Id || (stop.Scope == Provisional.Scope && stop.TargetSequence == Provisional.TargetSequence);
    }
}

/// <summary>
/// Measures every stop that this node enters, whoever ordered it (people, a limit, a deleted key), and files its receipt: each
/// layer once it has happened, and no sooner.
/// </summary>
public sealed partial class StopReceipts(Data.Ledger.Ledger ledger, Reader reader, Roster roster, Connections connections, ILogger<StopReceipts> log) : IHostedService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Briefly = TimeSpan.FromMilliseconds(500);
    private readonly ConcurrentDictionary<StopHold, bool> _holds = new();
    private readonly ConcurrentDictionary<StopId, Task<StopState>> _filing = new();

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        roster.Stopped += Entered;
        // A process that ended between a stop and its receipt took every connection with it.
        var left = await reader.LookAsync(db => db.Stops.Where(s => EF.Functions.Like((string)(object)s.Layers, "%\"waiting\"%")).ToListAsync(cancellationToken));
        foreach (var stop in left)
            _ = FileAsync(stop, [], Stopwatch.GetTimestamp() - (long)((reader.Now - stop.At).TotalSeconds * Stopwatch.Frequency));
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        roster.Stopped -= Entered;
        return Task.CompletedTask;
    }

    /// <summary>Refuses and cuts what the stop will cover, before it is in the ledger.</summary>
    public StopHold Act(StopState provisional, long began)
    {
        roster.Hold(provisional);
        var hold = new StopHold(provisional, began, connections.CutOff(provisional));
        _holds[hold] = true;
        return hold;
    }

    /// <summary>The ledger has answered: what it says holds from here on.</summary>
    public void Release(StopHold hold)
    {
        ArgumentNullException.ThrowIfNull(hold);
        _holds.TryRemove(hold, out _);
        roster.Release(hold.Provisional);
    }

    /// <summary>Nothing of it holds ahead of the ledger any more.</summary>
    public void Release(StopId id)
    {
        foreach (var hold in _holds.Keys.Where(h => h.Provisional.Id == id))
            Release(hold);
    }

    /// <summary>The stop as it stands while it can't be recorded: what was closed here, and that nobody else was told.</summary>
    public async Task<StopState> OfAsync(SpooledStop stop)
    {
        ArgumentNullException.ThrowIfNull(stop);
        var cut = _holds.Keys.Where(h => h.Provisional.Id == stop.Id).SelectMany(h => h.Cut).ToList();
        await Task.WhenAny(Task.WhenAll(cut.Select(c => c.Closed)), Task.Delay(Briefly));
        return stop.Ahead with
        {
            Layers = [.. StopLayers.Waiting.Select(l => l.Layer switch
            {
                StopLayers.Console => l with { Detail = $"in force on node {stop.Node}, other nodes not told, not yet recorded" },
                StopLayers.Live or StopLayers.Gateway => l with { Detail = $"{Closed(l.Layer, [.. Of(l.Layer, cut).Where(c => c.Closed.IsCompleted)])} on node {stop.Node}; other nodes not told" },
                _ => l,
            })],
        };
    }

    /// <summary>The stop with all that is known of its layers; waits for what is being measured.</summary>
    public async Task<StopState> OfAsync(StopState stop)
    {
        ArgumentNullException.ThrowIfNull(stop);
        if (_filing.TryGetValue(stop.Id, out var filing))
            return await filing;
        return stop.Layers.All(l => l.State != LayerState.Waiting) ? stop : await reader.LookAsync(db => db.Stops.SingleAsync(s => s.Id == stop.Id));
    }

    /// <summary>In the writer's thread, before anybody is answered: the roster refuses by now, so what is cut stays outside.</summary>
    private void Entered(StopState stop)
    {
        var holds = _holds.Keys.Where(h => h.IsFor(stop)).ToList();
        holds.ForEach(Release);
        var began = holds.Select(h => h.Began).DefaultIfEmpty(Stopwatch.GetTimestamp()).Min();
        var cut = holds.SelectMany(h => h.Cut).Concat(connections.CutOff(stop)).ToList();
        var filed = new TaskCompletionSource<StopState>(TaskCreationOptions.RunContinuationsAsynchronously);
        _filing[stop.Id] = filed.Task;
        _ = Task.Run(async () =>
        {
            filed.SetResult(await FileAsync(stop, cut, began));
            _filing.TryRemove(stop.Id, out _);
        });
    }

    private async Task<StopState> FileAsync(StopState stop, List<Connection> cut, long began)
    {
        var enteredMs = Milliseconds(began);
        var closed = Task.WhenAll(cut.Select(c => c.Closed));
        await Task.WhenAny(closed, Task.Delay(Patience));
        var (live, gateway) = (LayerOf(StopLayers.Live, cut, began), LayerOf(StopLayers.Gateway, cut, began));
        try
        {
            var count = await reader.LookAsync(db => StopReach.CountAsync(db, stop));
            var console = new StopLayer(StopLayers.Console, LayerState.Confirmed, enteredMs,
                $"token refused; {Number(count.Actions, "action")} stopped; {Number(count.Permits, "permit")} revoked");
            stop = (await ledger.CommitAsync(new ConfirmLayers(stop.Id, [console, live, gateway]))).Value ?? stop;
            if (!closed.IsCompleted)
                _ = LaterAsync(stop, closed, cut, began);
        }
        catch (Exception e)
        {
            // The stop itself is in the ledger and holds; its receipt stays unconfirmed until the next start.
            Log.ReceiptNotFiled(log, stop.Id.Value, e);
        }

        return stop;
    }

    private async Task LaterAsync(StopState stop, Task closed, List<Connection> cut, long began)
    {
        await closed;
        await ledger.CommitAsync(new ConfirmLayers(stop.Id, [LayerOf(StopLayers.Live, cut, began), LayerOf(StopLayers.Gateway, cut, began)]));
    }

    private static StopLayer LayerOf(string layer, List<Connection> all, long began)
    {
        var cut = Of(layer, all);
        var open = cut.Count(c => !c.Closed.IsCompleted);
        return open == 0
            ? new StopLayer(layer, LayerState.Confirmed, Milliseconds(began), Closed(layer, cut))
            : new StopLayer(layer, LayerState.Waiting, null, $"{open} of {cut.Count} connections have not closed yet");
    }

    private static List<Connection> Of(string layer, List<Connection> cut) => [.. cut.Where(c => c.Kind == ConnectionKind.Gateway == (layer == StopLayers.Gateway))];

    private static string Closed(string layer, List<Connection> cut)
    {
        if (layer == StopLayers.Gateway)
            return cut.Count == 0 ? "nothing was on its way" : $"{Number(cut.Count, "request")} aborted";
        var kinds = cut.GroupBy(c => c.Kind).OrderBy(g => g.Key).Select(g => Number(g.Count(), g.Key switch
        {
            ConnectionKind.EventStream => "event stream",
            _ => "long-poll",
        })).ToList();
        return kinds.Count == 0 ? "nothing was open" : $"{string.Join(", ", kinds)} closed";
    }

    private static string Number(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private static long Milliseconds(long began) => (long)Math.Ceiling(Stopwatch.GetElapsedTime(began).TotalMilliseconds);

    private static partial class Log
    {
        [LoggerMessage(1302, LogLevel.Error, "The receipt of stop {Stop} could not be filed; the stop holds")]
        public static partial void ReceiptNotFiled(ILogger logger, Guid stop, Exception exception);
    }
}
