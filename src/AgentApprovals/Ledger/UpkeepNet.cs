using AgentApprovals.Deadlines;
using Hangfire;

namespace AgentApprovals.Ledger;

/// <summary>Has Hangfire look each hour, and once at the start: a console that is never up at one certain hour is kept as well.</summary>
internal sealed class UpkeepNet(IRecurringJobManagerV2 recurring, IBackgroundJobClientV2 jobs) : IHostedService
{
    public const string Name = "upkeep";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await recurring.KeepAsync<Upkeep>(Name, u => u.RunAsync(CancellationToken.None), Cron.Hourly());
        jobs.Enqueue<Upkeep>(u => u.RunAsync(CancellationToken.None));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
