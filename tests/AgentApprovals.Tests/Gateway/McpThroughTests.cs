using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Mcp;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Xunit;

namespace AgentApprovals.Tests.Gateway;

/// <summary>An unmodified MCP client, an unmodified MCP server, and the gateway between them.</summary>
public sealed class McpThroughTests : IAsyncLifetime
{
    private readonly TestConsole _console = new(hangfire: false);
    private McpTargetServer _server = null!;
    private Scene _scene = null!;
    private Run _run = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await McpTargetServer.StartAsync("the-key-of-the-server");
        _scene = await Scene.SetAsync(_console, new[] { Scene.Rule() });
        (await _scene.Admin.Put($"agents/{_scene.AgentId}/permissions", new { version = 1, items = new[] { new { type = "mcp.tools.delete_post", resource = "*" }, new { type = "mcp.tools.read_posts", resource = "mcp://tools/*" } } })).Is(HttpStatusCode.OK);
        (await _scene.Admin.Post("connectors", new { name = "tools", kind = "mcp", baseAddress = _server.Address, credential = new { placement = "bearer", value = "the-key-of-the-server" } })).Is(HttpStatusCode.Created);
        _run = await _scene.SessionAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _console.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_call_is_held_released_made_once_and_answered_as_the_server_answered()
    {
        await using var agent = await ConnectAsync();
        Assert.Equal(["delete-post", "read_posts"], (await agent.Client.ListToolsAsync()).Select(t => t.Name).Order());
        var calling = CallAsync(agent, "delete-post", 7);
        var action = await PendingAsync();
        Assert.Equal(("mcp.tools.delete_post", "mcp://tools/delete-post", """{"arguments":{"id":7},"tool":"delete-post"}"""), (action.Text("type"), action.Text("resource"), action["payload"]!.ToJsonString()));
        Assert.Empty(_server.Called);
        (await _scene.Admin.Approve(action)).Is(HttpStatusCode.OK);
        var answer = await calling;
        Assert.Equal((false, "delete-post done"), (answer.IsError == true, Text(answer)));
        Assert.Equal(("delete-post", """{"id":7}"""), Assert.Single(_server.Called));
        Assert.Equal(("completed", "succeeded"), ((await _scene.Admin.Look(action)).Text("status"), (await _scene.Admin.Look(action)).Text("outcome")));
        // Told once: the same call again is another one.
        var again = CallAsync(agent, "delete-post", 7);
        await _scene.Admin.Deny(await PendingAsync());
        Assert.Contains("action_denied", Text(await again), StringComparison.Ordinal);
        Assert.Single(_server.Called);
    }

    [Fact]
    public async Task What_is_not_permitted_or_does_not_fit_the_tools_schema_is_never_called_and_a_servers_error_is_a_failure()
    {
        await using var agent = await ConnectAsync();
        Assert.Contains("not_permitted", Text(await CallAsync(agent, "secret", 1)), StringComparison.Ordinal);
        Assert.Contains("not_found", Text(await CallAsync(agent, "nothing", 1)), StringComparison.Ordinal);
        Assert.Contains("invalid_request", Text(await agent.Client.CallToolAsync("delete-post", new Dictionary<string, object?> { ["id"] = "seven" })), StringComparison.Ordinal);
        Assert.Empty(_server.Called);

        var calling = CallAsync(agent, "read_posts", 1);
        var action = await PendingAsync();
        (await _scene.Admin.Approve(action)).Is(HttpStatusCode.OK);
        Assert.True((await calling).IsError);
        Assert.Equal(("failed", "failed"), ((await _scene.Admin.Look(action)).Text("status"), (await _scene.Admin.Look(action)).Text("outcome")));
    }

    [Fact]
    public async Task An_approver_may_change_the_arguments_to_what_the_tool_takes_and_that_is_what_is_called()
    {
        await using var agent = await ConnectAsync();
        var calling = CallAsync(agent, "delete-post", 7);
        var action = await PendingAsync();
        foreach (var (edit, why) in new[]
        {
            ("""{"tool":"secret","arguments":{"id":8}}""", "only the arguments can be changed"),
            ("""{"tool":"delete-post","arguments":{"id":8},"more":1}""", "and nothing else"),
            ("""{"tool":"delete-post","arguments":{"id":"eight"}}""", "do not fit the tool's schema"),
        })
        {
            var refused = await _scene.Admin.Approve(action, JsonNode.Parse(edit));
            refused.IsRefused(HttpStatusCode.Conflict, "edit_refused");
            Assert.Contains(why, refused.Text("detail"), StringComparison.Ordinal);
        }

        var edited = (await _scene.Admin.Approve(action, JsonNode.Parse("""{"tool":"delete-post","arguments":{"id":8}}"""))).Is(HttpStatusCode.OK);
        if (edited.Text("status") == "pending")
            (await (await _scene.ReviewerAsync()).Approve(edited)).Is(HttpStatusCode.OK);
        Assert.Equal("delete-post done", Text(await calling));
        Assert.Equal(("delete-post", """{"id":8}"""), Assert.Single(_server.Called));
        var kept = (await _scene.Admin.Get($"actions/{action["id"]}/response")).Is(HttpStatusCode.OK);
        Assert.Equal("delete-post done", kept["body"]!["content"]![0]!.Text("text"));
    }

