using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using Hangfire;
using Hangfire.Common;
using Hangfire.States;
using Hangfire.Storage;
using Microsoft.Extensions.Options;

namespace AgentApprovals.Webhooks;

/// <summary>
/// Hangfire's side: for each endpoint at most one job outstanding, for when something is next due there. It sends all that is
/// due and schedules the next. A recurring job each minute is the net; both are made again from the data at start.
/// </summary>
public sealed class WebhookJobs(IBackgroundJobClientV2 jobs, WebhookSender sender, Deliveries deliveries, Reader reader, IOptions<WebhookSettings> settings)
{
    public const string Queue = "webhooks";
    public const string NetName = "webhooks";
    public const string ForgettingName = "webhooks-forgetting";

    private const int KeptDays = 30;
    private const int LostAfterSeconds = 30;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, (string Job, Moment Due)> _outstanding = [];
    private readonly HashSet<long> _running = [];

    /// <summary>Sees to it that a job is outstanding for an endpoint at <paramref name="due"/> or earlier; null: nothing is due.</summary>
    public void Expect(long webhook, Moment? due)
    {
        if (!settings.Value.Sends || due is not { } at)
            return;
        lock (_gate)
        {
            // Whoever is at it looks for what is next due when it is done.
            if (_running.Contains(webhook))
                return;
            if (_outstanding.TryGetValue(webhook, out var known))
            {
                // A job that is late by much may be lost: another does no harm, for one at a time works and the rest go.
                if (known.Due <= at && reader.Now < known.Due.PlusSeconds(LostAfterSeconds))
                    return;
                if (known.Due > at)
                    jobs.Delete(known.Job);
            }

            var wait = at - reader.Now;
            _outstanding[webhook] = (wait > TimeSpan.Zero
                ? jobs.Schedule<WebhookJobs>(Queue, j => j.RunAsync(webhook, CancellationToken.None), wait)
                : jobs.Enqueue<WebhookJobs>(Queue, j => j.RunAsync(webhook, CancellationToken.None)), at);
        }
    }

    /// <summary>The outstanding job of an endpoint. Run twice, or late, it sends what is due and nothing else.</summary>
    [AutomaticRetry(Attempts = 0)]
    [SoonForgotten]
    public async Task RunAsync(long webhook, CancellationToken cancel)
    {
        lock (_gate)
        {
            _outstanding.Remove(webhook);
            if (!_running.Add(webhook))
                return;
        }

        Moment? again = null;
        try
        {
            await sender.RunAsync(webhook, cancel);
        }
        catch (DistributedLockTimeoutException)
        {
            again = reader.Now.PlusSeconds(1);
        }
        finally
        {
            lock (_gate)
                _running.Remove(webhook);
        }

        // After it counts as running no longer: whatever came meanwhile is in the table by now.
        Expect(webhook, again ?? await deliveries.NextDueAsync(webhook));
    }

    /// <summary>The net.</summary>
    [AutomaticRetry(Attempts = 0)]
    [Queue(Queue)]
    public async Task NetAsync(CancellationToken cancel)
    {
        foreach (var webhook in await deliveries.WaitingAsync())
            Expect(webhook, await deliveries.NextDueAsync(webhook));
    }

    /// <summary>What is long done is not kept: each event is in the ledger.</summary>
    [AutomaticRetry(Attempts = 0)]
    [Queue(Queue)]
    public Task ForgetAsync(CancellationToken cancel) => deliveries.ForgetBeforeAsync(reader.Now.PlusSeconds(-KeptDays * 86_400L));

    /// <summary>Jobs come as often as events do, so the store keeps them for a minute once they are done.</summary>
    private sealed class SoonForgottenAttribute : JobFilterAttribute, IApplyStateFilter
    {
        public void OnStateApplied(ApplyStateContext context, IWriteOnlyTransaction transaction) => context.JobExpirationTimeout = TimeSpan.FromMinutes(1);

        public void OnStateUnapplied(ApplyStateContext context, IWriteOnlyTransaction transaction)
        {
        }
    }
}
