using AgentApprovals.Data.Storage;
using AgentApprovals.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Runners;

/// <summary>The console's side of runners: who is there, what they are told, and what follows when they are not heard.</summary>
internal static class RunnersSetup
{
    /// <summary>So often that a runner notices a dead line while there is time for another within the shortest lease.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    public static IServiceCollection AddRunners(this IServiceCollection services)
    {
        services.AddSingleton<RunnerLines>();
        services.AddSingleton(s => new LeaseStore(s.GetRequiredService<IDbContextFactory<LedgerContext>>(),
            s.GetRequiredService<DatabasePlace>().Engine != DatabaseEngine.Sqlite, s.GetRequiredService<ILogger<LeaseStore>>()));
        services.AddSingleton<RunnerLeases>();
        services.AddSingleton<RunnerReceipts>();
        services.AddSingleton<RunnerDocuments>();
        services.AddSingleton<Supervision>();
        services.AddSingleton<Pauses>();
        services.AddSingleton<IAuthorizationHandler, FreePlace.Handler>();
        services.AddHostedService<LeaseWatch>();
        services.Configure<HubOptions<SupervisionHub>>(o => o.KeepAliveInterval = Beat);
        return services;
    }
}
