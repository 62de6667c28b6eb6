using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AgentApprovals.Tests.Setup;

/// <summary>What rules would have done to what agents asked for, before anybody saves them.</summary>
public sealed class PolicyPreviewTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));
    private readonly TestConsole _console;

    public PolicyPreviewTests() => _console = new(_clock, timer: false, hangfire: false);

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task It_tells_what_would_have_been_held_let_pass_or_denied_and_saves_nothing()
    {
        var scene = await SceneAsync();
        var run = await scene.SessionAsync();
        var released = await run.Submitted(Scene.Post(type: "note.write"));
        (await run.Agent.Post($"actions/{released.Text("id")}/redeem")).Is(HttpStatusCode.OK);
        // Held by an allow rule's window, and denied by a person before its end: it was not released.
        var denied = await run.Submitted(Scene.Post(type: "note.slow"));
        (await (await scene.ReviewerAsync()).Deny(denied)).Is(HttpStatusCode.OK);
        var waited = await run.Submitted(Scene.Post(type: "forum.post"));
        await run.Submitted(Scene.Post(type: "wiki.edit"));
        await run.Submitted(Scene.Post(type: "email.send"));

        var before = (await scene.Admin.Get("policies")).Is(HttpStatusCode.OK);
        var preview = await PreviewAsync(scene.Admin,
            Scene.Rule("review", match: new { types = new[] { "note.*" } }, name: "Notes"),
            Scene.Rule("deny", match: new { types = new[] { "forum.*" } }, name: "Forums"),
            Scene.Rule("review", match: new { types = new[] { "wiki.*" } }, name: "Wikis", requires: new[] { new[] { new { from = "Manager", count = 2 } } }),
            Scene.Rule("deny", match: new { types = new[] { "never.*" } }, name: "Never"));
        Assert.Equal((5, true, 1, 1, 1), (Int(preview["considered"]), (bool)preview["isComplete"]!, Int(preview["unchanged"]), Int(preview["otherRequires"]), Int(preview["unruled"])));
        Assert.Equal(["allow review 2 1", "review deny 1 0"], preview["moves"]!.AsArray().Select(m => $"{m!["from"]} {m["to"]} {m["count"]} {m["released"]}"));
        Assert.Equal(["Notes 2", "Forums 1", "Wikis 1", "Never 0"], preview["rules"]!.AsArray().Select(r => $"{r!["name"]} {r["count"]}"));
        var forum = preview["samples"]!.AsArray().Single(s => s!.Text("type") == "forum.post")!;
        Assert.Equal((waited.Text("id"), "review", "deny", "Forums"), (forum.Text("id"), forum.Text("from"), forum.Text("to"), forum.Text("rule")));
        Assert.Equal(before.ToJsonString(), (await scene.Admin.Get("policies")).Is(HttpStatusCode.OK).ToJsonString());

        // The control: the rules that hold now would have done what they did.
        var same = await PreviewAsync(scene.Admin, [.. before["rules"]!.AsArray().Select(r => (object)r!.DeepClone())]);
        Assert.Equal((5, 5), (Int(same["considered"]), Int(same["unchanged"])));
        Assert.Empty(same["moves"]!.AsArray());
    }

    [Fact]
    public async Task Budgets_ends_bursts_and_what_nobody_described_hold_in_it_as_they_do_in_earnest()
    {
        var scene = await SceneAsync();
        var run = await scene.SessionAsync();
        for (var n = 0; n < 6; n++)
        {
            await run.Submitted(Scene.Post(payload: new { n }, type: "wiki.edit"));
            _clock.Advance(TimeSpan.FromSeconds(30));
        }

        await run.Submitted(Scene.Post(type: "unheard.of"));
        object Allow(string types, object? extra = null) => Scene.Rule("allow", match: new { types = new[] { types } }, name: types, extra: extra);
        Assert.Equal(["review allow 6 0"], await MovesAsync(Allow("wiki.*")));
        // One in a minute: every other one, for they came half a minute apart.
        Assert.Equal(["review allow 3 0"], await MovesAsync(Allow("wiki.*", new { budget = new { count = 1, perSeconds = 60 } })));
        Assert.Empty(await MovesAsync(Allow("wiki.*", new { expiresAt = "2026-11-24T09:00:01.000Z" })));
        Assert.Equal(["review allow 6 0"], await MovesAsync(Allow("wiki.*", new { expiresAt = "2026-12-24T09:00:01.000Z" })));
        // In no entry of the catalogue: nothing lets it pass.
        Assert.Empty(await MovesAsync(Allow("unheard.*")));
        Assert.Equal(["review deny 1 0"], await MovesAsync(Scene.Rule("deny", match: new { types = new[] { "unheard.*" } })));

        for (var n = 0; n < 3; n++)
            await run.Submitted(Scene.Post(payload: new { burst = n }, type: "burst.of"));
        // The first of them was released before there was a burst.
        Assert.Equal(["review deny 2 0", "allow deny 1 1"], await MovesAsync(Scene.Rule("deny", match: new { types = new[] { "burst.*" } })));
        Assert.Empty(await MovesAsync(Allow("burst.*")));

        async Task<IEnumerable<string>> MovesAsync(object rule) =>
            (await PreviewAsync(scene.Admin, rule))["moves"]!.AsArray().Select(m => $"{m!["from"]} {m["to"]} {m["count"]} {m["released"]}");
    }

    [Fact]
    public async Task It_looks_back_as_many_days_as_are_asked_for_and_not_at_what_came_before_any_rule()
    {
        var scene = await SceneAsync();
        var run = await scene.SessionAsync();
        await run.Submitted(Scene.Post(type: "wiki.edit"));
        (await scene.Admin.Put($"agents/{scene.AgentId}/permissions", new { version = 1, items = new[] { new { type = "note.*", resource = "*" } } })).Is(HttpStatusCode.OK);
        await run.Submitted(Scene.Post(type: "wiki.edit", payload: new { n = 2 }));
        Assert.Equal(1, Int((await PreviewAsync(scene.Admin, Scene.Rule()))["considered"]));
        _clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal(0, Int((await scene.Admin.Post("policies/preview", new { rules = new[] { Scene.Rule() }, days = 2 })).Is(HttpStatusCode.OK)["considered"]));
        Assert.Equal(1, Int((await scene.Admin.Post("policies/preview", new { rules = new[] { Scene.Rule() }, days = 4 })).Is(HttpStatusCode.OK)["considered"]));
        Assert.Equal(30, Int((await PreviewAsync(scene.Admin))["days"]));
        foreach (var bad in new object[] { new { rules = new[] { Scene.Rule() }, days = 0 }, new { rules = new[] { Scene.Rule() }, days = 366 }, new { }, new { rules = new[] { new { name = "a", mode = "perhaps" } } } })
            (await scene.Admin.Post("policies/preview", bad)).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        (await (await scene.PersonAsync(["Manager", "Auditor"])).Person.Post("policies/preview", new { rules = 1 })).IsRefused(HttpStatusCode.Forbidden, "forbidden");
    }

    private async Task<Scene> SceneAsync()
    {
        var scene = await Scene.SetAsync(_console, new[]
        {
            Scene.Rule("allow", match: new { types = new[] { "note.write" } }, name: "Write"),
            Scene.Rule("allow", window: 60, match: new { types = new[] { "note.slow" } }, name: "Slowly"),
            Scene.Rule("allow", match: new { types = new[] { "burst.of" } }, name: "Bursts", extra: new { burst = new { count = 1 } }),
            Scene.Rule(match: new { types = new[] { "forum.*", "wiki.*" } }, name: "Words"),
        });
        var items = new[] { "note.write", "note.slow", "forum.post", "wiki.edit", "burst.of" }.Select(name => new { name, reversible = true });
        (await scene.Admin.Put("action-types", new { version = 0, items })).Is(HttpStatusCode.OK);
        return scene;
    }

    private static async Task<JsonNode> PreviewAsync(Person admin, params object[] rules) => (await admin.Post("policies/preview", new { rules })).Is(HttpStatusCode.OK);

    private static int Int(JsonNode? node) => (int)node!;
}