    [Fact]
    public async Task Where_the_tools_server_is_gone_an_edit_is_refused_and_says_why()
    {
        await using var agent = await ConnectAsync();
        var calling = CallAsync(agent, "delete-post", 7);
        var action = await PendingAsync();
        await _server.DisposeAsync();
        var refused = await _scene.Admin.Approve(action, JsonNode.Parse("""{"tool":"delete-post","arguments":{"id":8}}"""));
        refused.IsRefused(HttpStatusCode.Conflict, "edit_refused");
        Assert.Contains("does not answer", refused.Text("detail"), StringComparison.Ordinal);
        (await _scene.Admin.Deny(action)).Is(HttpStatusCode.OK);
        await calling;
    }

    [Fact]
    public async Task A_call_whose_console_is_another_by_now_is_answered_by_it_once()
    {
        using var gone = new CancellationTokenSource();
        JsonNode action;
        await using (var agent = await ConnectAsync())
        {
            var calling = agent.Client.CallToolAsync("delete-post", new Dictionary<string, object?> { ["id"] = 7 }, cancellationToken: gone.Token).AsTask();
            action = await PendingAsync();
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calling);
        }

        (await _scene.Admin.Approve(action)).Is(HttpStatusCode.OK);
        var folder = _console.Folder;
        await _console.DisposeAsync();
        await using var next = new TestConsole(hangfire: false, folder: folder);
        await using var again = await McpDriver.ConnectAsync(next, _run.Opened["token"]!.ToString(), path: "/gateway/mcp/tools");
        Assert.Equal("delete-post done", Text(await CallAsync(again, "delete-post", 7)));
        Assert.Single(_server.Called);
        Assert.Equal("completed", (await next.Admin.Look(action)).Text("status"));
        // Told once: the same call again is another one.
        var another = CallAsync(again, "delete-post", 7);
        JsonNode? asked = null;
        await Eventually.IsAsync(async () => (asked = (await next.Admin.Get("actions?status=pending")).Is(HttpStatusCode.OK)["items"]!.AsArray().FirstOrDefault()) is not null);
        Assert.NotEqual(action.Text("id"), asked!.Text("id"));
        (await next.Admin.Deny(asked!)).Is(HttpStatusCode.OK);
        Assert.Contains("action_denied", Text(await another), StringComparison.Ordinal);
        Assert.Single(_server.Called);
    }

    [Fact]
    public async Task A_stop_answers_a_running_call_with_an_error_and_nothing_is_called_after_it()
    {
        await using var agent = await ConnectAsync();
        var waiting = CallAsync(agent, "delete-post", 1);
        await PendingAsync();
        (await _scene.Admin.Post($"sessions/{_run.Id}/stop", new { })).Is(HttpStatusCode.Accepted);
        var answer = await waiting.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.True(answer.IsError);
        Assert.Contains("session_stopped", Text(answer), StringComparison.Ordinal);
        Assert.Empty(_server.Called);
    }

    [Fact]
    public async Task An_agent_key_opens_a_run_for_the_MCP_session_and_no_run_for_a_server_that_is_not_there()
    {
        await using var agent = await McpDriver.ConnectAsync(_console, _scene.Key, "dana@example.com", "/gateway/mcp/tools");
        Assert.Equal(2, (await agent.Client.ListToolsAsync()).Count);
        var sessions = (await _scene.Admin.Get("sessions?limit=200")).Is(HttpStatusCode.OK)["items"]!.AsArray().Count;
        await Assert.ThrowsAnyAsync<Exception>(() => McpDriver.ConnectAsync(_console, _scene.Key, "dana@example.com", "/gateway/mcp/nowhere"));
        Assert.Equal(sessions, (await _scene.Admin.Get("sessions?limit=200")).Is(HttpStatusCode.OK)["items"]!.AsArray().Count);
    }

    private Task<McpDriver> ConnectAsync() => McpDriver.ConnectAsync(_console, _run.Opened["token"]!.ToString(), path: "/gateway/mcp/tools");

    private static async Task<CallToolResult> CallAsync(McpDriver agent, string tool, int id) => await agent.Client.CallToolAsync(tool, new Dictionary<string, object?> { ["id"] = id });

    private static string Text(CallToolResult answer) => ((TextContentBlock)answer.Content.Single()).Text;

    private async Task<JsonNode> PendingAsync()
    {
        JsonNode? found = null;
        await Eventually.IsAsync(async () => (found = (await _scene.Admin.Get($"actions?status=pending&sessionId={_run.Id}")).Is(HttpStatusCode.OK)["items"]!.AsArray().FirstOrDefault()) is not null);
        return found!;
    }
}
