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
        var (user, mechanism) = TestHost.Here.IsRoot ? ("root", "cgroup") : ("ordinary", "pidNamespace");
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
}
