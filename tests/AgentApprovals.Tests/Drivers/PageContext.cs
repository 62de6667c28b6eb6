using System.Security.Claims;
using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Layout;
using AgentApprovals.Console.Policies;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Security;
using Bunit;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace AgentApprovals.Tests.Drivers;

/// <summary>Renders pages as one person sees them, over the services and the database of a real console.</summary>
public sealed class PageContext : BunitContext
{
    /// <summary>A deadline, for a machine that is busy; nothing waits so long where it holds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly IServiceScope _scope;

    public PageContext(TestConsole console, string personId)
    {
        DefaultWaitTimeout = Patience;
        ArgumentNullException.ThrowIfNull(console);
        // Listening means that everything has started.
        _ = console.Address;
        var actor = new PersonActor(new PersonId(Guid.Parse(personId)));
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices(o => o.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton(console.Services.GetRequiredService<TimeProvider>());
        Services.AddLocalization();
        Services.AddSingleton<AuthenticationStateProvider>(new SignedIn(actor));
        Services.AddSingleton<IHttpContextAccessor>(new HttpContextAccessor());
        Services.AddScoped<CircuitPin>();
        Services.AddScoped(s => new Viewer(s.GetRequiredService<CircuitPin>(),
            console.Services.GetRequiredService<Roster>(), console.Services.GetRequiredService<AgentApprovals.Data.Ledger.Ledger>(),
            console.Services.GetRequiredService<AgentApprovals.Stops.StopOrders>(), console.Services.GetRequiredService<AgentApprovals.Runners.Pauses>()));
        Services.AddScoped<StopTarget>();
        Services.AddScoped<KeyMapSwitch>();
        Services.AddScoped<RulesDraft>();
        Services.AddScoped<TypesDraft>();
        // The singletons are the console's own; in Development it gives what is scoped to a scope only.
        _scope = console.Services.CreateScope();
        Services.AddFallbackServiceProvider(_scope.ServiceProvider);
        SetRendererInfo(new("Server", isInteractive: true));
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            _scope.Dispose();
    }

    private sealed class SignedIn(Actor actor) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() =>
            Task.FromResult(new AuthenticationState(new ClaimsPrincipal(Actors.ToIdentity(actor, "test"))));
    }
}
