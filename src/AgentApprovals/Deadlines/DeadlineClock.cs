using AgentApprovals.Data.Ledger;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Hosting;
using Hangfire;
using Microsoft.Extensions.Options;

namespace AgentApprovals.Deadlines;

/// <summary>
/// The two clocks that write down what is due: a timer in the process, punctual, and Hangfire, which keeps one job for the next due
/// second and a net each minute. Each alone is enough, and neither is the judge.
/// </summary>
public sealed partial class DeadlineClock(
    DeadlineSweep sweep, Feed feed, Data.Queries.Reader reader, IOptions<DeadlineSettings> settings, IBackgroundJobClientV2 jobs, TimeProvider time,
    ILogger<DeadlineClock> log) : BackgroundService
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private string? _outstanding;
    private Domain.Moment? _outstandingFor;
    private TaskCompletionSource _earlier = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _next = long.MinValue;

    public bool IsRunning { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        IsRunning = settings.Value.Timer || settings.Value.Hangfire;
        if (!IsRunning)
            return;
        feed.Committed += Follow;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await TurnAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                Log.SweepBroke(log, e);
                await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken));
            }
        }

        feed.Committed -= Follow;
    }

    private async Task TurnAsync(CancellationToken cancel)
    {
        _earlier = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (settings.Value.Timer)
            await sweep.RunAsync(cancel);
        var next = await sweep.NextDueAsync();
        Interlocked.Exchange(ref _next, next?.Milliseconds ?? long.MaxValue);
        if (settings.Value.Hangfire)
            Schedule(next);
        var left = next is { } due ? due - reader.Now : Longest;
        // Without the timer nothing is written down here: what is overdue is Hangfire's, and is looked at again in a second.
        var sleep = left <= TimeSpan.Zero ? TimeSpan.FromMilliseconds(settings.Value.Timer ? 1 : 1000) : left < Longest ? left : Longest;
        await Task.WhenAny(_earlier.Task, Task.Delay(sleep, time, cancel));
        cancel.ThrowIfCancellationRequested();
    }

    /// <summary>Wakes the clock only for what falls due before it would wake by itself, and for sessions and stops, whose actions have to follow.</summary>
    private void Follow(IReadOnlyList<(IRow Row, bool IsNew)> rows)
    {
        var next = Interlocked.Read(ref _next);
        foreach (var (row, _) in rows)
        {
            var wakes = row switch
            {
                ActionState action => action.DueAt is { } due && due.Milliseconds < next,
                SessionState session => session.Status != SessionStatus.Active || session.ExpiresAt.Milliseconds < next,
                StopState stop => !stop.Settled,
                _ => false,
            };
            if (wakes)
                _earlier.TrySetResult();
        }
    }

    /// <summary>
    /// One job for the next due second. Hangfire starts jobs up to a second early, so it is asked for the second after, and what
    /// runs asks the ledger's clock again.
    /// </summary>
    private void Schedule(Domain.Moment? next)
    {
        if (next is not { } due || (_outstandingFor is { } planned && planned <= due && planned > reader.Now))
            return;
        if (_outstanding is not null)
            jobs.Delete(_outstanding);
        var at = due > reader.Now ? due : reader.Now;
        _outstanding = jobs.Schedule<DeadlineSweep>(s => s.RunAsync(CancellationToken.None), at.ToDateTimeOffset().AddSeconds(1));
        _outstandingFor = at;
    }

    private static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Error, "Writing down what is due broke; what is due holds all the same, and it is tried again")]
        public static partial void SweepBroke(ILogger logger, Exception exception);
    }
}
