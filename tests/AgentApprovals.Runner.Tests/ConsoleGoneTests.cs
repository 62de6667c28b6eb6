using System.Diagnostics;
using System.Net;
using AgentApprovals.Runner.Tests.Drivers;
using AgentApprovals.Tests.Drivers;

namespace AgentApprovals.Runner.Tests;

/// <summary>The real runner, when the real console is killed, and the other way round; in each mechanism at once, for a lease takes its time.</summary>
public sealed class ConsoleGoneTests
{
    private const int Lease = 5;

    [Fact]
    public async Task A_console_that_is_killed_leaves_no_agent_running_and_when_it_is_back_its_receipts_say_so()
    {
        await using var console = await RealConsole.StartAsync(Lease);
        var agents = await StartAsync(console);

        await console.KillAsync();
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(agents.Select(a => a.Run.DiesOfItsLeaseAsync(a.User, a.Mechanism, Lease, began)));
        await console.StartAsync();

        foreach (var (run, session, _, mechanism) in agents)
        {
            await Eventually.IsAsync(async () => (string?)(await console.SessionAsync(session))["runner"]!["state"] == "dead", 20);
            Assert.Equal("stopped", (string?)(await console.SessionAsync(session))["state"]);
            await Eventually.IsAsync(async () => await console.LayerAsync(session, "lease") is { State: "confirmed" } layer && layer.Detail.EndsWith("processes by its own clock", StringComparison.Ordinal));
            Assert.EndsWith($"0 left ({mechanism})", (await console.LayerAsync(session, "process"))!.Value.Detail, StringComparison.Ordinal);
            Assert.Equal(137, await run.ExitAsync());
        }
    }

    [Fact]
    public async Task A_console_that_is_killed_and_back_within_the_lease_costs_no_agent_anything()
    {
        await using var console = await RealConsole.StartAsync(30);
        var agents = await StartAsync(console);

        await console.KillAsync();
        await console.StartAsync();

        foreach (var (run, session, _, _) in agents)
        {
            await Eventually.IsAsync(async () => (string?)(await console.SessionAsync(session))["runner"]!["state"] == "connected", 25);
            Assert.Equal("active", (string?)(await console.SessionAsync(session))["state"]);
            Assert.True(await run.IsMovingAsync());
            Assert.DoesNotContain("lease", run.Errors, StringComparison.Ordinal);
        }

        var sessions = (await console.Admin.Get($"sessions?agentId={console.AgentId}&limit=100")).Is(HttpStatusCode.OK)["items"]!.AsArray();
        Assert.Equal(agents.Count, sessions.Count);
        var receipt = (await console.Admin.Post($"agents/{console.AgentId}/stop", new { })).Is(HttpStatusCode.Accepted);
        Assert.Equal("confirmed", RealConsole.LayerOf(receipt, "process").State);
        Assert.All(agents, a => Assert.Empty(a.Run.Agent.Alive()));
    }

    [Fact]
    public async Task A_runner_that_is_killed_takes_its_agent_with_it_and_the_console_stops_the_session_at_two_leases()
    {
        await using var console = await RealConsole.StartAsync(Lease);
        var agents = await StartAsync(console);

        agents.ForEach(a => a.Run.Signal("KILL"));
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(agents.Select(a => a.Run.WaitForDeathAsync(3)));

        foreach (var (_, session, _, _) in agents)
        {
            await Eventually.IsAsync(async () => (string?)(await console.SessionAsync(session))["state"] == "stopped", (2 * Lease) + 5);
            // It was heard last up to a third of a lease before.
            Assert.True(Stopwatch.GetElapsedTime(began).TotalSeconds > Lease * 1.5);
            await Eventually.IsAsync(async () => (await console.LayerAsync(session, "lease"))?.State == "confirmed");
            // What nobody counted is not said to be dead.
            Assert.Equal("waiting", (await console.LayerAsync(session, "process"))!.Value.State);
        }
    }

    private static async Task<List<(Supervised Run, string Session, string User, string Mechanism)>> StartAsync(RealConsole console) =>
        [.. await Task.WhenAll(TestHost.Cages().Select(c => c.Data).Select(async cage =>
        {
            var (run, session) = await console.AgentAsync(cage.Item1, cage.Item2);
            return (run, session, cage.Item1, cage.Item2);
        }))];
}
