using System.Net;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Api;

/// <summary>Who asks again for what was denied is cut off without a person.</summary>
public sealed class RepeatTests(ClockedConsole clocked) : IClassFixture<ClockedConsole>
{
    [Theory]
    [InlineData(599, true)]
    [InlineData(600, false)]
    public async Task The_second_session_stopped_for_repeats_within_ten_minutes_stops_the_agent(int apart, bool stops)
    {
        var scene = await clocked.SceneAsync(new[] { Scene.Rule() });
        var reviewer = await scene.ReviewerAsync();
        var first = await scene.SessionAsync();
        (await reviewer.Deny(await first.Submitted())).Is(HttpStatusCode.OK);
        await RepeatAsync(first);
        var receipt = (await reviewer.Get("stops")).Is(HttpStatusCode.OK)["items"]![0]!;
        Assert.Equal(("session", first.Id, "repeats"), (receipt.Text("scope"), receipt.Text("targetId"), receipt["by"]!.Text("name")));
        Assert.Equal("active", (await scene.Admin.Get($"agents/{scene.AgentId}")).Is(HttpStatusCode.OK).Text("state"));

        clocked.Pass(apart);
        var second = await scene.SessionAsync();
        var beside = await scene.SessionAsync();
        await RepeatAsync(second);
        Assert.Equal(stops ? "stopped" : "active", (await scene.Admin.Get($"agents/{scene.AgentId}")).Is(HttpStatusCode.OK).Text("state"));
        if (!stops)
        {
            (await beside.Submit(Scene.Post("other"))).Is(HttpStatusCode.Created);
            return;
        }

        (await beside.Submit(Scene.Post("other"))).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        (await clocked.Console.As(scene.Key).Post("sessions", new { onBehalfOf = "dana@example.com" })).IsRefused(HttpStatusCode.Forbidden, "agent_stopped");
        var ordered = (await scene.Admin.Get("ledger?limit=200&after=" + await LastButAsync(scene, 30))).Is(HttpStatusCode.OK)["items"]!.AsArray();
        Assert.Contains(ordered, e => e!.Text("kind") == "agent.stopped" && e!["actor"]!.Text("kind") == "system");
    }

    private static async Task RepeatAsync(Run run)
    {
        for (var i = 0; i < 3; i++)
            Assert.Equal("repeats_denied", (await run.Submitted())["decision"]!.Text("code"));
        (await run.Submit()).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
    }

    private static async Task<long> LastButAsync(Scene scene, int entries) =>
        Math.Max(0, (long)(await scene.Admin.Get("ledger/verify")).Is(HttpStatusCode.OK)["head"]!["sequence"]! - entries);
}
