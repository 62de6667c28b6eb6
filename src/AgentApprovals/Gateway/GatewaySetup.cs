namespace AgentApprovals.Gateway;

internal static class GatewaySetup
{
    public static IServiceCollection AddGateway(this IServiceCollection services)
    {
        services.AddSingleton<TargetLine>();
        services.AddSingleton<Credentials>();
        services.AddSingleton<ConnectorActs>();
        services.AddSingleton<ConnectorBook>();
        services.AddSingleton<StoredSender>();
        services.AddSingleton<GatewayCalls>();
        services.AddSingleton<McpTargets>();
        services.AddSingleton<McpDoor>();
        services.AddSingleton<ToolEdits>();
        services.AddHostedService<GatewayWatch>();
        services.AddHostedService<GatewayRecovery>();
        services.AddScoped<GatewayDoor>();
        services.AddHttpForwarder();
        services.AddLogging(l => l.AddFilter("Yarp.ReverseProxy", LogLevel.Warning));
        return services;
    }
}
