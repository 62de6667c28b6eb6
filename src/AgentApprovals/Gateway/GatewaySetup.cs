namespace AgentApprovals.Gateway;

internal static class GatewaySetup
{
    public static IServiceCollection AddGateway(this IServiceCollection services)
    {
        services.AddSingleton<TargetLine>();
        services.AddSingleton<Credentials>();
        services.AddSingleton<ConnectorActs>();
        return services;
    }
}
