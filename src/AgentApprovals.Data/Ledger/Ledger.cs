using AgentApprovals.Domain.Ledger;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentApprovals.Data.Ledger;

/// <summary>
/// The one way in for everything that changes. Commands wait in a bounded queue; one writer takes what is there, loads what
/// it needs, lets the domain decide each in order, writes rows and entries in one commit where the head still stands as it
/// was read, and only then answers. Idle, a command waits for nobody; under load one commit serves hundreds.
/// </summary>
public sealed partial class Ledger(ILedgerStore store, LedgerBatches batches, Feed feed, LedgerClock clock, ILogger<Ledger> log) : BackgroundService
{
    private readonly LedgerQueue _queue = new();
    private volatile bool _isReady;

    /// <summary>Whether the writer has reached the database and takes commands.</summary>
    public bool IsReady => _isReady;

    /// <summary>Decides and commits <paramref name="command"/>. The answer comes after the commit: what it says will be there after a crash.</summary>
    /// <exception cref="LedgerUnavailableException">The database could not be reached; nothing was done.</exception>
    public Task<Result<T>> CommitAsync<T>(Command<T> command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var answer = new TaskCompletionSource<Result<T>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var pending = new Pending(command, result => () => answer.TrySetResult((Result<T>)result), e => answer.TrySetException(e));
        return _queue.TryAdd(pending) ? answer.Task : Task.FromResult<Result<T>>(Refusals.Busy);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Off the caller's thread: starting the host does not wait for the database.
        await Task.Yield();
        var head = await store.ReadHeadAsync(stoppingToken);
        feed.StartAt(head.Sequence);
        clock.Follow(head);
        _isReady = true;
        while (!stoppingToken.IsCancellationRequested)
        {
            List<Pending> taken;
            try
            {
                taken = await _queue.TakeAsync(stoppingToken);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            await WriteAsync([.. taken.Where(p => !p.Command.IsRehearsal)], stoppingToken);
            await RehearseAsync([.. taken.Where(p => p.Command.IsRehearsal)]);
        }
    }

    /// <summary>Commits a batch; where one command breaks it, each on its own, so that its neighbours do not suffer.</summary>
    private async Task WriteAsync(List<Pending> batch, CancellationToken cancel)
    {
        if (batch.Count == 0)
            return;
        try
        {
            var answers = await batches.CommitAsync([.. batch.Select(p => p.Command)], cancel);
            foreach (var answer in batch.Zip(answers, (pending, result) => pending.Answer(result)).ToList())
                answer();
        }
        catch (Exception e) when (batch.Count > 1)
        {
            Log.BatchBroke(log, batch.Count, e);
            foreach (var one in batch)
                await WriteAsync([one], cancel);
        }
        catch (Exception e)
        {
            Log.CommandBroke(log, batch[0].Command.GetType().Name, e);
            batch[0].Fail(LedgerBatches.IsOutage(e) ? new LedgerUnavailableException(e) : e);
        }
    }

    private async Task RehearseAsync(List<Pending> rehearsals)
    {
        foreach (var one in rehearsals)
        {
            try
            {
                one.Answer(await batches.RehearseAsync(one.Command, CancellationToken.None))();
            }
            catch (Exception e)
            {
                Log.CommandBroke(log, one.Command.GetType().Name, e);
                one.Fail(LedgerBatches.IsOutage(e) ? new LedgerUnavailableException(e) : e);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Warning, "A batch of {Count} commands broke; each is tried on its own")]
        public static partial void BatchBroke(ILogger logger, int count, Exception exception);

        [LoggerMessage(1002, LogLevel.Error, "The command {Command} broke; nothing of it was done")]
        public static partial void CommandBroke(ILogger logger, string command, Exception exception);
    }
}

/// <summary>The database can't be reached, so nothing was done.</summary>
public sealed class LedgerUnavailableException(Exception inner) : Exception("The ledger's database can't be reached; nothing was done.", inner);
