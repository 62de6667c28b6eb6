using System.Collections.Concurrent;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Runners;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Runners;

/// <summary>
/// Files what runners have proved: with the session, and from there on the receipts of its stops. Any node does that for the runners that
/// are connected to it; what it finds is computed from the rows, so it does not matter who comes last.
/// </summary>
public sealed partial class RunnerReceipts(Data.Ledger.Ledger ledger, Reader reader, RunnerLines lines, ILogger<RunnerReceipts> log)
{
    /// <summary>How long whoever stops something waits for runners; what comes later is filed then.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Stops that something may still become of without a word from a runner: a lease runs, or an answer is on its way.</summary>
    private readonly ConcurrentDictionary<StopId, bool> _open = new();

    /// <summary>What an earlier process left unsettled is looked at once more.</summary>
    public async Task StartAsync()
    {
        foreach (var id in await reader.LookAsync(db => db.Stops.Where(s => EF.Functions.Like((string)(object)s.Layers, "%\"waiting\"%")).Select(s => s.Id).ToListAsync()))
            _open[id] = true;
    }

    /// <summary>Tells a runner whose session is stopped already to kill, and files its answer.</summary>
    public async Task TellAsync(RunnerLine? line, long began)
    {
        if (line is not null && await EnterAsync(lines.Stop(line, began)) is { } session)
            await LayersAsync(session);
    }

    /// <summary>What a runner said of its process tree's end, without being asked.</summary>
    public async Task FileAsync(SessionId id, CageEnd end)
    {
        if ((await ledger.CommitAsync(new FileCageEnd(id, end))).Value is { } session)
            await LayersAsync(session);
    }

    /// <summary>Answers that no receipt waits for: each goes to those there are.</summary>
    public Task FileAsync(IReadOnlyList<RunnerOrder> orders) => Task.WhenAll(orders.Select(async order =>
    {
        if (await EnterAsync(order) is { } session)
            await LayersAsync(session);
    }));

    /// <summary>The stop once those that were told have answered, or have not for too long.</summary>
    public async Task<StopState> OfAsync(StopState stop, IReadOnlyList<RunnerOrder> orders)
    {
        ArgumentNullException.ThrowIfNull(stop);
        ArgumentNullException.ThrowIfNull(orders);
        if (orders.Count == 0)
            return stop;
        await Task.WhenAny(Task.WhenAll(orders.Select(EnterAsync)), Task.Delay(Patience));
        return await LayersAsync(stop);
    }

    /// <summary>The layers as they stand now.</summary>
    public async Task<IReadOnlyList<StopLayer>> ReadAsync(StopState stop)
    {
        ArgumentNullException.ThrowIfNull(stop);
        var sessions = await reader.LookAsync(async db =>
        {
            var hit = await StopReach.SessionsAsync(db, stop, long.MaxValue, int.MaxValue);
            var target = stop.TargetSequence;
            // A session that was over before has a process all the same, until its runner has said that it has none.
            return stop.Scope == StopScope.Session && hit.Count == 0
                ? [await db.Sessions.SingleAsync(s => s.Sequence == target)]
                : hit.Select(v => v.Session).ToList();
        });
        var layers = RunnerLayers.Of(stop, sessions, reader.Now);
        if (layers.Any(l => l.State == LayerState.Waiting && (l.Layer == StopLayers.Lease || reader.Now - stop.At < RunnerLines.Patience)))
            _open[stop.Id] = true;
        else
            _open.TryRemove(stop.Id, out _);
        return layers;
    }

    /// <summary>Looks again at the stops that something may have become of.</summary>
    public async Task SettleAsync()
    {
        foreach (var id in _open.Keys)
        {
            if (await reader.LookAsync(db => db.Stops.SingleOrDefaultAsync(s => s.Id == id)) is { } stop)
                await LayersAsync(stop);
        }
    }

    private async Task<SessionState?> EnterAsync(RunnerOrder order)
    {
        try
        {
            return await order.Answer is { } end ? (await ledger.CommitAsync(new FileCageEnd(order.Session.Id, end))).Value : null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The process is as dead as it is; the receipt stays unconfirmed, which is true of what is known.
            Log.NotFiled(log, order.Session.Id.Value, e);
            return null;
        }
    }

    private async Task LayersAsync(SessionState session)
    {
        foreach (var stop in await reader.LookAsync(db => db.Stops.Where(s => s.Sequence == session.StoppedBy || (s.Scope == StopScope.Session && s.TargetSequence == session.Sequence)).ToListAsync()))
            await LayersAsync(stop);
    }

    private async Task<StopState> LayersAsync(StopState stop)
    {
        var layers = await ReadAsync(stop);
        return layers.All(stop.Layers.Contains) ? stop : (await ledger.CommitAsync(new ConfirmLayers(stop.Id, layers))).Value ?? stop;
    }

    private static partial class Log
    {
        [LoggerMessage(1606, LogLevel.Error, "What the runner of session {Session} confirmed could not be filed")]
        public static partial void NotFiled(ILogger logger, Guid session, Exception exception);
    }
}
