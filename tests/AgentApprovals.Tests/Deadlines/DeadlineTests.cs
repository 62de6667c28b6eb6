using System.Net;
using AgentApprovals.Deadlines;
using AgentApprovals.Tests.Drivers;
using Hangfire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AgentApprovals.Tests.Deadlines;

/// <summary>Each of the two clocks alone writes down what is due, neither decides it, and without both nothing is early, late or read wrongly.</summary>
public sealed class DeadlineTests
{
    private static readonly DateTimeOffset Morning = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Hangfire_alone_writes_down_within_two_seconds_and_never_early()
    {
        await using var console = new TestConsole(timer: false);
        var scene = await Scene.SetAsync(console, new[] { Scene.Rule(expires: 1) });
        var run = await scene.SessionAsync();
        var actions = new List<System.Text.Json.Nodes.JsonNode>();
        // Spread over a second, so that they fall due at all sides of Hangfire's whole ones.
        for (var i = 0; i < 5; i++)
        {
            actions.Add(await run.Submitted(Scene.Post(payload: new { i })));
            await Written.UntilAsync(Written.Time(actions[0].Text("submittedAt")).AddMilliseconds(200 * (i + 1)));
        }

        foreach (var action in actions)
            Assert.InRange(await Written.SoonAsync(console, action.Text("id"), "action.expired") - Written.Time(action.Text("expiresAt")), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task The_timer_alone_writes_down_at_the_very_instant()
    {
        var clock = new FakeTimeProvider(Morning);
        await using var console = new TestConsole(clock, hangfire: false);
        var scene = await Scene.SetAsync(console, new[] { Scene.Rule("veto", window: 30) });
        var run = await scene.SessionAsync();
        var later = await run.Submitted();
        clock.Advance(TimeSpan.FromSeconds(10));
        var action = await run.Submitted(Scene.Post(payload: new { second = true }));
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(Morning.AddSeconds(30), await Written.SoonAsync(console, later.Text("id"), "action.released"));
        Assert.Empty(await Written.OfAsync(console, action.Text("id"), "action.released"));
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(Morning.AddSeconds(40), await Written.SoonAsync(console, action.Text("id"), "action.released"));
    }

    [Fact]
    public async Task The_timer_goes_by_the_expiry_that_people_gave()
    {
        var clock = new FakeTimeProvider(Morning);
        await using var console = new TestConsole(clock, hangfire: false);
        var scene = await Scene.SetAsync(console, new[] { Scene.Rule(expires: 30) });
        var action = await (await scene.SessionAsync()).Submitted();
        (await scene.Admin.Post($"actions/{action["id"]}/extend", new { seconds = 20, reason = "x" })).Is(HttpStatusCode.OK);
        clock.Advance(TimeSpan.FromSeconds(30));
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(Morning.AddSeconds(50), await Written.SoonAsync(console, action.Text("id"), "action.expired"));
    }

    [Fact]
    public async Task Without_both_nothing_is_early_or_late_and_everything_reads_right()
    {
        var clock = new FakeTimeProvider(Morning);
        await using var console = new TestConsole(clock, timer: false, hangfire: false);
        var scene = await Scene.SetAsync(console, new[] { Scene.Rule(expires: 100) });
        var run = await scene.SessionAsync();
        var reviewer = await scene.ReviewerAsync();
        var action = await run.Submitted();
        clock.Advance(TimeSpan.FromMilliseconds(99_999));
        Assert.Equal("pending", (await reviewer.Get($"actions/{action["id"]}")).Text("status"));
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("expired", (await reviewer.Get($"actions/{action["id"]}")).Text("status"));
        Assert.Equal("expired", (await run.Agent.Get($"actions/{action["id"]}?wait=60")).Text("status"));
        Assert.Single((await reviewer.Get("actions?status=expired")).Is(HttpStatusCode.OK)["items"]!.AsArray());
        Assert.Empty(await Written.OfAsync(console, action.Text("id"), "action.expired"));
        // The control: somebody who writes it down finds it due.
        await console.Services.GetRequiredService<DeadlineSweep>().RunAsync(TestContext.Current.CancellationToken);
        Assert.Single(await Written.OfAsync(console, action.Text("id"), "action.expired"));
    }

    [Fact]
    public async Task A_job_that_runs_three_times_makes_one_transition()
    {
        var clock = new FakeTimeProvider(Morning);
        await using var console = new TestConsole(clock, timer: false, hangfire: false);
        var scene = await Scene.SetAsync(console, new[] { Scene.Rule("veto", window: 10, permit: 300) });
        var action = await (await scene.SessionAsync()).Submitted();
        clock.Advance(TimeSpan.FromSeconds(10));
        var jobs = console.Services.GetRequiredService<DeadlineJobs>();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => jobs.RunAsync(0, TestContext.Current.CancellationToken)));
        Assert.Single(await Written.OfAsync(console, action.Text("id"), "action.released"));
    }

    [Fact]
    public async Task The_net_catches_what_the_outstanding_job_lost()
    {
        await using var console = new TestConsole(timer: false);
        var scene = await Scene.SetAsync(console, new[] { Scene.Rule(expires: 3) });
        var action = await (await scene.SessionAsync()).Submitted();
        var storage = console.Services.GetRequiredService<JobStorage>();
        var scheduled = await ScheduledAsync(storage);
        Assert.Single(scheduled);
        Assert.True(console.Services.GetRequiredService<IBackgroundJobClientV2>().Delete(scheduled[0]));
        await Written.UntilAsync(Written.Time(action.Text("expiresAt")));
        console.Services.GetRequiredService<IRecurringJobManagerV2>().Trigger("deadlines");
        await Written.SoonAsync(console, action.Text("id"), "action.expired");
    }

    /// <summary>The jobs that wait for their second, as soon as there are any.</summary>
    private static async Task<List<string>> ScheduledAsync(JobStorage storage)
    {
        while (true)
        {
            var scheduled = storage.GetMonitoringApi().ScheduledJobs(0, 10).Select(j => j.Key).ToList();
            if (scheduled.Count > 0)
                return scheduled;
            await Task.Delay(25);
        }
    }
}
