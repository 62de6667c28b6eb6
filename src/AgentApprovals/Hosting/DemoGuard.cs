using AgentApprovals.Demo;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace AgentApprovals.Hosting;

/// <summary>
/// The demo's people have a password that everybody knows, so a console that holds them serves this machine alone, in every
/// environment. Asked before anything listens, and again of the addresses that were really bound.
/// </summary>
internal sealed class DemoGuard(DemoSeed demo, IServer server, IConfiguration configuration) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>After the database is there and before the server listens.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => RefuseAsync(BoundAddresses.Configured(configuration));

    public Task StartedAsync(CancellationToken cancellationToken) => RefuseAsync(server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []);

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task RefuseAsync(IEnumerable<string> addresses)
    {
        if (!BoundAddresses.AreLoopback(addresses) && await demo.IsThereAsync())
            throw Refusal(addresses);
    }

    public static StartRefusedException Refusal(IEnumerable<string> addresses) => new(
        $"Urls: the demo's people have a password that everybody knows, so they are served to this machine alone, and {string.Join(" ", addresses)} can be reached from others.");
}
