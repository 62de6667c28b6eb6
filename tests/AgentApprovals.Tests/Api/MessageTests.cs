using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Api;

/// <summary>A reviewer asks, the agent answers, over real HTTP.</summary>
public sealed class MessageTests : IAsyncDisposable
{
    private readonly TestConsole _console = new(timer: false, hangfire: false);

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task What_is_asked_and_answered_stands_in_order_and_the_status_stays()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var (reviewer, email, id) = await scene.PersonAsync(["Reviewer"]);
        var action = await run.Submitted();
        var asked = await reviewer.Post($"actions/{action["id"]}/messages", new { text = "Which thread?" });
        Assert.Equal("Which thread?", asked.Is(HttpStatusCode.Created).Text("text"));
        Assert.Equal($"/api/v1/actions/{action["id"]}/messages", asked.Response.Headers.Location!.ToString());
        (await run.Agent.Post($"actions/{action["id"]}/messages", new { text = "8841, as I \u202esaid\n" })).Is(HttpStatusCode.Created);
        (await reviewer.Post($"actions/{action["id"]}/messages", new { text = "Thank you" })).Is(HttpStatusCode.Created);
        var now = await run.Agent.Look(action);
        Assert.Equal(("pending", 3), ((string?)now["status"], (int?)now["messageCount"]));

        var forPeople = Said(await reviewer.Get($"actions/{action["id"]}/messages"));
        Assert.Equal(["Which thread?", "8841, as I \u202esaid\n", "Thank you"], forPeople.Select(m => (string?)m!["text"]));
        Assert.Equal([("person", id, email), ("agent", scene.AgentId, "forum-helper"), ("person", id, email)],
            forPeople.Select(m => ((string?)m!["by"]!["kind"], (string?)m["by"]!["id"], (string?)m["by"]!["name"])));
        var forAgent = Said(await run.Agent.Get($"actions/{action["id"]}/messages"));
        Assert.Equal(forPeople.Select(m => (string?)m!["id"]), forAgent.Select(m => (string?)m!["id"]));
        Assert.All(forAgent.Where(m => (string?)m!["by"]!["kind"] == "person"), m => Assert.Null(m!["by"]!["id"]));

        var page = (await reviewer.Get($"actions/{action["id"]}/messages?limit=2")).Is(HttpStatusCode.OK);
        var rest = (await reviewer.Get($"actions/{action["id"]}/messages?limit=2&cursor={page["nextCursor"]}")).Is(HttpStatusCode.OK);
        Assert.Equal(["Thank you"], rest["items"]!.AsArray().Select(m => (string?)m!["text"]));
        Assert.Null(rest["nextCursor"]);
    }

    [Fact]
    public async Task The_ledger_has_the_digest_and_not_the_words()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var action = await run.Submitted();
        (await run.Agent.Post($"actions/{action["id"]}/messages", new { text = "the quick brown fox" })).Is(HttpStatusCode.Created);
        var entries = (await scene.Admin.Get($"ledger?actionId={action["id"]}")).Is(HttpStatusCode.OK)["items"]!.AsArray();
        var said = entries.Single(e => (string?)e!["kind"] == "action.message")!;
        Assert.DoesNotContain("fox", said.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("sha256:9ecb36561341d18eb65484e833efea61edc74b84cf5e6ae1b81c63533e25fc8f", (string?)said["data"]!["digest"]);
    }

    [Fact]
    public async Task A_text_has_the_limits_of_a_reason_and_may_not_be_empty()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var path = $"actions/{(await run.Submitted())["id"]}/messages";
        foreach (var who in new[] { run.Agent, scene.Admin })
        {
            foreach (var bad in new object?[] { null, "", " \n ", 5, new string('x', 4001) })
                (await who.Post(path, new { text = bad })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
            (await who.PostRaw(path, """{"text":"a\u0000b"}""")).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
            (await who.PostRaw(path, """{"text":"\ud800"}""")).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
            (await who.Post(path, new { text = new string('x', 4000) })).Is(HttpStatusCode.Created);
        }
    }

    [Fact]
    public async Task Nothing_more_is_said_about_what_is_over_and_what_was_said_stays_to_be_read()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var reviewer = await scene.ReviewerAsync();
        var action = await run.Submitted();
        (await reviewer.Post($"actions/{action["id"]}/messages", new { text = "Why?" })).Is(HttpStatusCode.Created);
        (await reviewer.Deny(action)).Is(HttpStatusCode.OK);
        foreach (var who in new[] { run.Agent, reviewer })
        {
            (await who.Post($"actions/{action["id"]}/messages", new { text = "x" })).IsRefused(HttpStatusCode.Conflict, "not_pending");
            // A bad body is told before the state.
            (await who.Post($"actions/{action["id"]}/messages", new { })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
            Assert.Single(Said(await who.Get($"actions/{action["id"]}/messages")));
        }
    }

    private static JsonArray Said(Answer answer) => answer.Is(HttpStatusCode.OK)["items"]!.AsArray();
}
