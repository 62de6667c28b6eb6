namespace AgentApprovals.Console;

/// <summary>Stand-in to see the API run; the pages come with the next commit.</summary>
public static class ConsoleSetup
{
    public static IServiceCollection AddConsole(this IServiceCollection services) => services;

    public static void MapConsole(this WebApplication app)
    {
    }

    public static void UseForeignOriginRefusal(this WebApplication app)
    {
    }

    public static void UseContentSecurity(this WebApplication app)
    {
    }
}
