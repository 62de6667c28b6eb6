using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Gateway;
using AgentApprovals.Tests.Mcp;
using ModelContextProtocol.Protocol;
using Xunit;

namespace AgentApprovals.Tests.Nodes;

/// <summary>A tool's call that is asked for at one node and answered at the other.</summary>
public sealed class CallTests : IAsyncLifetime
{
    private McpTargetServer _server = null!;
    private Pair _pair = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await McpTargetServer.StartAsync("the-key-of-the-server");
        _pair = await Pair.StartAsync(rules: [Scene.Rule()]);
        (await _pair.A.Admin.Post("connectors", new { name = "tools", kind = "mcp", baseAddress = _server.Address, credential = new { placement = "bearer", value = "the-key-of-the-server" } })).Is(HttpStatusCode.Created);
    }

    public async ValueTask DisposeAsync()
    {
        await _pair.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task The_same_call_at_the_other_node_takes_the_outcome_and_a_third_asks_anew()
    {
        var run = await _pair.SessionAsync(_pair.A);
        var token = run.Opened["token"]!.ToString();
        JsonNode action;
        using (var gone = new CancellationTokenSource())
        await using (var atA = await McpDriver.ConnectAsync(new Uri(_pair.A.Address, "/gateway/mcp/tools"), token))
        {
            var calling = atA.Client.CallToolAsync("delete-post", new Dictionary<string, object?> { ["id"] = 7 }, cancellationToken: gone.Token).AsTask();
            action = await PendingAsync(run);
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calling);
        }

        (await _pair.A.Admin.Approve(action)).Is(HttpStatusCode.OK);
        await using var atB = await McpDriver.ConnectAsync(new Uri(_pair.B.Address, "/gateway/mcp/tools"), token);
        Assert.Equal("delete-post done", Text(await CallAsync(atB)));
        Assert.Single(_server.Called);
        var again = CallAsync(atB);
        (await _pair.B.Admin.Deny(await PendingAsync(run))).Is(HttpStatusCode.OK);
        Assert.Contains("action_denied", Text(await again), StringComparison.Ordinal);
        Assert.Single(_server.Called);
    }

    private static async Task<CallToolResult> CallAsync(McpDriver agent) => await agent.Client.CallToolAsync("delete-post", new Dictionary<string, object?> { ["id"] = 7 });

    private static string Text(CallToolResult answer) => ((TextContentBlock)answer.Content.Single()).Text;

    private async Task<JsonNode> PendingAsync(Run run)
    {
        JsonNode? found = null;
        await Eventually.IsAsync(async () => (found = (await _pair.A.Admin.Get($"actions?status=pending&sessionId={run.Id}")).Is(HttpStatusCode.OK)["items"]!.AsArray().FirstOrDefault()) is not null);
        return found!;
    }
}
