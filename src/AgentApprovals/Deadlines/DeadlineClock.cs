using AgentApprovals.Data.Ledger;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Hosting;
using Microsoft.Extensions.Options;

namespace AgentApprovals.Deadlines;

/// <summary>
/// The timer in the process: writes down what is due at the very instant, and tells Hangfire (<see cref="DeadlineJobs"/>) of
/// the next. Each of the two alone is enough, and neither is the judge.
/// </summary>
public sealed partial class DeadlineClock(
    DeadlineSweep sweep, DeadlineJobs jobs, Feed feed, Data.Queries.Reader reader, IOptions<DeadlineSettings> settings, TimeProvider time,
    ILogger<DeadlineClock> log) : BackgroundService
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(1);
    private static readonly Moment Never = new(long.MaxValue);
    private static readonly Moment AtOnce = new(long.MinValue);

    private readonly Lock _gate = new();
    private TaskCompletionSource _earlier = NewSignal();
    private Moment _next = Never;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (!settings.Value.Timer && !settings.Value.Hangfire)
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
        // Heard from here on is what is committed while the database is looked at.
        lock (_gate)
            _next = Never;
        if (settings.Value.Timer)
            await sweep.RunAsync(cancel);
        var (next, earlier) = Set(await sweep.NextDueAsync() ?? Never);
        if (next != Never)
            jobs.Expect(next);
        // What is overdue already waits for no clock: the pause only keeps a sweep that can't write from going round and round.
        await Task.WhenAny(earlier, Left(next) is var left && left > TimeSpan.Zero ? Task.Delay(left, time, cancel) : Task.Delay(Breath, cancel));
        cancel.ThrowIfCancellationRequested();
    }

    private (Moment Next, Task Earlier) Set(Moment found)
    {
        lock (_gate)
        {
            _next = Moment.Earlier(_next, found);
            _earlier = NewSignal();
            return (_next, _earlier.Task);
        }
    }

    private TimeSpan Left(Moment next)
    {
        if (next == Never)
            return Longest;
        var left = next == AtOnce ? TimeSpan.Zero : next - reader.Now;
        // Without the timer nothing is written down here: what is overdue is Hangfire's, and is looked at again in a second.
        if (left <= TimeSpan.Zero)
            return settings.Value.Timer ? TimeSpan.Zero : TimeSpan.FromSeconds(1);
        return left < Longest ? left : Longest;
    }

    /// <summary>Wakes the clock only for what falls due before it would wake by itself, and for sessions and stops, whose actions have to follow.</summary>
    private void Follow(IReadOnlyList<(IRow Row, bool IsNew)> rows)
    {
        foreach (var (row, _) in rows)
        {
            Hear(row switch
            {
                ActionState action => action.DueAt ?? Never,
                SessionState { Status: SessionStatus.Active } session => session.ExpiresAt,
                SessionState or StopState { Settled: false } => AtOnce,
                _ => Never,
            });
        }
    }

    private void Hear(Moment due)
    {
        lock (_gate)
        {
            if (due >= _next)
                return;
            _next = due;
            _earlier.TrySetResult();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Error, "Writing down what is due broke; what is due holds all the same, and it is tried again")]
        public static partial void SweepBroke(ILogger logger, Exception exception);
    }
}
