using System.Collections.Concurrent;
using System.Diagnostics;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Live;
using AgentApprovals.Runners;
using AgentApprovals.Security;
using AgentApprovals.Webhooks;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Stops;

/// <summary>What was done for a stop before it was in the ledger: when it began, what was cut and which runners were told.</summary>
public sealed record StopHold(StopState Provisional, long Began, IReadOnlyList<Connection> Cut, IReadOnlyList<RunnerOrder> Told)
{
    public bool IsFor(StopState stop)
    {
        ArgumentNullException.ThrowIfNull(stop);
        return stop.Id == Provisional.Id || (stop.Scope == Provisional.Scope && stop.TargetSequence == Provisional.TargetSequence);
    }
}

/// <summary>
/// Measures every stop that this node enters, whoever ordered it (people, a limit, a deleted key), and files its receipt: each
/// layer once it has happened, and no sooner. Of a stop that another node has entered it does its own part, and reports it.
/// </summary>
public sealed partial class StopReceipts(Data.Ledger.Ledger ledger, Reader reader, Feed feed, Roster roster, Connections connections, RunnerLines runners, RunnerReceipts proofs, CutOffs cutOffs, NodeBook nodes, ILogger<StopReceipts> log) : IHostedService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Briefly = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(50);

    /// <summary>The receipt of an older stop is filed by whoever finds it.</summary>
    private static readonly TimeSpan Orphaned = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan DefaultLease = TimeSpan.FromSeconds(new AgentLimits().LeaseSeconds);
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<StopId, bool> _later = new();
    private Task _watching = Task.CompletedTask;
    private readonly ConcurrentDictionary<StopHold, bool> _holds = new();
    private readonly ConcurrentDictionary<StopId, Task<StopState>> _filing = new();

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        roster.Stopped += Entered;
        await TakeOverAsync(nodes.IsShared ? Orphaned : TimeSpan.Zero);
        if (nodes.IsShared)
            _watching = WatchAsync();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        roster.Stopped -= Entered;
        _end.TrySetResult();
        await _watching;
    }

    /// <summary>A process that ended between a stop and its receipt took its connections with it; another files what is left.</summary>
    private async Task TakeOverAsync(TimeSpan olderThan)
    {
        var until = new Moment(reader.Now.Milliseconds - (long)olderThan.TotalMilliseconds);
        var left = await reader.LookAsync(db => db.Stops.Where(s => s.At <= until && EF.Functions.Like((string)(object)s.Layers, "%\"waiting\"%")).ToListAsync());
        foreach (var stop in left.Where(s => s.Layers.Any(l => l.State == LayerState.Waiting && l.Layer is StopLayers.Console or StopLayers.Live or StopLayers.Gateway) && !_later.ContainsKey(s.Id)))
            _ = FileAsync(stop, [], [], Stopwatch.GetTimestamp() - (long)((reader.Now - stop.At).TotalSeconds * Stopwatch.Frequency));
    }

    private async Task WatchAsync()
    {
        while (!_end.Task.IsCompleted)
        {
            await Task.WhenAny(Task.Delay(Orphaned), _end.Task);
            try
            {
                if (!_end.Task.IsCompleted)
                    await TakeOverAsync(Orphaned);
            }
            catch (Exception e)
            {
                Log.NotTakenOver(log, e);
            }
        }
    }

    /// <summary>Refuses and cuts what the stop will cover, before it is in the ledger.</summary>
    public StopHold Act(StopState provisional, long began)
    {
        roster.Hold(provisional);
        var hold = new StopHold(provisional, began, connections.CutOff(provisional), runners.Stop(provisional, began));
        _holds[hold] = true;
        return hold;
    }

    /// <summary>The ledger has answered: what it says holds from here on.</summary>
    public void Release(StopHold hold)
    {
        ArgumentNullException.ThrowIfNull(hold);
        // It was stopped before: what the runners answer this time goes to the receipt that there is.
        if (Drop(hold) && hold.Told.Count > 0)
            _ = Task.Run(() => proofs.FileAsync(hold.Told));
    }

    private bool Drop(StopHold hold)
    {
        var wasHeld = _holds.TryRemove(hold, out _);
        roster.Release(hold.Provisional);
        return wasHeld;
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
                StopLayers.Live or StopLayers.Gateway => l with { Detail = CutLayers.Here(l.Layer, stop.Node, cut) },
                _ => l,
            }), .. cutOffs.LayersOf(stop)],
        };
    }

    /// <summary>The stop with all that is known of its layers; waits for what is being measured.</summary>
    public async Task<StopState> OfAsync(StopState stop)
    {
        ArgumentNullException.ThrowIfNull(stop);
        return _filing.TryGetValue(stop.Id, out var filing) ? await filing
            : stop.Layers.All(l => l.State != LayerState.Waiting) ? stop : await reader.LookAsync(db => db.Stops.SingleAsync(s => s.Id == stop.Id));
    }

    /// <summary>In the writer's thread, before anybody is answered: the roster refuses by now, so what is cut stays outside.</summary>
    private void Entered(StopState stop)
    {
        var holds = _holds.Keys.Where(h => h.IsFor(stop)).ToList();
        holds.ForEach(h => Drop(h));
        var began = holds.Select(h => h.Began).DefaultIfEmpty(Stopwatch.GetTimestamp()).Min();
        var cut = holds.SelectMany(h => h.Cut).Concat(connections.CutOff(stop)).ToList();
        var told = holds.SelectMany(h => h.Told).Concat(runners.Stop(stop, began)).ToList();
        nodes.Report(stop, cut);
        if (feed.IsForeign)
        {
            // The receipt is another node's; what the runners here prove is filed from here.
            _ = Task.Run(() => proofs.OfAsync(stop, told));
            return;
        }

        cutOffs.Begin(stop, began);
        var filed = new TaskCompletionSource<StopState>(TaskCreationOptions.RunContinuationsAsynchronously);
        _filing[stop.Id] = filed.Task;
        _ = Task.Run(async () =>
        {
            filed.SetResult(await FileAsync(stop, cut, told, began));
            _filing.TryRemove(stop.Id, out _);
        });
    }

    private async Task<StopState> FileAsync(StopState stop, List<Connection> cut, List<RunnerOrder> told, long began)
    {
        var enteredMs = Milliseconds(began);
        await Task.WhenAny(Task.WhenAll(cut.Select(c => c.Closed)), Task.Delay(Patience));
        try
        {
            var count = await reader.LookAsync(db => StopReach.CountAsync(db, stop));
            var console = new StopLayer(StopLayers.Console, LayerState.Confirmed, enteredMs,
                $"token refused; {CutLayers.Number(count.Actions, "action")} stopped; {CutLayers.Number(count.Permits, "permit")} revoked");
            var layers = await CutAsync(stop, cut, began);
            stop = (await ledger.CommitAsync(new ConfirmLayers(stop.Id, [console, .. layers, .. await proofs.ReadAsync(stop)]))).Value ?? stop;
            stop = await proofs.OfAsync(stop, told);
            if (layers.Any(l => l.State != LayerState.Confirmed) && _later.TryAdd(stop.Id, true))
                _ = LaterAsync(stop, cut, began);
        }
        catch (Exception e)
        {
            // The stop itself is in the ledger and holds; its receipt stays unconfirmed until it is taken over.
            Log.ReceiptNotFiled(log, stop.Id.Value, e);
        }

        return stop;
    }

    private async Task<IReadOnlyList<StopLayer>> CutAsync(StopState stop, List<Connection> cut, long began)
    {
        var (others, lease) = (await nodes.OthersAsync(stop), await LeaseAsync(stop));
        return [.. new[] { StopLayers.Live, StopLayers.Gateway }.Select(l => CutLayers.Of(l, stop, nodes.Node.Name, cut, others, reader.Now, lease, Milliseconds(began)))];
    }

    /// <summary>Until it is confirmed; who keeps it waiting is on record once, when they have been silent for long enough to be called so.</summary>
    private async Task LaterAsync(StopState stop, List<Connection> cut, long began)
    {
        var isNamed = false;
        try
        {
            while (!_end.Task.IsCompleted)
            {
                await Task.WhenAny(Task.Delay(Stopwatch.GetElapsedTime(began) < NodeBook.Silence ? Again : 20 * Again), _end.Task);
                var layers = await CutAsync(stop, cut, began);
                var isDone = layers.All(l => l.State == LayerState.Confirmed);
                var isLate = Stopwatch.GetElapsedTime(began) > NodeBook.Silence;
                if (isDone || (isLate && !isNamed))
                    await ledger.CommitAsync(new ConfirmLayers(stop.Id, layers));
                isNamed |= isLate;
                if (isDone)
                    return;
            }
        }
        catch (Exception e)
        {
            Log.ReceiptNotFiled(log, stop.Id.Value, e);
        }
        finally
        {
            _later.TryRemove(stop.Id, out _);
        }
    }

    /// <summary>Of everything: the longest that there may be, for nobody knows whose connections a silent node holds.</summary>
    private Task<TimeSpan> LeaseAsync(StopState stop) => nodes.IsShared
        ? reader.LookAsync(async db => stop.Scope switch
        {
            StopScope.Agent => LeaseOf(await db.Agents.SingleOrDefaultAsync(a => a.Sequence == stop.TargetSequence)),
            StopScope.Session => LeaseOf(await db.Agents.SingleOrDefaultAsync(a => db.Sessions.Any(s => s.Sequence == stop.TargetSequence && s.AgentSequence == a.Sequence))),
            _ => TimeSpan.FromSeconds(AgentLimits.MostLeaseSeconds),
        })
        : Task.FromResult(DefaultLease);

    private static TimeSpan LeaseOf(AgentState? agent) => agent is null ? DefaultLease : TimeSpan.FromSeconds(agent.Limits.LeaseSeconds);

    private static long Milliseconds(long began) => (long)Math.Ceiling(Stopwatch.GetElapsedTime(began).TotalMilliseconds);

    private static partial class Log
    {
        [LoggerMessage(1302, LogLevel.Error, "The receipt of stop {Stop} could not be filed; the stop holds")]
        public static partial void ReceiptNotFiled(ILogger logger, Guid stop, Exception exception);

        [LoggerMessage(1303, LogLevel.Warning, "Receipts that other nodes left could not be looked for")]
        public static partial void NotTakenOver(ILogger logger, Exception exception);
    }
}
