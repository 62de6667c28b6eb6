using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AgentApprovals.Tests.Api;

/// <summary>The red button over the public API: what it takes away, for whom, and what its receipt says.</summary>
public sealed class StopTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));
    private readonly TestConsole _console;

    public StopTests() => _console = new(_clock, timer: false, hangfire: false);

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task A_receipt_says_layer_by_layer_what_was_taken_away()
    {
        var scene = await Scene.SetAsync(_console, new[] { Scene.Rule("allow", match: new { resources = new[] { "free://*" } }, name: "Free"), Scene.Rule() });
        var run = await scene.SessionAsync();
        await run.Submitted();
        await run.Submitted(Scene.Post("forum://other"));
        var executing = await run.Submitted(Scene.Post("free://one"));
        (await run.Agent.Post($"actions/{executing["id"]}/redeem")).Is(HttpStatusCode.OK);
        var withdrawn = await run.Submitted(Scene.Post("forum://third"));
        (await run.Agent.Delete($"actions/{withdrawn["id"]}")).Is(HttpStatusCode.OK);
        var other = await scene.SessionAsync();
        await other.Submitted();

        var receipt = (await scene.Admin.Post($"sessions/{run.Id}/stop", new { reason = "Wrong thread" })).Is(HttpStatusCode.Accepted);

        Assert.Equal("session", (string?)receipt["scope"]);
        Assert.Equal(run.Id, (string?)receipt["targetId"]);
        Assert.Equal(TestConsole.AdminEmail, (string?)receipt["by"]!["name"]);
        Assert.Equal("Wrong thread", (string?)receipt["reason"]);
        Assert.Equal("2026-11-24T09:00:00.000Z", (string?)receipt["stoppedAt"]);
        Assert.False((bool?)receipt["drill"]);
        Assert.Equal(["console", "live", "gateway", "process", "network", "lease"], receipt["layers"]!.AsArray().Select(l => (string?)l!["layer"]));
        Assert.All(receipt["layers"]!.AsArray().Take(3), l => Assert.Equal("confirmed", (string?)l!["state"]));
        Assert.All(receipt["layers"]!.AsArray().Take(3), l => Assert.InRange((long)l!["afterMs"]!, 0, 5000));
        Assert.All(receipt["layers"]!.AsArray().Skip(3), l => Assert.Equal("absent", (string?)l!["state"]));
        Assert.Equal("no runner: stop cannot reach its process", (string?)Layer(receipt, "process")["detail"]);
        Assert.Equal("token refused; 3 actions stopped; 1 permit revoked", (string?)Layer(receipt, "console")["detail"]);
        Assert.Equal("nothing was open", (string?)Layer(receipt, "live")["detail"]);
        Assert.True(JsonNode.DeepEquals(receipt, (await scene.Admin.Get($"stops/{receipt["id"]}")).Is(HttpStatusCode.OK)));
        Assert.Equal("active", (string?)(await scene.Admin.Get($"sessions/{other.Id}")).Body?["state"]);
        var after = await scene.Admin.Look(executing);
        Assert.Equal(("stopped", "unknown"), ((string?)after["status"], (string?)after["outcome"]));
    }

    [Fact]
    public async Task What_its_own_clock_had_ended_is_not_counted_as_stopped()
    {
        var scene = await Scene.SetAsync(_console, new[] { Scene.Rule(expires: 100) });
        var run = await scene.SessionAsync();
        await run.Submitted();
        _clock.Advance(TimeSpan.FromSeconds(100));
        await run.Submitted(Scene.Post("forum://later"));
        var receipt = (await scene.Admin.Post("stop")).Is(HttpStatusCode.Accepted);
        Assert.Equal("token refused; 1 action stopped; 0 permits revoked", (string?)Layer(receipt, "console")["detail"]);
        Assert.Equal("everything", (string?)receipt["scope"]);
        Assert.Null(receipt["targetId"]);
    }

    [Fact]
    public async Task Stopping_again_gives_the_same_receipt()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        foreach (var path in new[] { $"sessions/{run.Id}/stop", $"agents/{scene.AgentId}/stop", "stop" })
        {
            var first = (await scene.Admin.Post(path, new { reason = "first" })).Is(HttpStatusCode.Accepted);
            var second = (await scene.Admin.Post(path, new { reason = "second" })).Is(HttpStatusCode.Accepted);
            Assert.True(JsonNode.DeepEquals(first, second), $"{first} {second}");
        }

        Assert.Equal(3, (await scene.Admin.Get("stops")).Is(HttpStatusCode.OK)["items"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("ended")]
    [InlineData("expired")]
    public async Task Stopping_a_session_that_is_over_gives_a_receipt_and_leaves_it_as_it_ended(string state)
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        if (state == "ended")
            Assert.Equal(HttpStatusCode.NoContent, (await run.Agent.Delete("sessions/current")).Status);
        else
            _clock.Advance(TimeSpan.FromHours(1));
        var first = (await scene.Admin.Post($"sessions/{run.Id}/stop")).Is(HttpStatusCode.Accepted);
        Assert.Equal("token refused; 0 actions stopped; 0 permits revoked", (string?)Layer(first, "console")["detail"]);
        Assert.Equal((string?)first["id"], (string?)(await scene.Admin.Post($"sessions/{run.Id}/stop")).Is(HttpStatusCode.Accepted)["id"]);
        Assert.Equal(state, (string?)(await scene.Admin.Get($"sessions/{run.Id}")).Body?["state"]);
    }

    [Fact]
    public async Task A_stop_is_not_found_by_who_may_not_know_of_its_target()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var (stranger, _, _) = await scene.PersonAsync(["Verifier"]);
        (await stranger.Post($"sessions/{run.Id}/stop")).IsRefused(HttpStatusCode.NotFound, "not_found");
        (await stranger.Post($"agents/{scene.AgentId}/stop")).IsRefused(HttpStatusCode.NotFound, "not_found");
        (await stranger.PostRaw($"sessions/{run.Id}/stop", "{")).IsRefused(HttpStatusCode.NotFound, "not_found");
        (await stranger.Post("stop")).IsRefused(HttpStatusCode.Forbidden, "forbidden");
        (await run.Agent.Post($"sessions/{run.Id}/stop")).IsRefused(HttpStatusCode.Forbidden, "forbidden");
        (await run.Agent.Get("sessions/current")).Is(HttpStatusCode.OK);
        (await scene.Admin.Post($"sessions/{Guid.CreateVersion7()}/stop")).IsRefused(HttpStatusCode.NotFound, "not_found");
        (await scene.Admin.PostRaw($"sessions/{run.Id}/stop", """{"reason":7}""")).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        var id = (string?)(await scene.Admin.Post("stop")).Is(HttpStatusCode.Accepted)["id"];
        (await stranger.Get($"stops/{id}")).IsRefused(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Who_is_acted_for_stops_their_own_sessions_and_sees_no_others()
    {
        var scene = await Scene.SetAsync(_console, agent: new { actsFor = new[] { "dana@example.com", "*" } });
        var (dana, _, _) = await scene.PersonAsync([], email: "dana@example.com");
        var own = await scene.SessionAsync("dana@example.com");
        var others = await scene.SessionAsync("eve@example.com");
        (await dana.Post($"sessions/{others.Id}/stop")).IsRefused(HttpStatusCode.NotFound, "not_found");
        (await dana.Post($"sessions/{own.Id}/stop")).Is(HttpStatusCode.Accepted);
        // Named exactly, she may stop the agent; of what that cut off she sees what is hers.
        var own2 = await scene.SessionAsync("dana@example.com");
        var receipt = (await dana.Post($"agents/{scene.AgentId}/stop")).Is(HttpStatusCode.Accepted);
        Assert.Equal([own2.Id], Ids((await dana.Get($"stops/{receipt["id"]}/sessions")).Is(HttpStatusCode.OK)));
        Assert.Equal([own2.Id, others.Id], Ids((await scene.Admin.Get($"stops/{receipt["id"]}/sessions")).Is(HttpStatusCode.OK)));
        Assert.Equal(2, (await dana.Get("stops?limit=2")).Is(HttpStatusCode.OK)["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_limit_that_stops_a_session_leaves_a_receipt_as_well()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var reviewer = await scene.ReviewerAsync();
        (await reviewer.Deny(await run.Submitted())).Is(HttpStatusCode.OK);
        for (var i = 0; i < 3; i++)
            await run.Submitted();
        var stop = (await scene.Admin.Get("stops")).Is(HttpStatusCode.OK)["items"]![0]!;
        await Eventually.IsAsync(async () => (string?)Layer((await scene.Admin.Get($"stops/{stop["id"]}")).Body!, "live")["state"] == "confirmed");
        Assert.Equal("repeats", (string?)stop["by"]!["name"]);
        Assert.Null(stop["by"]!["id"]);
    }

    [Fact]
    public async Task A_drill_stops_a_test_agent_and_no_other()
    {
        var scene = await Scene.SetAsync(_console);
        (await scene.Admin.Post($"agents/{scene.AgentId}/stop", new { drill = true })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        await scene.SessionAsync();
        var (id, key) = await scene.AgentAsync("crash-dummy", new { isTest = true });
        var run = await scene.SessionAsync(key: key);
        Assert.True((bool?)(await scene.Admin.Post($"agents/{id}/stop", new { drill = true })).Is(HttpStatusCode.Accepted)["drill"]);
        (await run.Submit()).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
    }

    [Fact]
    public async Task Resuming_takes_a_manager_and_a_reason_and_lets_new_sessions_open_only()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var reviewer = await scene.ReviewerAsync();
        var (manager, _, _) = await scene.PersonAsync(["Manager"]);
        (await reviewer.Post("stop", new { reason = "All of it" })).Is(HttpStatusCode.Accepted);
        (await _console.As(scene.Key).Post("sessions", new { onBehalfOf = "dana@example.com" })).IsRefused(HttpStatusCode.Forbidden, "everything_stopped");
        (await reviewer.Post("resume", new { reason = "Over" })).IsRefused(HttpStatusCode.Forbidden, "forbidden");
        (await manager.Post("resume", new { })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        (await manager.Post("resume", new { reason = "Over" })).Is(HttpStatusCode.OK);
        await scene.SessionAsync();
        (await run.Submit()).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        Assert.Equal("stopped", (string?)(await manager.Get($"sessions/{run.Id}")).Body?["state"]);
    }

    private static JsonNode Layer(JsonNode receipt, string name) => receipt["layers"]!.AsArray().Single(l => (string?)l!["layer"] == name)!;

    private static string[] Ids(JsonNode list) => [.. list["items"]!.AsArray().Select(i => i!["id"]!.ToString())];
}
