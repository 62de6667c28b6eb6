using System.Diagnostics;
using AgentApprovals.Runner.Tests.Drivers;
using AgentApprovals.Tests.Drivers;

namespace AgentApprovals.Runner.Tests;

/// <summary>A machine that slept.</summary>
public sealed class SuspendTests
{
    private const int Lease = 5;

    [Fact]
    public async Task An_agent_that_was_suspended_with_its_runner_for_two_leases_is_dead_on_waking()
    {
        await using var console = await FakeConsole.StartAsync(Lease);
        var (user, mechanism) = TestHost.Offers("root", "cgroup") ? ("root", "cgroup") : ("ordinary", "pidNamespace");
        using var run = Supervised.Start(console, user, mechanism, Ticking.Script);
        await run.WaitForFileAsync("tick");

        run.Signal("STOP");
        foreach (var pid in run.Agent.Alive())
            Marked.Kill(pid, "STOP");
        var asleep = Stopwatch.GetTimestamp();
        await Eventually.IsAsync(() => Task.FromResult(Stopwatch.GetElapsedTime(asleep).TotalSeconds > (2 * Lease) + 0.5), 30);
        foreach (var pid in run.Agent.Alive())
            Marked.Kill(pid, "CONT");
        run.Signal("CONT");

        await run.WaitForDeathAsync(2);
        Assert.Equal(137, await run.ExitAsync());
    }

    [Fact]
    public Task An_agent_whose_runner_alone_was_stopped_is_dead_after_two_leases() =>
        Task.WhenAll(TestHost.Cages().Select(c => StopRunnerAsync(c.Data.Item1, c.Data.Item2)));

    private static async Task StopRunnerAsync(string user, string mechanism)
    {
        await using var console = await FakeConsole.StartAsync(Lease);
        using var run = Supervised.Start(console, user, mechanism, Ticking.Script);
        await run.WaitForFileAsync("tick");

        run.Signal("STOP");
        var stopped = Stopwatch.GetTimestamp();
        await run.WaitForDeathAsync((2 * Lease) + 5);
        var dead = Stopwatch.GetElapsedTime(stopped).TotalSeconds;

        Assert.InRange(dead, Lease, (2 * Lease) + 4);
        TestContext.Current.TestOutputHelper?.WriteLine($"{user}, {mechanism}: dead {dead:0.0} s after its runner was stopped");
    }
}
