using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Gateway;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Mcp;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Gateway;

/// <summary>An unmodified MCP client of somebody else, in front of an MCP server that knows nothing of us: held, approved, answered, cut off.</summary>
public sealed class NodeThroughTests(NodeClient node) : IClassFixture<NodeClient>, IAsyncLifetime
{
    private readonly TestConsole _console = new(hangfire: false);
    private McpTargetServer? _server;
    private Scene _scene = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(node.Missing is not null, node.Missing ?? "");
        _server = await McpTargetServer.StartAsync("the-key-of-the-server");
        _scene = await Scene.SetAsync(_console, new[] { Scene.Rule() });
        (await _scene.Admin.Put($"agents/{_scene.AgentId}/permissions", new { version = 1, items = new[] { new { type = "mcp.tools.delete_post", resource = "*" } } })).Is(HttpStatusCode.OK);
        (await _scene.Admin.Post("connectors", new { name = "tools", kind = "mcp", baseAddress = _server.Address, credential = new { placement = "bearer", value = "the-key-of-the-server" } })).Is(HttpStatusCode.Created);
    }

    public async ValueTask DisposeAsync()
    {
        await _console.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [Fact]
    public async Task It_is_told_that_its_call_waits_takes_the_outcome_by_the_same_call_and_is_answered_when_it_is_stopped()
    {
        var door = _console.Services.GetRequiredService<McpDoor>();
        // Nothing is waited for, so that the first call is answered as pending before anybody decides.
        door.LongestHold = TimeSpan.Zero;
        using var client = node.RunThrough(new Uri(_console.Address, "/gateway/mcp/tools"), _scene.Key);
        var asked = await PendingAsync(null);
        (await _scene.Admin.Approve(asked)).Is(HttpStatusCode.OK);
        Assert.Empty(_server!.Called);
        door.LongestHold = TimeSpan.FromSeconds(50);
        await client.StandardInput.WriteLineAsync("approved");
        await client.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        var third = await PendingAsync(asked);
        (await _scene.Admin.Post($"sessions/{third["sessionId"]}/stop")).Is(HttpStatusCode.Accepted);

        var saw = await NodeClient.SawAsync(client);
        Assert.Equal(["delete-post"], saw["tools"]!.AsArray().Select(t => (string)t!));
        Assert.Equal((false, asked.Text("id"), "pending"), ((bool)saw["first"]!["isError"]!, saw["first"]!["action"]!.Text("id"), saw["first"]!["action"]!.Text("status")));
        Assert.Equal((false, "delete-post done"), ((bool)saw["second"]!["isError"]!, saw["second"]!.Text("text")));
        Assert.Equal((true, "session_stopped"), ((bool)saw["third"]!["isError"]!, saw["third"]!.Text("code")));
        Assert.Equal(("delete-post", """{"id":7}"""), Assert.Single(_server.Called));
    }

    /// <summary>What waits, other than what did before.</summary>
    private async Task<JsonNode> PendingAsync(JsonNode? other)
    {
        JsonNode? action = null;
        await Eventually.IsAsync(async () => (action = (await _scene.Admin.Get("actions?status=pending")).Is(HttpStatusCode.OK)["items"]!.AsArray()
            .FirstOrDefault(a => a!.Text("id") != (string?)other?["id"])) is not null, 30);
        return action!;
    }
}
