using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Live;
using AgentApprovals.Tests.Drivers;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Protocol;
using Xunit;

namespace AgentApprovals.Tests.Mcp;

/// <summary>Our own tools, by a real MCP client on the real app.</summary>
public sealed class AgentToolsTests : IAsyncLifetime
{
    private readonly TestConsole _console = new();
    private Scene _scene = null!;

    public async ValueTask InitializeAsync() => _scene = await Scene.SetAsync(_console, new[] { Scene.Rule() });

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task An_agent_asks_waits_executes_what_was_approved_and_says_how_it_went()
    {
        var run = await _scene.SessionAsync();
        await using var agent = await McpDriver.ConnectAsync(_console, run.Opened["token"]!.ToString());
        var tools = await agent.Client.ListToolsAsync();
        Assert.Equal(["get_action", "report_result", "request_approval", "wait_for_decision"], tools.Select(t => t.Name).Order());

        var asked = await agent.CallAsync("request_approval", Scene.Post("wiki://engineering/cache", type: "wiki.edit"));
        Assert.False(asked.IsError, asked.Body.ToString());
        var action = asked.Body["action"]!;
        Assert.Equal("pending", (string?)action["status"]);
        Assert.Equal(run.Id, (string?)action["sessionId"]);
        Assert.Null(asked.Body["permit"]);

        var waiting = agent.CallAsync("wait_for_decision", new { id = (string)action["id"]!, seconds = 30 });
        (await (await _scene.ReviewerAsync()).Approve(action, new { body = "Read the manual" })).Is(HttpStatusCode.OK);
        var released = await waiting;
        Assert.Equal("executing", (string?)released.Body["action"]!["status"]);
        Assert.StartsWith("aax_", (string?)released.Body["permit"], StringComparison.Ordinal);
        Assert.Equal("Read the manual", (string?)released.Body["payload"]!["body"]);
        // Asked again, the same permit: an answer may have been lost.
        Assert.Equal((string?)released.Body["permit"], (string?)(await agent.CallAsync("wait_for_decision", new { id = (string)action["id"]! })).Body["permit"]);

        var reported = await agent.CallAsync("report_result", new { id = (string)action["id"]!, outcome = "succeeded" });
        Assert.Equal("completed", (string?)reported.Body["action"]!["status"]);
    }

    [Fact]
    public async Task Nothing_is_redeemed_before_it_is_released()
    {
        var run = await _scene.SessionAsync();
        await using var agent = await McpDriver.ConnectAsync(_console, run.Opened["token"]!.ToString());
        var id = (string)(await agent.CallAsync("request_approval", Scene.Post())).Body["action"]!["id"]!;
        var waited = await agent.CallAsync("wait_for_decision", new { id, seconds = 1 });
        Assert.Equal("pending", (string?)waited.Body["action"]!["status"]);
        Assert.Null(waited.Body["permit"]);
        Assert.Equal("not_executing", (string?)(await agent.CallAsync("report_result", new { id, outcome = "succeeded" })).Body["code"]);
    }

    [Fact]
    public async Task A_denial_is_handed_to_the_model_with_its_reason()
    {
        var run = await _scene.SessionAsync();
        await using var agent = await McpDriver.ConnectAsync(_console, run.Opened["token"]!.ToString());
        var action = (await agent.CallAsync("request_approval", Scene.Post())).Body["action"]!;
        (await (await _scene.ReviewerAsync()).Deny(action, "Nobody asked for this")).Is(HttpStatusCode.OK);
        var waited = await agent.CallAsync("wait_for_decision", new { id = (string)action["id"]! });
        Assert.Equal("denied", (string?)waited.Body["action"]!["status"]);
        Assert.Equal("Nobody asked for this", (string?)waited.Body["action"]!["decision"]!["comment"]);
    }

    [Fact]
    public async Task A_stop_ends_a_running_call_with_an_error_that_says_so_and_refuses_all_later_ones()
    {
        var run = await _scene.SessionAsync();
        await using var agent = await McpDriver.ConnectAsync(_console, run.Opened["token"]!.ToString());
        var id = (string)(await agent.CallAsync("request_approval", Scene.Post())).Body["action"]!["id"]!;
        var waiting = agent.CallAsync("wait_for_decision", new { id, seconds = 50 });
        await Eventually.IsAsync(() => Task.FromResult(_console.Services.GetRequiredService<Connections>().Count > 1));
        (await _scene.Admin.Post($"sessions/{run.Id}/stop")).Is(HttpStatusCode.Accepted);
        var stopped = await waiting;
        Assert.True(stopped.IsError);
        Assert.Equal("session_stopped", (string?)stopped.Body["code"]);
        var later = await Assert.ThrowsAnyAsync<Exception>(() => agent.CallAsync("request_approval", Scene.Post()));
        Assert.Contains("403", later.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_session_s_action_is_not_there()
    {
        var theirs = await (await _scene.SessionAsync()).Submitted();
        await using var agent = await McpDriver.ConnectAsync(_console, (await _scene.SessionAsync()).Opened["token"]!.ToString());
        foreach (var tool in new[] { "get_action", "wait_for_decision" })
            Assert.Equal("not_found", (string?)(await agent.CallAsync(tool, new { id = (string)theirs["id"]! })).Body["code"]);
    }

    [Fact]
    public async Task Bad_arguments_are_told_by_their_names_and_nothing_is_asked_for()
    {
        var run = await _scene.SessionAsync();
        await using var agent = await McpDriver.ConnectAsync(_console, run.Opened["token"]!.ToString());
        var bad = await agent.CallAsync("request_approval", new { type = "Not A Type", resource = "r\0", summary = "s", payload = 1 });
        Assert.True(bad.IsError);
        Assert.Equal("invalid_request", (string?)bad.Body["code"]);
        Assert.Empty((await _scene.Admin.Get("actions")).Is(HttpStatusCode.OK)["items"]!.AsArray());
    }

    [Fact]
    public async Task One_key_of_idempotency_makes_one_action()
    {
        var run = await _scene.SessionAsync();
        await using var agent = await McpDriver.ConnectAsync(_console, run.Opened["token"]!.ToString());
        var asked = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(Scene.Post()))!.AsObject();
        asked["idempotencyKey"] = "once";
        var first = await agent.CallAsync("request_approval", asked);
        Assert.Equal((string?)first.Body["action"]!["id"], (string?)(await agent.CallAsync("request_approval", asked)).Body["action"]!["id"]);
        asked["summary"] = "Something else";
        Assert.Equal("idempotency_conflict", (string?)(await agent.CallAsync("request_approval", asked)).Body["code"]);
    }

    [Fact]
    public async Task The_standing_instructions_are_a_resource_and_are_put_before_the_model()
    {
        (await _scene.Admin.Put($"agents/{_scene.AgentId}/instructions", new { version = 0, text = "Confirm before deleting." })).Is(HttpStatusCode.OK);
        var run = await _scene.SessionAsync();
        await using var agent = await McpDriver.ConnectAsync(_console, run.Opened["token"]!.ToString());
        Assert.Contains("Confirm before deleting.", agent.Client.ServerInstructions, StringComparison.Ordinal);
        var resource = Assert.Single(await agent.Client.ListResourcesAsync());
        (await _scene.Admin.Put($"agents/{_scene.AgentId}/instructions", new { version = 1, text = "Confirm before anything." })).Is(HttpStatusCode.OK);
        var read = (TextResourceContents)(await agent.Client.ReadResourceAsync(resource.Uri)).Contents.Single();
        Assert.Contains("Confirm before anything.", read.Text, StringComparison.Ordinal);
    }
}
