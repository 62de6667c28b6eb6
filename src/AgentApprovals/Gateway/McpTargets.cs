using System.Text.Json;
using AgentApprovals.Domain.Gateway;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentApprovals.Gateway;

/// <summary>MCP servers behind connectors, each spoken to in an MCP session of its own: what one agent says there is no other's.</summary>
public sealed class McpTargets(TargetLine line, Credentials credentials)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="sending">Called before each write; an exception keeps it in.</param>
    public async Task<IReadOnlyList<Tool>> ToolsAsync(ConnectorState connector, Action sending, CancellationToken cancel)
    {
        await using var client = await ConnectAsync(connector, sending, cancel);
        var tools = new List<Tool>();
        for (string? cursor = null; ;)
        {
            var page = await client.ListToolsAsync(new ListToolsRequestParams { Cursor = cursor }, cancel);
            tools.AddRange(page.Tools);
            if ((cursor = page.NextCursor) is null)
                return tools;
        }
    }

    /// <summary>Makes a call, once.</summary>
    /// <param name="calling">Called once everything but the call itself has been said.</param>
    public async Task<(bool IsError, KeptAnswer Answer)> CallAsync(ConnectorState connector, StoredToolCall call, Action sending, Action calling, CancellationToken cancel)
    {
        await using var client = await ConnectAsync(connector, sending, cancel);
        var arguments = call.Arguments.EnumerateObject().ToDictionary(a => a.Name, a => a.Value.Clone(), StringComparer.Ordinal);
        sending();
        calling();
        var result = await client.CallToolAsync(new CallToolRequestParams { Name = call.Tool, Arguments = arguments }, cancel);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(result, McpJsonUtilities.DefaultOptions);
        // Half of a result is none: one that is larger than is kept is told to be so.
        return bytes.Length <= KeptAnswer.MostBytes
            ? (result.IsError == true, new(200, [KeyValuePair.Create("content-type", "application/json")], bytes, false))
            : (result.IsError == true, new(200, [KeyValuePair.Create("content-type", "text/plain")], bytes[..KeptAnswer.MostBytes], true));
    }

    private async Task<McpClient> ConnectAsync(ConnectorState connector, Action sending, CancellationToken cancel)
    {
        var http = new HttpClient(line.Each(sending)) { Timeout = Timeout.InfiniteTimeSpan };
        await credentials.PutAsync(connector, http.DefaultRequestHeaders);
        var options = new HttpClientTransportOptions
        {
            Endpoint = new(connector.BaseAddress.TrimEnd('/')),
            TransportMode = HttpTransportMode.StreamableHttp,
            EnableStandaloneGetStream = false,
            ConnectionTimeout = Patience,
        };
        return await McpClient.CreateAsync(new HttpClientTransport(options, http, ownsHttpClient: true), new() { ClientInfo = new() { Name = "agent-approvals", Version = "1" } }, cancellationToken: cancel);
    }
}
