using AgentApprovals.Domain;
using AgentApprovals.Hosting;
using Hangfire;
using Microsoft.Extensions.Options;

namespace AgentApprovals.Deadlines;

/// <summary>
/// Hangfire's side: one job outstanding, for the next due second. It writes down all that is due and schedules the next. A
/// recurring job each minute is the net, whatever became of the outstanding one.
/// </summary>
public sealed class DeadlineJobs(IBackgroundJobClientV2 jobs, DeadlineSweep sweep, Data.Queries.Reader reader, IOptions<DeadlineSettings> settings)
{
    /// <summary>A job that is so much late is taken for lost.</summary>
    private const int LostAfterSeconds = 5;

    private readonly Lock _gate = new();
    private string? _outstanding;
    private Moment _second;

    /// <summary>
    /// Sees to it that a job is outstanding for <paramref name="due"/> or earlier. Hangfire knows whole seconds and starts a job
    /// at any time within its own, so it is asked for the first whole second that is not before: nothing runs too early.
    /// </summary>
    public void Expect(Moment due)
    {
        if (!settings.Value.Hangfire)
            return;
        lock (_gate)
        {
            var now = reader.Now;
            var at = Moment.Later(due, now);
            var second = new Moment((at.Milliseconds + 999) / 1000 * 1000);
            if (_outstanding is not null && _second <= second && now < _second.PlusSeconds(LostAfterSeconds))
                return;
            if (_outstanding is not null)
                jobs.Delete(_outstanding);
            (_outstanding, _second) = (null, second);
            _outstanding = jobs.Schedule<DeadlineJobs>(j => j.RunAsync(second.Milliseconds, CancellationToken.None), second.ToDateTimeOffset());
        }
    }

    /// <summary>The outstanding job. Run twice, or late, it writes down the same.</summary>
    [AutomaticRetry(Attempts = 0)]
    public async Task RunAsync(long second, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_second.Milliseconds == second)
                _outstanding = null;
        }

        await NetAsync(cancel);
    }

    /// <summary>The net.</summary>
    [AutomaticRetry(Attempts = 0)]
    public async Task NetAsync(CancellationToken cancel)
    {
        await sweep.RunAsync(cancel);
        if (await sweep.NextDueAsync() is { } next)
            Expect(next);
    }
}
