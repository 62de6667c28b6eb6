using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentApprovals.Tests.Mcp;

/// <summary>An agent that speaks MCP, by the SDK's own client over a real connection.</summary>
public sealed class McpDriver(McpClient client) : IAsyncDisposable
{
    public McpClient Client { get; } = client;

    public static Task<McpDriver> ConnectAsync(TestConsole console, string token, string? onBehalfOf = null, string path = "/mcp") => ConnectAsync(new Uri(console.Address, path), token, onBehalfOf);

    public static async Task<McpDriver> ConnectAsync(Uri to, string token, string? onBehalfOf = null)
    {
        var headers = new Dictionary<string, string> { ["Authorization"] = $"Bearer {token}" };
        if (onBehalfOf is not null)
            headers["Agent-Approvals-On-Behalf-Of"] = onBehalfOf;
        var transport = new HttpClientTransport(new() { Endpoint = to, TransportMode = HttpTransportMode.StreamableHttp, AdditionalHeaders = headers });
        return new(await McpClient.CreateAsync(transport, new() { ClientInfo = new() { Name = "test-client", Version = "1" } }));
    }

    public async Task<(bool IsError, JsonNode Body)> CallAsync(string tool, object arguments)
    {
        var values = System.Text.Json.JsonSerializer.SerializeToElement(arguments).EnumerateObject().ToDictionary(p => p.Name, p => (object?)p.Value);
        var result = await Client.CallToolAsync(tool, values);
        return (result.IsError == true, JsonNode.Parse(((TextContentBlock)result.Content.Single()).Text)!);
    }

    public ValueTask DisposeAsync() => Client.DisposeAsync();
}
