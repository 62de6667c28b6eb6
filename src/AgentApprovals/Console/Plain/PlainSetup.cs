namespace AgentApprovals.Console.Plain;

/// <summary>The pages that need no script and no live connection: stopping, its receipts, signing in, one's account, errors.</summary>
public static class PlainSetup
{
    public static IServiceCollection AddPlainPages(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddLocalization();
        services.AddSingleton<PlainStyles>();
        services.AddSingleton<Exposures>();
        services.AddSingleton<StopReading>();
        services.AddSingleton<ReceiptReading>();
        services.AddScoped<NewPassword>();
        return services;
    }

    public static void MapPlainPages(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapPages();
        pages.MapStopPages();
        pages.MapReceiptPages();
        pages.MapSignInPages();
        pages.MapSetUpPages();
        pages.MapAccountPages();
    }
}
