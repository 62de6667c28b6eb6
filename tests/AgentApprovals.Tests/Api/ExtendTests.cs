using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Api;

/// <summary>More time to decide, over real HTTP, with the clock in hand.</summary>
public sealed class ExtendTests : IAsyncDisposable
{
    private readonly ClockedConsole _clocked = new();

    public ValueTask DisposeAsync() => _clocked.DisposeAsync();

    [Fact]
    public async Task The_new_expiry_holds_for_everybody_and_the_ledger_says_why()
    {
        var scene = await _clocked.SceneAsync(new[] { Scene.Rule(expires: 60) });
        var run = await scene.SessionAsync();
        var reviewer = await scene.ReviewerAsync();
        var action = await run.Submitted();
        var poll = run.Agent.Get($"actions/{action["id"]}?wait=60");
        await Eventually.IsAsync(() => Task.FromResult(_clocked.Console.Services.GetRequiredService<AgentApprovals.Live.Connections>().Count == 1));
        var longer = (await reviewer.Post($"actions/{action["id"]}/extend", new { seconds = 30, reason = "The owner is being asked" })).Is(HttpStatusCode.OK);
        Assert.Equal(((DateTimeOffset)action["expiresAt"]!).AddSeconds(30), (DateTimeOffset)longer["expiresAt"]!);
        _clocked.Pass(59.999);
        Assert.False(poll.IsCompleted);
        _clocked.Pass(0.001);
        Assert.Equal("pending", (string?)(await poll).Is(HttpStatusCode.OK)["status"]);
        _clocked.Pass(29.999);
        Assert.Equal("pending", (string?)(await reviewer.Look(action))["status"]);
        _clocked.Pass(0.001);
        Assert.Equal("expired", (string?)(await reviewer.Look(action))["status"]);
        (await reviewer.Approve(action)).IsRefused(HttpStatusCode.Conflict, "action_expired");
        (await reviewer.Post($"actions/{action["id"]}/extend", new { seconds = 1, reason = "Late" })).IsRefused(HttpStatusCode.Conflict, "action_expired");
        var entry = (await scene.Admin.Get($"ledger?actionId={action["id"]}")).Is(HttpStatusCode.OK)["items"]!.AsArray().Single(e => (string?)e!["kind"] == "action.extended")!;
        Assert.Equal("The owner is being asked", (string?)entry["data"]!["reason"]);
    }

    [Fact]
    public async Task A_poll_answers_at_the_new_expiry()
    {
        var scene = await _clocked.SceneAsync(new[] { Scene.Rule(expires: 20) });
        var run = await scene.SessionAsync();
        var action = await run.Submitted();
        (await scene.Admin.Post($"actions/{action["id"]}/extend", new { seconds = 20, reason = "x" })).Is(HttpStatusCode.OK);
        var poll = run.Agent.Get($"actions/{action["id"]}?wait=60");
        await Eventually.IsAsync(() => Task.FromResult(_clocked.Console.Services.GetRequiredService<AgentApprovals.Live.Connections>().Count == 1));
        _clocked.Pass(39);
        Assert.False(poll.IsCompleted);
        await Eventually.IsAsync(() =>
        {
            _clocked.Pass(0.5);
            return Task.FromResult(poll.IsCompleted);
        });
        Assert.Equal("expired", (string?)(await poll).Is(HttpStatusCode.OK)["status"]);
    }

    [Fact]
    public async Task It_is_given_three_times_up_to_twice_the_rules_time_and_by_who_looks_after_it()
    {
        var scene = await _clocked.SceneAsync(new[] { Scene.Rule(expires: 60, requires: new[] { new[] { new { from = "group:security", count = 1 } } }) });
        var run = await scene.SessionAsync();
        var (security, _, _) = await scene.PersonAsync([], ["security"]);
        var (auditor, _, _) = await scene.PersonAsync(["Auditor"]);
        var (stranger, _, _) = await scene.PersonAsync([]);
        var path = $"actions/{(await run.Submitted())["id"]}/extend";
        foreach (var bad in new JsonObject?[] { [], new() { ["seconds"] = 0, ["reason"] = "x" }, new() { ["seconds"] = 1.5, ["reason"] = "x" }, new() { ["seconds"] = 1 }, new() { ["seconds"] = 1, ["reason"] = " " }, new() { ["reason"] = "x" } })
            (await security.Post(path, bad)).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        var some = new { seconds = 20, reason = "x" };
        (await auditor.Post(path, some)).IsRefused(HttpStatusCode.Forbidden, "forbidden");
        (await stranger.Post(path, some)).IsRefused(HttpStatusCode.NotFound, "not_found");
        (await run.Agent.Post(path, some)).IsRefused(HttpStatusCode.Forbidden, "forbidden");
        (await security.Post(path, new { seconds = 61, reason = "x" })).IsRefused(HttpStatusCode.Conflict, "limit_reached");
        for (var i = 0; i < 3; i++)
            (await security.Post(path, some)).Is(HttpStatusCode.OK);
        (await security.Post(path, new { seconds = 1, reason = "x" })).IsRefused(HttpStatusCode.Conflict, "limit_reached");

        var approved = await run.Submitted(Scene.Post("forum://approved"));
        (await security.Approve(approved)).Is(HttpStatusCode.OK);
        (await security.Post($"actions/{approved["id"]}/extend", some)).IsRefused(HttpStatusCode.Conflict, "not_pending");
    }
}
