using AgentApprovals.Data.Queries;
using AgentApprovals.Deadlines;
using AgentApprovals.Domain.Webhooks;
using Hangfire;
using Microsoft.Extensions.Options;

namespace AgentApprovals.Webhooks;

internal static class WebhookSetup
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        services.AddSingleton(s => WebhookSettings.Guard(s.GetRequiredService<IConfiguration>()));
        services.AddSingleton<IOutside, Outside>();
        services.AddSingleton<WebhookLine>();
        services.AddSingleton<WebhookSecrets>();
        services.AddSingleton<WebhookRequest>();
        services.AddSingleton<WebhookBodies>();
        services.AddSingleton<Deliveries>();
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<CutOffDeliveries>();
        services.AddSingleton<CutOffs>();
        services.AddSingleton<WebhookJobs>();
        services.AddSingleton<WebhookFeed>();
        services.AddSingleton<WebhookActs>();
        services.AddHostedService(s => s.GetRequiredService<WebhookFeed>());
        services.AddHostedService(s => s.GetRequiredService<CutOffs>());
        services.AddHostedService<WebhookNet>();
        // Workers of their own: endpoints that do not answer hold up neither deadlines nor, unless there are many, each other.
        services.AddHangfireServer((s, o) =>
        {
            o.ServerName = $"webhooks-{Environment.MachineName}";
            o.Queues = [WebhookJobs.Queue];
            o.SchedulePollingInterval = TimeSpan.FromSeconds(1);
            o.WorkerCount = 16;
        });
        return services;
    }

    /// <summary>The net, each minute, and what forgets, each day.</summary>
    private sealed class WebhookNet(IRecurringJobManagerV2 jobs, IOptions<WebhookSettings> settings) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            if (!settings.Value.Sends)
                return;
            await jobs.KeepAsync<WebhookJobs>(WebhookJobs.NetName, j => j.NetAsync(CancellationToken.None), Cron.Minutely(), WebhookJobs.Queue);
            await jobs.KeepAsync<WebhookJobs>(WebhookJobs.ForgettingName, j => j.ForgetAsync(CancellationToken.None), Cron.Daily(3), WebhookJobs.Queue);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
