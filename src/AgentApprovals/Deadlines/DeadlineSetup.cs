using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Hosting;
using AgentApprovals.Security;
using Hangfire;
using Hangfire.AspNetCore;
using Hangfire.Dashboard;
using Microsoft.Extensions.Options;

namespace AgentApprovals.Deadlines;

internal static class DeadlineSetup
{
    public const string NetName = "deadlines";

    public static IServiceCollection AddDeadlines(this IServiceCollection services)
    {
        services.AddSingleton<DeadlineSweep>();
        services.AddSingleton<DeadlineJobs>();
        // The job store and what makes jobs are named here, for Hangfire would else put them in statics, which two consoles in one process share.
        services.AddSingleton(s =>
        {
            var place = s.GetRequiredService<DatabasePlace>();
            return JobStore.Open(place.Engine, place.ConnectionString);
        });
        services.AddSingleton<JobActivator>(s => new AspNetCoreJobActivator(s.GetRequiredService<IServiceScopeFactory>()));
        services.AddHangfire((s, c) => c.UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings().UseLogProvider(new JobLog(s.GetRequiredService<ILoggerFactory>())));
        services.AddHangfireServer((s, o) =>
        {
            o.SchedulePollingInterval = TimeSpan.FromSeconds(1);
            o.WorkerCount = 2;
        });
        services.AddSingleton<DeadlineClock>();
        services.AddHostedService<DeadlineNet>();
        services.AddHostedService(s => s.GetRequiredService<DeadlineClock>());
        return services;
    }

    /// <summary>The dashboard, for administrators, read-only: its buttons would be a second way in.</summary>
    public static void MapJobs(this WebApplication app) => app.MapHangfireDashboard("/jobs", new DashboardOptions
    {
        Authorization = [new AdministratorsOnly()],
        IsReadOnlyFunc = _ => true,
        DisplayStorageConnectionString = false,
        AppPath = "/",
    });

    private sealed class AdministratorsOnly : IDashboardAuthorizationFilter
    {
        public bool Authorize(DashboardContext context)
        {
            var http = context.GetHttpContext();
            return Actors.ActorOf(http.User) is PersonActor who
                && http.RequestServices.GetRequiredService<Roster>().Person(who.Person) is { } person && person.Has(Roles.Administrator);
        }
    }

    /// <summary>The net: each minute, whatever became of the job for the next due second.</summary>
    private sealed class DeadlineNet(IRecurringJobManagerV2 jobs, IOptions<DeadlineSettings> settings) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) =>
            settings.Value.Hangfire ? jobs.KeepAsync<DeadlineJobs>(NetName, j => j.NetAsync(CancellationToken.None), Cron.Minutely()) : Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
