using AgentApprovals.Console.Actions;
using AgentApprovals.Console.Agents;
using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Inbox;
using AgentApprovals.Console.Layout;
using AgentApprovals.Console.Ledger;
using AgentApprovals.Console.Plain;
using AgentApprovals.Console.Policies;
using AgentApprovals.Console.Risk;
using AgentApprovals.Security;
using Microsoft.AspNetCore.Components.Server.Circuits;
using MudBlazor.Services;

namespace AgentApprovals.Console;

/// <summary>The pages for people: live ones on a circuit, and the plain ones that work without.</summary>
public static class ConsoleSetup
{
    public static IServiceCollection AddConsole(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents(o =>
        {
            o.DisconnectedCircuitMaxRetained = 500;
            o.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(3);
        }).AddHubOptions(o =>
        {
            // A dead line is noticed within seconds: a reviewer must not read what is old without being told.
            o.KeepAliveInterval = TimeSpan.FromSeconds(2);
            o.ClientTimeoutInterval = TimeSpan.FromSeconds(10);
            o.MaximumReceiveMessageSize = 512 * 1024;
        });
        services.AddMudServices(o => o.PopoverOptions.CheckForPopoverProvider = false);
        services.AddPlainPages();
        services.AddSingleton<Board>();
        services.AddSingleton<CircuitConnections>();
        services.AddScoped<CircuitPin>();
        services.AddScoped<CircuitHandler>(s => s.GetRequiredService<CircuitPin>());
        services.AddScoped<Viewer>();
        services.AddScoped<StopTarget>();
        services.AddScoped<KeyMapSwitch>();
        services.AddSingleton<PaletteFinder>();
        services.AddSingleton<ActionDetailsReader>();
        services.AddSingleton<EntryFollower>();
        services.AddSingleton<EntryWords>();
        services.AddSingleton<EntrySubjectReader>();
        services.AddSingleton<RuleWords>();
        services.AddScoped<RulesDraft>();
        services.AddScoped<TypesDraft>();
        services.AddSingleton<AgentRows>();
        services.AddSingleton<DurationWords>();
        services.AddSingleton<AgentViewReader>();
        return services;
    }

    public static void MapConsole(this WebApplication app)
    {
        app.UseWhen(c => c.Request.Path.StartsWithSegments("/_blazor"), live => live.Use((context, next) =>
            context.RequestServices.GetRequiredService<CircuitConnections>().HoldAsync(context, next)));
        app.MapStaticAssets();
        app.MapPlainPages();
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(o => o.ContentSecurityFrameAncestorsPolicy = "'none'")
            .RequireAuthorization(SecuritySetup.People);
    }
}
