using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Live;
using AgentApprovals.Tests.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Mcp;

/// <summary>An unmodified MCP client of somebody else is held, approved and answered.</summary>
public sealed class NodeClientTests(NodeClient node) : IClassFixture<NodeClient>, IAsyncLifetime
{
    private readonly TestConsole _console = new();
    private Scene _scene = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(node.Missing is not null, node.Missing ?? "");
        _scene = await Scene.SetAsync(_console, new[] { Scene.Rule() });
    }

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task It_is_held_until_a_person_approves_and_gets_the_permit()
    {
        using var client = node.Run(new Uri(_console.Address, "/mcp"), _scene.Key, "dana@example.com");
        var action = await AskedAsync();
        (await (await _scene.ReviewerAsync()).Approve(action)).Is(HttpStatusCode.OK);
        var saw = await NodeClient.SawAsync(client);
        Assert.Equal(["get_action", "report_result", "request_approval", "wait_for_decision"], saw["tools"]!.AsArray().Select(t => (string)t!));
        Assert.Equal("dana@example.com", (string?)saw["onBehalfOf"]);
        Assert.StartsWith("aax_", (string?)saw["permit"], StringComparison.Ordinal);
        Assert.Equal("Flush the cache", (string?)saw["payload"]!["body"]);
        Assert.Equal("completed", (string?)saw["status"]);
        // It said goodbye, so its run has ended.
        await Eventually.IsAsync(async () => (string?)(await _scene.Admin.Get($"sessions/{action["sessionId"]}")).Is(HttpStatusCode.OK)["state"] == "ended");
    }

    [Fact]
    public async Task A_stop_answers_its_running_call_and_does_not_leave_it_hanging()
    {
        using var client = node.Run(new Uri(_console.Address, "/mcp"), _scene.Key);
        var action = await AskedAsync();
        // Its stream and its call are open: the stop finds it waiting.
        await Eventually.IsAsync(() => Task.FromResult(_console.Services.GetRequiredService<Connections>().Count > 1));
        (await _scene.Admin.Post($"sessions/{action["sessionId"]}/stop")).Is(HttpStatusCode.Accepted);
        Assert.Equal("session_stopped", (string?)(await NodeClient.SawAsync(client))["code"]);
    }

    private async Task<JsonNode> AskedAsync()
    {
        JsonNode? action = null;
        await Eventually.IsAsync(async () =>
            (action = (await _scene.Admin.Get("actions?status=pending")).Is(HttpStatusCode.OK)["items"]!.AsArray().FirstOrDefault()) is not null, 30);
        return action!;
    }
}
