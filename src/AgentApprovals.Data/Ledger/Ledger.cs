using System.Data.Common;
using AgentApprovals.Domain.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentApprovals.Data.Ledger;

/// <summary>
/// The one way in for everything that changes. Commands wait in a bounded queue; one writer takes what is there, loads what
/// it needs, lets the domain decide each in order, writes rows and entries in one commit where the head still stands as it
/// was read, and only then answers. Idle, a command waits for nobody; under load one commit serves hundreds.
/// </summary>
public sealed partial class Ledger(ILedgerStore store, LedgerBatches batches, Feed feed, LedgerClock clock, LedgerOptions options, ILogger<Ledger> log, Contact? contact = null) : BackgroundService
{
    private readonly LedgerQueue _queue = new(options.QueueRoom);
    private const string InDoubt = "The database can't be reached; it is not known whether this was done. Look before you ask again.";
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(250);
    private volatile bool _isReady;

    /// <summary>Whether the writer has reached the database and takes commands.</summary>
    public bool IsReady => _isReady;

    /// <summary>Decides and commits <paramref name="command"/>. The answer comes after the commit: what it says will be there after a crash.</summary>
    /// <exception cref="LedgerUnavailableException">The database could not be reached.</exception>
    /// <exception cref="RuleException">A rule broke; nothing of this command was done.</exception>
    public Task<Result<T>> CommitAsync<T>(Command<T> command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var pending = new Pending<T>(command);
        if (!_queue.TryAdd(pending))
            return Task.FromResult<Result<T>>(Refusals.Busy);
        return contact is null ? pending.Answered : contact.GuardAsync(pending.Answered, InDoubt);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Off the caller's thread: starting the host does not wait for the database.
        await Task.Yield();
        if (await FirstHeadAsync(stoppingToken) is not { } head)
            return;
        feed.StartAt(head.Sequence);
        clock.StartAt(head);
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

            var rehearsals = taken.FindAll(p => p.Command.IsRehearsal);
            if (rehearsals.Count > 0)
                taken.RemoveAll(p => p.Command.IsRehearsal);
            await WriteAsync(taken, stoppingToken);
            foreach (var one in rehearsals)
                await RehearseAsync(one);
        }
    }

    /// <summary>Null where the process ends before the database is there. Commands wait for it until then.</summary>
    private async Task<Head?> FirstHeadAsync(CancellationToken cancel)
    {
        for (var isTold = false; !cancel.IsCancellationRequested;)
        {
            try
            {
                return await store.ReadHeadAsync(cancel);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                if (!isTold)
                    Log.NotThere(log, e);
                isTold = true;
                await Task.WhenAny(Task.Delay(Rest, cancel));
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        return null;
    }

    /// <summary>
    /// Commits a batch and answers it. What its time or a broken rule left over goes to the front of the next one. Where the
    /// database refused what may be one command's doing, and surely did not commit, each half is tried on its own.
    /// </summary>
    private async Task WriteAsync(List<Pending> batch, CancellationToken cancel)
    {
        if (batch.Count == 0)
            return;
        try
        {
            var answers = await batches.CommitAsync(batch.ConvertAll(p => p.Command), cancel);
            for (var i = 0; i < answers.Count; i++)
                batch[i].Answer(answers[i]);
            _queue.PutBack(batch.GetRange(answers.Count, batch.Count - answers.Count));
        }
        catch (RuleException e)
        {
            Log.CommandBroke(log, batch[0].Command.GetType().Name, e.InnerException!);
            batch[0].Fail(e);
            _queue.PutBack(batch.GetRange(1, batch.Count - 1));
        }
        catch (Exception e) when (batch.Count > 1 && e is not (CommitInDoubtException or OperationCanceledException) && store.MayBeOneCommand(e))
        {
            Log.BatchBroke(log, batch.Count, e);
            var half = batch.Count / 2;
            await WriteAsync(batch.GetRange(0, half), cancel);
            await WriteAsync(batch.GetRange(half, batch.Count - half), cancel);
        }
        catch (Exception e)
        {
            Log.CommandBroke(log, batch[0].Command.GetType().Name, e);
            foreach (var one in batch)
                one.Fail(Outcome(e));
        }
    }

    private async Task RehearseAsync(Pending rehearsal)
    {
        try
        {
            rehearsal.Answer(await batches.RehearseAsync(rehearsal.Command, CancellationToken.None));
        }
        catch (Exception e)
        {
            Log.CommandBroke(log, rehearsal.Command.GetType().Name, e);
            rehearsal.Fail(Outcome(e));
        }
    }

    private static Exception Outcome(Exception e) => e switch
    {
        CommitInDoubtException => new LedgerUnavailableException(InDoubt, e),
        DbException or DbUpdateException => new LedgerUnavailableException("The ledger's database can't be reached; nothing was done.", e),
        _ => e,
    };

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Warning, "A batch of {Count} commands broke; each half is tried on its own")]
        public static partial void BatchBroke(ILogger logger, int count, Exception exception);

        [LoggerMessage(1002, LogLevel.Error, "The command {Command} broke, or the batch that it stood first in")]
        public static partial void CommandBroke(ILogger logger, string command, Exception exception);

        [LoggerMessage(1003, LogLevel.Error, "The ledger can't be read; it is tried again until it can")]
        public static partial void NotThere(ILogger logger, Exception exception);
    }
}

/// <summary>The database can't be reached; the message says what is known of the command.</summary>
public sealed class LedgerUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
