using System.Diagnostics;
using AgentApprovals.Runner.Tests.Drivers;
using AgentApprovals.Tests.Drivers;

namespace AgentApprovals.Runner.Tests;

/// <summary>The runner itself is killed.</summary>
public sealed class GuardianTests
{
    public static TheoryData<string, string> Cages() => TestHost.Cages();

    [Theory]
    [MemberData(nameof(Cages))]
    public async Task An_agent_does_not_outlive_its_runner(string user, string mechanism)
    {
        await using var console = await FakeConsole.StartAsync();
        using var run = Supervised.Start(console, user, mechanism, Ticking.Script);
        await run.WaitForFileAsync("tick");

        var began = Stopwatch.GetTimestamp();
        run.Signal("KILL");
        await run.WaitForDeathAsync(2);
        TestContext.Current.TestOutputHelper?.WriteLine($"{user}, {mechanism}: dead {Stopwatch.GetElapsedTime(began).TotalMilliseconds:0} ms after its runner's kill -9");
    }

    [Fact]
    public async Task The_next_runner_kills_what_outlived_runner_and_guardian_and_tells_the_console()
    {
        if (!TestHost.Offers("root", "cgroup"))
            return;
        await using var console = await FakeConsole.StartAsync();
        using var run = Supervised.Start(console, "root", "cgroup", Ticking.Script);
        await run.WaitForFileAsync("tick");
        foreach (var child in Host.ProcessTable.Children(run.Pid).Where(IsGuardian))
            Marked.Kill(child);
        // What bwrap ties to its parent ends with it; a process that joins the group by itself is tied to nobody.
        var group = Directory.EnumerateDirectories(Runner.Cages.CgroupPlace.Current()[^1], $"agent-runner-{run.Pid}-*").Single();
        var stray = Path.Combine(group, "cgroup.procs");
        using var other = Process.Start(new ProcessStartInfo("/usr/bin/env", [$"AA_MARK={run.Agent.Mark}", "sleep", "60"]))!;
        await File.WriteAllTextAsync(stray, other.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));

        run.Signal("KILL");
        await Eventually.IsAsync(() => Task.FromResult(run.Agent.Alive().Count == 1));
        using var next = Supervised.Start(console, "root", "cgroup", "exit 0\n", state: run.State);

        Assert.Equal(0, await next.ExitAsync());
        await run.WaitForDeathAsync(1);
        Assert.False(Directory.Exists(group));
        Assert.Contains(console.Reports, r => r is { Cause: "lease", Count: 1, Left: 0 });
    }

    [Fact]
    public async Task The_next_runner_finds_an_agent_by_the_user_id_that_only_it_has()
    {
        if (!TestHost.Offers("root", "user"))
            return;
        await using var console = await FakeConsole.StartAsync();
        using var run = Supervised.Start(console, "root", "user", Ticking.Script);
        await run.WaitForFileAsync("tick");
        foreach (var child in Host.ProcessTable.Children(run.Pid).Where(IsGuardian))
            Marked.Kill(child);
        run.Signal("KILL");
        Assert.True(await run.IsMovingAsync());

        using var next = Supervised.Start(console, "root", "cgroup", "exit 0\n", state: run.State);

        Assert.Equal(0, await next.ExitAsync());
        Assert.Empty(run.Agent.Alive());
        Assert.Contains(console.Reports, r => r is { Cause: "lease", Mechanism: "user", Count: > 0, Left: 0 });
    }

    private static bool IsGuardian(int pid) => File.ReadAllText($"/proc/{pid}/cmdline").Contains("guardian", StringComparison.Ordinal);
}
