using System.Diagnostics;
using AgentApprovals.Runner.Tests.Drivers;
using AgentApprovals.Tests.Drivers;

namespace AgentApprovals.Runner.Tests;

/// <summary>Agents that do everything to outlive a stop. Counted by a mark of their own, past every mechanism of the runner.</summary>
public sealed class EscapeTests
{
    // Each ends by itself after two minutes, should all else fail.
    private const string Escapes = """
        trap '' TERM HUP INT QUIT
        # doubly forked, in a session of its own
        (setsid sh -c 'trap "" TERM HUP INT; (sleep 120 &); exec sleep 120' &)
        nohup sleep 120 >/dev/null 2>&1 &
        # a process group of its own
        perl -e 'setpgrp; exec "sleep", "120"' &
        # a daemon by the book
        perl -MPOSIX -e 'fork and exit; POSIX::setsid(); fork and exit; chdir "/"; close STDIN; close STDOUT; close STDERR; $SIG{$_} = "IGNORE" for qw(TERM HUP INT); sleep 120' &
        # into another group, by the files and by a mount of one's own
        for f in /sys/fs/cgroup/cgroup.procs /sys/fs/cgroup/unified/cgroup.procs; do (echo 0 > "$f") 2>/dev/null && echo "$f" >> escaped; done
        unshare -Urm --fork sh -c 'mkdir -p m; mount -t cgroup2 none m && { echo 0 > m/cgroup.procs; echo mounted; }; (sleep 120 &); exec sleep 120' >/dev/null 2>&1 &
        """;

    private const string Bomb = """
        i=0; while [ $i -lt 200 ]; do sleep 120 & i=$((i + 1)); done

        """;

    // Its number is another one every moment: a sweep that lists and then kills is always late.
    private const string Runaway = """
        perl -e '$SIG{$_} = "IGNORE" for qw(TERM HUP INT); my $end = time + 40; while (time < $end) { fork and exit; select(undef, undef, undef, 0.0001) }' &

        """;

    public static TheoryData<string, string> Cages() => TestHost.Cages();

    [Theory]
    [MemberData(nameof(Cages))]
    public async Task Nothing_is_left_of_an_agent_by_the_time_its_runner_says_so(string user, string mechanism)
    {
        for (var i = 0; i < Soak.Times(1); i++)
            await EscapeAsync(user, mechanism);
    }

    /// <summary>What shows that the test above can fail.</summary>
    [Fact]
    public async Task The_frameworks_own_kill_of_a_process_tree_leaves_some()
    {
        using var agent = new Marked();
        var folder = Directory.CreateTempSubdirectory("agent-control-").FullName;
        var script = Path.Combine(folder, "body.sh");
        await File.WriteAllTextAsync(script, (Escapes + "touch ready\nexec sleep 120\n").ReplaceLineEndings("\n"));
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/env", [$"AA_MARK={agent.Mark}", "sh", script]) { WorkingDirectory = folder })!;
        await Eventually.IsAsync(() => Task.FromResult(File.Exists(Path.Combine(folder, "ready"))));
        var before = agent.Alive().Count;

        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        var left = agent.Alive().Count;

        Assert.True(left > 0, "Kill(true) left none");
        TestContext.Current.TestOutputHelper?.WriteLine($"Process.Kill(entireProcessTree: true): {left} of {before} left");
        agent.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static async Task EscapeAsync(string user, string mechanism)
    {
        await using var console = await FakeConsole.StartAsync();
        using var run = Supervised.Start(console, user, mechanism, Escapes + Runaway + Bomb + "touch ready\nexec sleep 120\n");
        await run.WaitForFileAsync();
        await Eventually.IsAsync(() => Task.FromResult(run.Agent.Alive().Count > 200));
        var before = run.Agent.Alive().Count;

        var began = Stopwatch.GetTimestamp();
        var report = await console.StopAsync();
        var took = Stopwatch.GetElapsedTime(began);
        var left = run.Agent.Alive();

        Assert.Empty(left);
        Assert.Equal((0, mechanism, "stop"), (report.Left!.Value, report.Mechanism, report.Cause));
        Assert.True(report.Count > 200, $"{report.Count} counted");
        Assert.False(File.Exists(Path.Combine(run.Folder, "escaped")), "the agent wrote to a control group");
        Assert.Equal(137, await run.ExitAsync());
        TestContext.Current.TestOutputHelper?.WriteLine($"{user}, {mechanism}: {report.Count} killed in {report.Milliseconds} ms, order to report {took.TotalMilliseconds:0} ms, 0 left of {before}");
    }
}
