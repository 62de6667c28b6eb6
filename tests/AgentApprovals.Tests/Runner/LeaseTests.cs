using System.Net;
using AgentApprovals.Client.Runner;
using AgentApprovals.Tests.Drivers;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AgentApprovals.Tests.Runner;

/// <summary>What follows when a runner is not heard: lost at one lease, stopped at two, and only over time in which the console was there to hear it.</summary>
public sealed class LeaseTests
{
    [Fact]
    public async Task One_lease_without_a_word_is_lost_and_a_word_finds_it_again()
    {
        await using var clocked = new ClockedConsole();
        var scene = await clocked.SceneAsync();
        var session = await Supervised.OpenAsync(scene);
        await using var runner = await session.ConnectAsync(clocked.Console);
        await runner.RenewAsync();
        clocked.Pass(14.9);
        Assert.Equal("connected", await session.StateAsync(scene));
        clocked.Pass(0.1);
        Assert.Equal("lost", await session.StateAsync(scene));
        await Eventually.IsAsync(async () => await CountAsync(scene, session, "session.runner_lost") == 1);
        Assert.Equal("active", (string?)(await session.LookAsync(scene))["state"]);

        await runner.RenewAsync();
        Assert.Equal("connected", await session.StateAsync(scene));
        Assert.Equal(1, await CountAsync(scene, session, "session.runner_returned"));
    }

    [Fact]
    public async Task Two_leases_without_a_word_stop_the_session_with_an_entry_and_a_receipt()
    {
        await using var clocked = new ClockedConsole();
        var scene = await clocked.SceneAsync();
        var session = await Supervised.OpenAsync(scene);
        await using (var runner = await session.ConnectAsync(clocked.Console))
            await runner.RenewAsync();
        clocked.Pass(29.9);
        (await session.Run.Agent.Get("sessions/current")).Is(HttpStatusCode.OK);
        clocked.Pass(0.1);
        await Eventually.IsAsync(async () => (string?)(await session.LookAsync(scene))["state"] == "stopped");
        (await session.Run.Submit()).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        var stop = (await scene.Admin.Get("stops")).Is(HttpStatusCode.OK)["items"]![0]!;
        Assert.Equal("lease", (string?)stop["by"]!["name"]);
        await Eventually.IsAsync(async () =>
            Supervised.Layer((await scene.Admin.Get($"stops/{stop["id"]}")).Body!, "lease").State == "confirmed");
    }

    [Fact]
    public async Task One_that_never_came_is_stopped_as_well()
    {
        await using var clocked = new ClockedConsole();
        var scene = await clocked.SceneAsync();
        var session = await Supervised.OpenAsync(scene);
        clocked.Pass(30);
        await Eventually.IsAsync(async () => (string?)(await session.LookAsync(scene))["state"] == "stopped");
    }

    [Fact]
    public async Task After_the_consoles_own_restart_a_full_lease_begins_anew()
    {
        var clock = new FakeTimeProvider(new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));
        Supervised session;
        string folder;
        await using (var first = new TestConsole(clock, timer: false, hangfire: false))
        {
            folder = first.Folder;
            session = await Supervised.OpenAsync(await Scene.SetAsync(first));
            await using var runner = await session.ConnectAsync(first);
            await runner.RenewAsync();
        }

        // Longer than twice the lease: had it counted, the session would be stopped.
        clock.Advance(TimeSpan.FromSeconds(120));
        await using var second = new TestConsole(clock, timer: false, hangfire: false, folder: folder);
        var scene = new Scene(second);
        Assert.Equal(("active", "lost"), ((string?)(await session.LookAsync(scene))["state"], await session.StateAsync(scene)));
        clock.Advance(TimeSpan.FromSeconds(14));
        await using (var back = await session.ConnectAsync(second))
            Assert.Equal(new Lease(15, false), await back.RenewAsync());
        Assert.Equal(("active", "connected"), ((string?)(await session.LookAsync(scene))["state"], await session.StateAsync(scene)));

        // The control: time in which it was there to hear does count.
        clock.Advance(TimeSpan.FromSeconds(30));
        await Eventually.IsAsync(async () => (string?)(await session.LookAsync(scene))["state"] == "stopped");
    }

    private static async Task<int> CountAsync(Scene scene, Supervised session, string kind) =>
        (await scene.Admin.Get($"ledger?sessionId={session.Id}")).Is(HttpStatusCode.OK)["items"]!.AsArray().Count(e => (string?)e!["kind"] == kind);
}
