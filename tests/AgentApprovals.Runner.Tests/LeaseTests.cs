using System.Diagnostics;
using AgentApprovals.Runner.Tests.Drivers;
using AgentApprovals.Tests.Drivers;

namespace AgentApprovals.Runner.Tests;

/// <summary>A runner that no longer hears its console, with the shortest lease there is.</summary>
public sealed class LeaseTests
{
    private const int Lease = 5;

    /// <summary>Of every kind at once: a lease takes its time.</summary>
    [Fact]
    public Task Without_a_console_an_agent_stands_still_after_one_lease_or_is_dead_and_after_two_it_is_dead() =>
        Task.WhenAll(TestHost.Cages().Select(c => LoseConsoleAsync(c.Data.Item1, c.Data.Item2)));

    [Fact]
    public async Task A_line_that_is_back_within_the_lease_costs_the_agent_nothing()
    {
        await using var console = await FakeConsole.StartAsync(Lease);
        var (user, mechanism) = TestHost.Offers("root", "cgroup") ? ("root", "cgroup") : ("ordinary", "pidNamespace");
        using var run = Supervised.Start(console, user, mechanism, Ticking.Script);
        await run.WaitForFileAsync("tick");

        console.CutLine();
        await Eventually.IsAsync(() => Task.FromResult(console.Lines.IsEmpty));
        console.RestoreLine();
        var renewals = console.Renewals;
        await Eventually.IsAsync(() => Task.FromResult(console.Renewals > renewals + 1));

        Assert.True(await run.IsMovingAsync());
        Assert.Single(console.Openings);
        Assert.Single(console.Lines);
        Assert.Empty(console.Reports);
        Assert.DoesNotContain("lease", run.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await console.StopAsync()).Left);
    }

    [Fact]
    public async Task A_console_that_is_away_for_longer_than_a_lease_finds_a_frozen_agent_and_thaws_it()
    {
        // A user whom nobody gave a group can't freeze; what holds for such a user, the first test shows.
        if (!TestHost.Offers("root", "cgroup"))
            return;
        await using var console = await FakeConsole.StartAsync(Lease);
        using var run = Supervised.Start(console, "root", "cgroup", Ticking.Script);
        await run.WaitForFileAsync("tick");

        await console.KillAsync();
        await run.WaitForMovingAsync(false, Lease + 2);
        await console.StartAsync();
        await run.WaitForMovingAsync(true);

        Assert.Single(console.Openings);
        Assert.Equal(0, (await console.StopAsync()).Left);
    }

    private static async Task LoseConsoleAsync(string user, string mechanism)
    {
        await using var console = await FakeConsole.StartAsync(Lease);
        using var run = Supervised.Start(console, user, mechanism, Ticking.Script);
        await run.WaitForFileAsync("tick");

        await console.KillAsync();
        var began = Stopwatch.GetTimestamp();
        await run.DiesOfItsLeaseAsync(user, mechanism, Lease, began);

        // The console is back: it is told what was done without it.
        await console.StartAsync();
        await Eventually.IsAsync(() => Task.FromResult(!console.Reports.IsEmpty));
        Assert.True(console.Reports.TryPeek(out var report));
        Assert.Equal((0, mechanism, "lease"), (report.Left!.Value, report.Mechanism, report.Cause));
        Assert.Equal(137, await run.ExitAsync());
        TestContext.Current.TestOutputHelper?.WriteLine($"{user}, {mechanism}: {report.Count} killed in {report.Milliseconds} ms");
    }
}
