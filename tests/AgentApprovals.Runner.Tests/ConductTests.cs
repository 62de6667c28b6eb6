using AgentApprovals.Runner.Tests.Drivers;
using AgentApprovals.Tests.Drivers;

namespace AgentApprovals.Runner.Tests;

/// <summary>How a runner behaves towards whoever started it, its child, and the console's orders.</summary>
public sealed class ConductTests
{
    public static TheoryData<string, string> Cages() => TestHost.Cages();

    [Theory]
    [MemberData(nameof(Cages))]
    public async Task Streams_environment_and_exit_code_are_the_childs_own_and_what_it_leaves_is_killed(string user, string mechanism)
    {
        await using var console = await FakeConsole.StartAsync();
        using var run = Supervised.Start(console, user, mechanism, "(setsid sleep 60 &)\nread line\necho \"$line $AGENT_APPROVALS_URL $AGENT_APPROVALS_SESSION_TOKEN\"\nexit 7\n");
        await run.SayAsync("hello");

        Assert.Equal(7, await run.ExitAsync());
        Assert.Equal($"hello {console.Url} {FakeConsole.SessionToken}\n", await run.OutputAsync());
        Assert.Empty(run.Agent.Alive());
        Assert.Contains(console.Reports, r => r is { Cause: "exit", ExitCode: 7, Left: 0 });
        Assert.Contains("DELETE /api/v1/sessions/current", console.Requests);
        Assert.Contains($"\"mechanism\":\"{mechanism}\"", console.Openings.Single(), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(run.State, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [MemberData(nameof(Cages))]
    public async Task A_signal_to_the_runner_or_to_its_terminals_group_is_the_childs(string user, string mechanism)
    {
        await using var console = await FakeConsole.StartAsync();
        using var run = Supervised.Start(console, user, mechanism,
            "trap 'echo interrupted' INT\ntrap 'echo asked; exit 3' TERM\ntouch ready\ni=0; while [ $i -lt 600 ]; do i=$((i + 1)); [ $i -lt 5 ] || touch later; sleep 0.05; done\n");
        await run.WaitForFileAsync();

        run.SignalGroup("INT");
        await run.WaitForFileAsync("later");
        run.Signal("TERM");

        Assert.Equal(3, await run.ExitAsync());
        Assert.Equal("interrupted\nasked\n", await run.OutputAsync());
    }

    [Fact]
    public async Task A_renewal_on_its_way_when_the_agent_ends_does_not_cost_the_exit_code()
    {
        await using var console = await FakeConsole.StartAsync(12);
        using var run = Supervised.Start(console, "ordinary", "pidNamespace", "touch ready\nuntil [ -e go ]; do sleep 0.05; done\nexit 7\n");
        await run.WaitForFileAsync();

        console.HoldsRenewals = true;
        var before = console.Renewals;
        await Eventually.IsAsync(() => Task.FromResult(console.Renewals > before));
        await File.WriteAllTextAsync(Path.Combine(run.Folder, "go"), "", TestContext.Current.CancellationToken);

        Assert.Equal(7, await run.ExitAsync());
    }

    [Fact]
    public async Task A_pause_freezes_a_continue_thaws_and_a_stop_ends_also_a_frozen_agent()
    {
        if (!TestHost.Offers("root", "cgroup"))
            return;
        await using var console = await FakeConsole.StartAsync();
        using var run = Supervised.Start(console, "root", "cgroup", Ticking.Script);
        await run.WaitForFileAsync("tick");

        var paused = await console.PauseAsync();
        Assert.True(paused is { Count: > 0, Cause: "pause" });
        Assert.False(await run.IsMovingAsync());
        await console.ContinueAsync();
        Assert.True(await run.IsMovingAsync());
        await console.PauseAsync();

        Assert.Equal(0, (await console.StopAsync()).Left);
        Assert.Empty(run.Agent.Alive());
        Assert.Equal(137, await run.ExitAsync());
    }

    [Fact]
    public async Task A_pause_that_was_ordered_while_the_line_was_cut_holds_once_it_is_back()
    {
        if (!TestHost.Offers("root", "cgroup"))
            return;
        await using var console = await FakeConsole.StartAsync();
        using var run = Supervised.Start(console, "root", "cgroup", Ticking.Script);
        await run.WaitForFileAsync("tick");

        console.Paused = true;
        console.CutLine();
        console.RestoreLine();

        await run.WaitForMovingAsync(false);
        Assert.NotEmpty(run.Agent.Alive());
    }

    [Fact]
    public async Task A_runner_whose_line_is_cut_learns_of_the_stop_by_asking()
    {
        await using var console = await FakeConsole.StartAsync(60);
        using var run = Supervised.Start(console, "ordinary", "pidNamespace", Ticking.Script);
        await run.WaitForFileAsync("tick");

        console.Refusal = "session_stopped";
        console.CutLine();
        console.RestoreLine();

        await run.WaitForDeathAsync();
        Assert.Equal(137, await run.ExitAsync());
    }

    [Fact]
    public async Task The_session_is_renewed_before_it_expires()
    {
        await using var console = await FakeConsole.StartAsync(sessionLength: TimeSpan.FromSeconds(3));
        using var run = Supervised.Start(console, "ordinary", "pidNamespace", Ticking.Script);
        await run.WaitForFileAsync("tick");

        await Eventually.IsAsync(() => Task.FromResult(console.Requests.Count(r => r.EndsWith("/renew", StringComparison.Ordinal)) >= 2));
        Assert.True(await run.IsMovingAsync());
    }
}
