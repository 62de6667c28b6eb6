using AgentApprovals.Data.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentApprovals.Data.Ledger;

/// <summary>
/// Looks at the database four times a second, and whenever it is woken: whether it is there, what its clock says, and what other nodes
/// have committed, which it tells here.
/// </summary>
public sealed partial class FeedTail(
    IDbContextFactory<LedgerContext> contexts, ILedgerStore store, ForeignEntries foreign, Feed feed, LedgerClock clock, Contact contact, IHostApplicationLifetime lifetime, ILogger<FeedTail> log) : BackgroundService
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Judging = TimeSpan.FromMilliseconds(100);

    /// <summary>A look that takes longer has failed; the next one is made on another connection.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private volatile TaskCompletionSource _woken = NewSignal();
    private readonly Lock _telling = new();
    private bool _isOut;

    /// <summary>Contact was lost (true) or is there again.</summary>
    public event Action<bool>? Changed;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var listening = ListenAsync(stoppingToken);
        // A look that hangs tells nothing: who has waited for long enough is told by the clock.
        await using var judge = new Timer(_ => Tell(), null, Judging, Judging);
        while (!stoppingToken.IsCancellationRequested)
        {
            var began = contact.Begin();
            // Before the look: what is committed during it wakes the next one.
            if (_woken.Task.IsCompleted)
                _woken = NewSignal();
            try
            {
                await LookAsync(stoppingToken).WaitAsync(Patience, stoppingToken);
                contact.Reached(began);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (!_isOut)
                    Log.LookFailed(log, e);
                contact.Failed();
            }

            Tell();
            await Task.WhenAny(Task.Delay(Rest, stoppingToken), _woken.Task);
        }

        await listening;
    }

    /// <summary>A hint alone: where the engine tells nothing, or its line breaks, the next look finds the same.</summary>
    private async Task ListenAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await store.ListenAsync(_ => _woken.TrySetResult(), cancel);
            }
            catch (Exception)
            {
                await Task.WhenAny(Task.Delay(Patience, cancel));
            }
        }
    }

    private void Tell()
    {
        // A start waits for as long as it takes: nobody is served yet.
        if (!lifetime.ApplicationStarted.IsCancellationRequested)
            return;
        lock (_telling)
        {
            var isOut = contact.IsLost;
            if (isOut == _isOut)
                return;
            _isOut = isOut;
            if (isOut)
            {
                contact.Lose();
                Log.Lost(log, Contact.Longest.TotalSeconds);
            }
            else
            {
                Log.Back(log);
            }

            Changed?.Invoke(isOut);
        }
    }

    private async Task LookAsync(CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var head = await db.Heads.AsNoTracking().SingleOrDefaultAsync(cancel);
        if (!store.IsShared || head is null)
            return;
        clock.Follow(new(head.Sequence, head.Hash, head.At, head.ClockOffset));
        var began = clock.Begin();
        clock.Read(await store.ReadClockAsync(cancel), began);
        // Before the writer has begun, nothing of the past is told.
        if (feed.HasBegun)
            await foreign.CatchUpAsync(head.Sequence, cancel);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static partial class Log
    {
        [LoggerMessage(1021, LogLevel.Warning, "The database did not answer a look")]
        public static partial void LookFailed(ILogger logger, Exception exception);

        [LoggerMessage(1022, LogLevel.Error, "The database was not reached for {Seconds} s: agents are refused and cut off; stops are taken and kept in the spool")]
        public static partial void Lost(ILogger logger, double seconds);

        [LoggerMessage(1023, LogLevel.Warning, "The database is reached again")]
        public static partial void Back(ILogger logger);
    }
}
