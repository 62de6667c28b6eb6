using AgentApprovals.Actions;
using AgentApprovals.Agents;
using AgentApprovals.Bursts;
using AgentApprovals.Client.Runner;
using AgentApprovals.Console;
using AgentApprovals.Console.Plain;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Deadlines;
using AgentApprovals.Demo;
using AgentApprovals.Gateway;
using AgentApprovals.Incidents;
using AgentApprovals.Ledger;
using AgentApprovals.Live;
using AgentApprovals.Mcp;
using AgentApprovals.Observations;
using AgentApprovals.People;
using AgentApprovals.Policies;
using AgentApprovals.Risk;
using AgentApprovals.Runners;
using AgentApprovals.Security;
using AgentApprovals.Sessions;
using AgentApprovals.Stops;
using AgentApprovals.Webhooks;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AgentApprovals.Hosting;

/// <summary>The product's contents, as services and as what answers requests.</summary>
public static class AgentApprovalsSetup
{
    public static WebApplicationBuilder AddAgentApprovals(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddSettings();
        builder.AddTelemetry();
        builder.Services.AddLedgerStorage();
        builder.Services.AddSecurity();
        builder.Services.AddDeadlines();
        builder.Services.AddWebhooks();
        builder.Services.AddGateway();
        builder.Services.AddLive();
        builder.Services.AddRunners();
        builder.Services.AddApi();
        builder.Services.AddMcp();
        builder.Services.AddConsole();
        builder.Services.AddDemo();
        builder.Services.LeaveMediaTypesToEndpoints();
        builder.Services.AddSingleton<IHttpContextFactory, PrintableRequests>();
        return builder;
    }

    public static WebApplication UseAgentApprovals(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseKnownProxies();
        app.UseForeignOriginRefusal();
        app.UseContentSecurity();
        app.UseWhen(context => IsMachine(context.Request.Path), machine => machine.UseProblems());
        app.UseWhen(context => !IsMachine(context.Request.Path), pages => pages.UsePlainErrors());
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/api") || context.Request.Path.StartsWithSegments("/hubs")
            || context.Request.Path.StartsWithSegments(GatewayEndpoints.Path), machine => machine.UseIntake());
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.UseMcpEntrance();

        var api = app.MapGroup("/api/v1").AddEndpointFilter(Api.RequireAntiforgery).DisableAntiforgery();
        api.MapActions();
        api.MapDecisions();
        api.MapBursts();
        api.MapTending();
        api.MapSessions();
        api.MapPausing();
        api.MapStops();
        api.MapIncidents();
        api.MapAgents();
        api.MapKeysAndInstructions();
        api.MapPolicies();
        api.MapPeople();
        api.MapPermits();
        api.MapObservations();
        api.MapRisk();
        api.MapLedger();
        api.MapClock();
        api.MapEvents();
        api.MapWebhooks();
        api.MapConnectors();
        api.MapResponses();
        app.MapSigningKeys();
        app.MapHub<LiveHub>("/hubs/live");
        app.MapAgentMcp();
        app.MapGateway();
        app.MapHub<SupervisionHub>(RunnerHub.Path);
        app.MapDocs();
        app.MapHealth();
        app.MapConsole();
        return app;
    }

    private static bool IsMachine(PathString path) => path.StartsWithSegments("/api") || path.StartsWithSegments("/hubs") || path.StartsWithSegments("/openapi")
        || path.StartsWithSegments("/health") || path.StartsWithSegments(McpSetup.Path) || path.StartsWithSegments(GatewayEndpoints.Path);

    private static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.Configure<RouteOptions>(o => o.SetParameterPolicy<IdConstraint>("guid"));
        // Every byte of a header is read, so that what is not ASCII is refused with a reason, by whoever reads it.
        services.Configure<KestrelServerOptions>(o => o.RequestHeaderEncodingSelector = _ => System.Text.Encoding.Latin1);
        services.AddSingleton<ServedMethods>();
        services.AddScoped<Api>();
        services.AddSingleton<ActionDocuments>();
        services.AddSingleton<BurstDenials>();
        services.AddSingleton<Floods>();
        services.AddSingleton<Messages>();
        services.AddSingleton<Permits>();
        services.AddSingleton<StandingReader>();
        services.AddSingleton<SessionDocuments>();
        services.AddSingleton<PolicyReader>();
        services.AddSingleton<PolicyPreviews>();
        services.AddSingleton<PresentCatalogue>();
        services.AddSingleton<EntryReader>();
        services.AddSingleton<AgentLists>();
        services.AddSingleton<CheckpointKey>();
        services.AddSingleton<Checkpoints>();
        services.AddSingleton<Upkeep>();
        services.AddHostedService<UpkeepNet>();
        services.AddHostedService<CheckpointLog>();
        services.AddSingleton<AgentRisks>();
        services.AddSingleton<ReviewerLoads>();
        services.AddSingleton<DecisionLists>();
        services.AddSingleton<FleetRisks>();
        services.AddSingleton<PermissionAudit>();
        services.AddSingleton<StandingKeeper>();
        services.AddHostedService<StandingKeeper.Rota>();
        services.AddSingleton<StopOrders>();
        services.AddSingleton<StopReader>();
        services.AddSingleton<IncidentReader>();
        services.AddSingleton<StopReceipts>();
        services.AddHostedService(s => s.GetRequiredService<StopReceipts>());
        services.AddDocs();
        return services;
    }

    private static IServiceCollection AddLive(this IServiceCollection services)
    {
        services.AddSingleton<Connections>();
        services.AddSingleton<NodeBook>();
        services.AddHostedService(s => s.GetRequiredService<NodeBook>());
        services.AddSingleton<LongPoll>();
        services.AddSingleton<Sighting>();
        services.AddSingleton<Tellings>();
        services.AddSingleton<Audience>();
        services.AddSingleton<LiveFollowers>();
        services.AddSingleton<EventDocuments>();
        services.AddSingleton<EventStreams>();
        services.AddSignalR().AddJsonProtocol(o => o.PayloadSerializerOptions = new(Api.Json));
        return services;
    }
}
