using System.Collections.Concurrent;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Stops;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Live;

/// <summary>
/// What the nodes know of each other, through the table that each writes its own row of: how far it has heard, and what it cut for a stop.
/// One process with a database of its own keeps no such book.
/// </summary>
public sealed partial class NodeBook(
    IDbContextFactory<LedgerContext> contexts, Reader reader, Feed feed, ThisNode node, Connections connections, LedgerOptions options, ILogger<NodeBook> log) : BackgroundService
{
    /// <summary>Who was not seen for so long is silent.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<long, (Moment At, IReadOnlyList<Connection> Cut)> _cut = new();
    private volatile TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _awaited;
    private Moment? _started;

    public bool IsShared => options.IsShared;

    public ThisNode Node => node;

    /// <summary>What was cut here for a stop, in the thread that tells of it: the others read of it together with the position.</summary>
    public void Report(StopState stop, IReadOnlyList<Connection> cut)
    {
        ArgumentNullException.ThrowIfNull(stop);
        ArgumentNullException.ThrowIfNull(cut);
        if (!IsShared)
            return;
        if (cut.Count > 0)
            _cut[stop.Sequence] = (reader.Now, cut);
        Interlocked.Exchange(ref _awaited, stop.Sequence);
        Tell();
        if (cut.Count > 0)
            _ = Task.WhenAll(cut.Select(c => c.Closed)).ContinueWith(_ => Tell(), TaskScheduler.Default);
    }

    /// <summary>The other nodes that matter to a stop: those that were there when it was ordered, and were seen not long before.</summary>
    public async Task<IReadOnlyList<NodeRow>> OthersAsync(StopState stop)
    {
        ArgumentNullException.ThrowIfNull(stop);
        if (!IsShared)
            return [];
        var since = new Moment(stop.At.Milliseconds - (long)Silence.TotalMilliseconds);
        return await reader.LookAsync(db => db.Nodes.Where(n => n.Id != node.Id && n.SeenAt >= since && n.StartedAt <= stop.At).OrderBy(n => n.Name).ToListAsync());
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (IsShared && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                var news = _news.Task.IsCompleted ? _news = new(TaskCreationOptions.RunContinuationsAsynchronously) : _news;
                await PassAsync(stoppingToken);
                await WriteAsync(stoppingToken);
                await Task.WhenAny(news.Task, Task.Delay(Rest, stoppingToken));
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.NotWritten(log, e);
                await Task.WhenAny(Task.Delay(Rest, stoppingToken));
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (!IsShared)
            return;
        try
        {
            // Whoever leaves in peace has closed everything: nobody waits for its report.
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            await db.Nodes.Where(n => n.Id == node.Id).ExecuteDeleteAsync(cancellationToken);
        }
        catch (Exception e)
        {
            Log.NotWritten(log, e);
        }
    }

    private void Tell() => _news.TrySetResult();

    /// <summary>A stop is reported of together with the position that is past it.</summary>
    private async Task PassAsync(CancellationToken cancel)
    {
        while (feed.MovedAsync() is var moved && feed.Position < Interlocked.Read(ref _awaited))
            await moved.WaitAsync(Rest, cancel);
    }

    private async Task WriteAsync(CancellationToken cancel)
    {
        // The position first: what is reported is of at least that many entries.
        var (position, now) = (feed.Position, reader.Now);
        _started ??= now;
        foreach (var (stop, _) in _cut.Where(c => now - c.Value.At > Kept))
            _cut.TryRemove(stop, out _);
        IReadOnlyList<NodeReport> reports = [.. _cut.OrderBy(c => c.Key).Select(c => ReportOf(c.Key, c.Value.Cut))];
        var open = connections.OpenByKind();
        await using var db = await contexts.CreateDbContextAsync(cancel);
        db.Database.SetCommandTimeout(2);
        var written = await db.Nodes.Where(n => n.Id == node.Id).ExecuteUpdateAsync(
            s => s.SetProperty(n => n.SeenAt, now).SetProperty(n => n.Position, position).SetProperty(n => n.Open, open).SetProperty(n => n.Reports, reports), cancel);
        if (written > 0)
            return;
        var longGone = new Moment(now.Milliseconds - (long)Forgotten.TotalMilliseconds);
        await db.Nodes.Where(n => n.SeenAt < longGone).ExecuteDeleteAsync(cancel);
        db.Nodes.Add(new() { Id = node.Id, Name = node.Name, StartedAt = _started.Value, SeenAt = now, Position = position, Open = open, Reports = reports });
        await db.SaveChangesAsync(cancel);
    }

    private static NodeReport ReportOf(long stop, IReadOnlyList<Connection> cut) =>
        new(stop, Connections.ByKind(cut.Where(c => c.Closed.IsCompleted)), Connections.ByKind(cut.Where(c => !c.Closed.IsCompleted)));

    private static partial class Log
    {
        [LoggerMessage(1421, LogLevel.Warning, "This node could not tell the others where it stands")]
        public static partial void NotWritten(ILogger logger, Exception exception);
    }
}
