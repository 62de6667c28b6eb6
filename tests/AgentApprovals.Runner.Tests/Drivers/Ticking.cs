using System.Diagnostics;
using AgentApprovals.Tests.Drivers;

namespace AgentApprovals.Runner.Tests.Drivers;

/// <summary>An agent that can be seen to live: it counts, and traps what asks it to end.</summary>
public static class Ticking
{
    public const string Script = """
        trap '' TERM HUP INT
        (setsid sleep 60 &)
        i=0; while [ $i -lt 2000 ]; do i=$((i + 1)); echo $i > tick.new; mv tick.new tick; sleep 0.03; done
        """;

    public static int Ticks(this Supervised run) => int.TryParse(run.Read("tick"), System.Globalization.CultureInfo.InvariantCulture, out var n) ? n : 0;

    public static async Task<bool> IsMovingAsync(this Supervised run)
    {
        var before = run.Ticks();
        for (var i = 0; i < 20; i++)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
            if (run.Ticks() != before)
                return true;
        }

        return false;
    }

    public static Task WaitForMovingAsync(this Supervised run, bool moving, double seconds = 10) => Eventually.IsAsync(async () => await run.IsMovingAsync() == moving, seconds);

    /// <summary>Stands still after one lease where its mechanism can freeze, and is dead after two; where it can't, after one.</summary>
    /// <param name="since">When the console was gone.</param>
    public static async Task DiesOfItsLeaseAsync(this Supervised run, string user, string mechanism, int lease, long since)
    {
        Assert.True(await run.IsMovingAsync());
        if (mechanism == "cgroup")
        {
            await run.WaitForMovingAsync(false, lease + 2);
            Assert.NotEmpty(run.Agent.Alive());
            Assert.InRange(Stopwatch.GetElapsedTime(since).TotalSeconds, lease * 0.6, lease + 1.5);
        }

        await run.WaitForDeathAsync((2 * lease) + 2);
        var dead = Stopwatch.GetElapsedTime(since).TotalSeconds;
        var leases = mechanism == "cgroup" ? 2 : 1;
        Assert.InRange(dead, lease * (leases - 0.4), (lease * leases) + 1);
        TestContext.Current.TestOutputHelper?.WriteLine($"{user}, {mechanism}: dead {dead:0.0} s after the console");
    }

    public static Task WaitForDeathAsync(this Supervised run, double seconds = 10) => Eventually.IsAsync(() => Task.FromResult(run.Agent.Alive().Count == 0), seconds);
}
