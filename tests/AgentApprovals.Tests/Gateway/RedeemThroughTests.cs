using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Gateway;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Gateway;

/// <summary>What needs approval: held, reviewed, sent once by the gateway itself, and answered again to whoever asks.</summary>
public sealed class RedeemThroughTests(GatewayStage it) : IClassFixture<GatewayStage>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await it.BeginAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_request_becomes_an_action_whose_payload_is_the_request_and_redeem_sends_it()
    {
        it.Target.Answers = async context =>
        {
            context.Response.StatusCode = 201;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("""{ "id": 17 }""");
        };
        var asked = await it.Ask(HttpMethod.Post, "/threads/8841/posts?notify=1", new { body = "Flush" }, change: r => r.Headers.TryAddWithoutValidation("X-Trace", "abc"));
        var action = asked.Is(HttpStatusCode.Accepted);
        Assert.Equal($"/api/v1/actions/{action["id"]}", asked.Response.Headers.Location?.ToString());
        Assert.Equal(("pending", "forum.post", "forum://threads/8841", "POST /threads/8841/posts"), (action.Text("status"), action.Text("type"), action.Text("resource"), action.Text("summary")));
        var payload = action["payload"]!;
        Assert.Equal(("POST", "/threads/8841/posts", "notify=1", """{"body":"Flush"}""", "abc"),
            (payload.Text("method"), payload.Text("path"), payload.Text("query"), payload["body"]!.ToJsonString(), payload["headers"]!.Text("x-trace")));
        Assert.StartsWith("sha256:", payload.Text("bodyDigest"), StringComparison.Ordinal);
        Assert.DoesNotContain("aas_", payload.ToJsonString(), StringComparison.Ordinal);
        (await it.Run.Agent.Post($"actions/{action["id"]}/redeem")).IsRefused(HttpStatusCode.Conflict, "not_released");
        (await it.Run.Agent.Get($"actions/{action["id"]}/response")).IsRefused(HttpStatusCode.NotFound, "not_found");
        Assert.Empty(it.Target.Arrived);

        (await it.Scene.Admin.Approve(action)).Is(HttpStatusCode.OK);
        var sent = (await it.Run.Agent.Post($"actions/{action["id"]}/redeem")).Is(HttpStatusCode.OK);
        Assert.Equal(("completed", "succeeded"), (sent["action"]!.Text("status"), sent["action"]!.Text("outcome")));
        Assert.Equal((201, """{"id":17}""", false), ((int)sent["response"]!["status"]!, sent["response"]!["body"]!.ToJsonString(), (bool)sent["response"]!["truncated"]!));
        Assert.Null(sent["permit"]);
        var arrived = Assert.Single(it.Target.Arrived);
        Assert.Equal(("POST", "/threads/8841/posts?notify=1", """{"body":"Flush"}""", GatewayStage.Secret, "abc"), (arrived.Method, arrived.Line, arrived.Text, arrived.Headers["x-api-key"], arrived.Headers["x-trace"]));
        Assert.StartsWith("application/json", arrived.Headers["content-type"], StringComparison.Ordinal);

        // Given again, and not sent again.
        Assert.Equal(sent.ToJsonString(), (await it.Run.Agent.Post($"actions/{action["id"]}/redeem")).Is(HttpStatusCode.OK).ToJsonString());
        foreach (var reader in new[] { it.Run.Agent, it.Scene.Admin })
            Assert.Equal(sent["response"]!.ToJsonString(), (await reader.Get($"actions/{action["id"]}/response")).Is(HttpStatusCode.OK).ToJsonString());
        (await (await it.Scene.SessionAsync()).Agent.Get($"actions/{action["id"]}/response")).IsRefused(HttpStatusCode.NotFound, "not_found");
        (await it.Run.Agent.Post($"actions/{action["id"]}/result", new { outcome = "failed" })).IsRefused(HttpStatusCode.Conflict, "not_executing");
        Assert.Single(it.Target.Arrived);
        Assert.Empty(await Replay.DifferencesAsync(it.Contexts));
    }

    [Fact]
    public async Task A_held_request_is_answered_by_the_target_itself_once_people_released_it()
    {
        it.Target.Answers = async context =>
        {
            (context.Response.StatusCode, context.Response.Headers["X-Page"]) = (418, "1");
            await context.Response.WriteAsync("\"short and stout\"");
        };
        var asking = it.Ask(HttpMethod.Post, "/threads/8841/posts", "hello", wait: 50);
        var action = await PendingAsync();
        (await it.Scene.Admin.Approve(action)).Is(HttpStatusCode.OK);
        var answer = await asking;
        Assert.Equal(((HttpStatusCode)418, "short and stout", "1", action.Text("id")),
            (answer.Status, (string?)answer.Body, answer.Response.Headers.GetValues("X-Page").Single(), answer.Response.Headers.GetValues(GatewayDoor.ActionHeader).Single()));
        Assert.Equal("hello", Assert.Single(it.Target.Arrived).Text);
        Assert.Equal(("failed", "failed"), ((await it.Scene.Admin.Look(action)).Text("status"), (await it.Scene.Admin.Look(action)).Text("outcome")));
    }

    [Fact]
    public async Task A_held_request_that_is_denied_stopped_expired_or_not_decided_sends_nothing()
    {
        // Denied stays denied: nothing else of this class asks for the same.
        var denied = it.Ask(HttpMethod.Post, "/threads/1/posts", "denied by a person", wait: 50);
        (await it.Scene.Admin.Deny(await PendingAsync())).Is(HttpStatusCode.OK);
        (await denied).IsRefused(HttpStatusCode.Forbidden, "action_denied");

        (await it.Ask(HttpMethod.Post, "/threads/2/posts", "b", wait: 1)).Is(HttpStatusCode.Accepted);

        await it.Scene.RulesAsync(new[] { Scene.Rule(expires: 1) });
        (await it.Ask(HttpMethod.Post, "/threads/3/posts", "c", wait: 30)).IsRefused(HttpStatusCode.Conflict, "action_expired");

        await it.Scene.RulesAsync(new[] { Scene.Rule() });
        var other = await it.Scene.SessionAsync();
        var stopped = it.Ask(HttpMethod.Post, "/threads/4/posts", "d", wait: 50, run: other);
        await PendingAsync(other);
        (await it.Scene.Admin.Post($"sessions/{other.Id}/stop", new { })).Is(HttpStatusCode.Accepted);
        (await stopped).IsRefused(HttpStatusCode.Forbidden, "session_stopped");

        await it.Scene.RulesAsync(new[] { Scene.Rule("deny") });
        (await it.Ask(HttpMethod.Post, "/threads/5/posts", "e")).IsRefused(HttpStatusCode.Forbidden, "action_denied");
        Assert.Empty(it.Target.Arrived);
    }

    [Fact]
    public async Task A_connector_holds_for_clients_that_can_not_be_changed_and_an_allowed_request_is_answered_at_once()
    {
        // Others of these tests ask for the like: it is no burst.
        await it.Scene.RulesAsync(new[] { Scene.Rule("allow", extra: new { burst = new { count = 10_000 } }) });
        (await it.Scene.Admin.Put("action-types", new { version = 0, items = new[] { new { name = "forum.post", title = "Post", sensitivity = 10, reversible = true } } })).Is(HttpStatusCode.OK);
        await it.ConnectorAsync("held", holdSeconds: 30);
        it.Target.Answers = context => context.Response.WriteAsJsonAsync(new { id = 1 });
        Assert.Equal("""{"id":1}""", (await it.Ask(HttpMethod.Post, "/threads/1/posts", "a", connector: "held")).Is(HttpStatusCode.OK).ToJsonString());
        (await it.Ask(HttpMethod.Post, "/threads/1/posts", "a", connector: "held", wait: 0)).Is(HttpStatusCode.Accepted);
        Assert.Single(it.Target.Arrived);
    }

    [Fact]
    public async Task Text_and_bytes_arrive_as_they_were_sent()
    {
        foreach (var (type, bytes) in new[] { ("text/plain", "a=1\r\n b\u00e9"u8.ToArray()), ("application/octet-stream", new byte[] { 0, 1, 255, 13 }), ("application/x-www-form-urlencoded", "a=1&b=%20"u8.ToArray()) })
        {
            var asked = (await it.Ask(HttpMethod.Put, "/threads/1/posts", change: r => r.Content = new ByteArrayContent(bytes) { Headers = { ContentType = new(type) } })).Is(HttpStatusCode.Accepted);
            (await it.Scene.Admin.Approve(asked)).Is(HttpStatusCode.OK);
            (await it.Run.Agent.Post($"actions/{asked["id"]}/redeem")).Is(HttpStatusCode.OK);
            Assert.Equal(("PUT", type, Convert.ToHexString(bytes)), (it.Target.Arrived[^1].Method, it.Target.Arrived[^1].Headers["content-type"], Convert.ToHexString(it.Target.Arrived[^1].Body)));
        }
    }

    [Fact]
    public async Task Bodies_that_another_parser_would_read_otherwise_or_are_too_large_are_refused()
    {
        foreach (var body in new[] { """{"a":1,"a":2}""", "{", "null" })
            (await it.Ask(HttpMethod.Post, "/threads/1/posts", change: r => r.Content = new StringContent(body, Encoding.UTF8, "application/json"))).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        (await it.Ask(HttpMethod.Post, "/threads/1/posts", new string('a', 262_145))).IsRefused(HttpStatusCode.RequestEntityTooLarge, "payload_too_large");
    }

    [Fact]
    public async Task The_same_key_and_request_is_one_action_and_another_request_under_it_a_conflict()
    {
        void Key(HttpRequestMessage r) => r.Headers.Add("Idempotency-Key", "k1");
        var first = (await it.Ask(HttpMethod.Post, "/threads/71/posts", "a", change: Key)).Is(HttpStatusCode.Accepted);
        var again = await it.Ask(HttpMethod.Post, "/threads/71/posts", "a", change: Key);
        Assert.Equal((first.Text("id"), "true"), (again.Is(HttpStatusCode.Accepted).Text("id"), again.Response.Headers.GetValues("Idempotent-Replayed").Single()));
        (await it.Ask(HttpMethod.Post, "/threads/72/posts", "a", change: Key)).IsRefused(HttpStatusCode.UnprocessableEntity, "idempotency_conflict");
    }

    [Fact]
    public async Task An_approver_may_change_query_and_body_and_that_is_what_arrives_and_nothing_else()
    {
        var action = (await it.Ask(HttpMethod.Post, "/threads/1/posts?a=1", new { body = "bad" })).Is(HttpStatusCode.Accepted);
        JsonNode Edited(Action<JsonNode> change)
        {
            var payload = action["payload"]!.DeepClone();
            change(payload);
            return payload;
        }

        foreach (var change in new Action<JsonNode>[] { p => p["path"] = "/threads/2/posts", p => p["method"] = "PUT", p => p["headers"]!["x-admin"] = "1" })
            (await it.Scene.Admin.Approve(action, Edited(change))).IsRefused(HttpStatusCode.Conflict, "edit_refused");
        var edited = (await it.Scene.Admin.Approve(action, Edited(p => (p["query"], p["body"], p["bodyDigest"]) = ("b=2", new JsonObject { ["body"] = "good" }, "sha256:made-up")))).Is(HttpStatusCode.OK);
        Assert.True((bool)edited["edited"]!);
        Assert.NotEqual("sha256:made-up", edited["payload"]!.Text("bodyDigest"));
        Assert.NotEqual(action.Text("payloadDigest"), edited.Text("payloadDigest"));
        if (edited.Text("status") == "pending")
            (await (await it.Scene.ReviewerAsync()).Approve(edited)).Is(HttpStatusCode.OK);
        (await it.Run.Agent.Post($"actions/{action["id"]}/redeem")).Is(HttpStatusCode.OK);
        var arrived = Assert.Single(it.Target.Arrived);
        Assert.Equal(("/threads/1/posts?b=2", """{"body":"good"}"""), (arrived.Line, arrived.Text));
    }

    [Fact]
    public async Task A_refused_connection_is_a_failure_and_one_that_breaks_off_is_unknown_and_never_tried_again()
    {
        var name = it.NewName();
        await it.ConnectorAsync(name, baseAddress: "http://127.0.0.1:9/");
        var refused = (await it.Ask(HttpMethod.Post, "/threads/1/posts", "a", connector: name)).Is(HttpStatusCode.Accepted);
        (await it.Scene.Admin.Approve(refused)).Is(HttpStatusCode.OK);
        (await it.Run.Agent.Post($"actions/{refused["id"]}/redeem")).IsRefused(HttpStatusCode.BadGateway, "unreachable_target");
        Assert.Equal(("failed", "failed"), ((await it.Scene.Admin.Look(refused)).Text("status"), (await it.Scene.Admin.Look(refused)).Text("outcome")));

        it.Target.Answers = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        var broken = await it.ReleasedAsync();
        (await it.Run.Agent.Post($"actions/{broken["id"]}/redeem")).IsRefused(HttpStatusCode.BadGateway, "unreachable_target");
        (await it.Run.Agent.Post($"actions/{broken["id"]}/redeem")).IsRefused(HttpStatusCode.Conflict, "already_redeemed");
        Assert.Equal(("failed", "unknown"), ((await it.Scene.Admin.Look(broken)).Text("status"), (await it.Scene.Admin.Look(broken)).Text("outcome")));
        Assert.Single(it.Target.Arrived);
    }

    [Fact]
    public async Task A_connector_that_leads_elsewhere_by_now_or_is_gone_gets_nothing()
    {
        var name = it.NewName();
        var connector = await it.ConnectorAsync(name);
        var action = (await it.Ask(HttpMethod.Post, "/threads/1/posts", "a", connector: name)).Is(HttpStatusCode.Accepted);
        (await it.Scene.Admin.Approve(action)).Is(HttpStatusCode.OK);
        connector["baseAddress"] = it.Target.Address + "other/";
        (await it.Scene.Admin.Put($"connectors/{connector["id"]}", connector)).Is(HttpStatusCode.OK);
        (await it.Run.Agent.Post($"actions/{action["id"]}/redeem")).IsRefused(HttpStatusCode.Conflict, "not_released");
        Assert.Equal(HttpStatusCode.NoContent, (await it.Scene.Admin.Delete($"connectors/{connector["id"]}")).Status);
        (await it.Run.Agent.Post($"actions/{action["id"]}/redeem")).IsRefused(HttpStatusCode.Conflict, "not_released");
        (await it.Ask(HttpMethod.Get, "/", connector: name)).IsRefused(HttpStatusCode.NotFound, "not_found");
        Assert.Empty(it.Target.Arrived);
    }

    [Fact]
    public async Task A_large_answer_is_kept_in_part_and_says_so()
    {
        it.Target.Answers = context => context.Response.WriteAsync(new string('x', 300_000));
        var action = await it.ReleasedAsync();
        var sent = (await it.Run.Agent.Post($"actions/{action["id"]}/redeem")).Is(HttpStatusCode.OK);
        Assert.Equal((true, 262_144), ((bool)sent["response"]!["truncated"]!, sent["response"]!.Text("body").Length));
    }

    private async Task<JsonNode> PendingAsync(Run? run = null)
    {
        JsonNode? found = null;
        await Eventually.IsAsync(async () => (found = (await it.Scene.Admin.Get($"actions?status=pending&sessionId={(run ?? it.Run).Id}")).Is(HttpStatusCode.OK)["items"]!.AsArray().FirstOrDefault()) is not null);
        return found!;
    }
}
