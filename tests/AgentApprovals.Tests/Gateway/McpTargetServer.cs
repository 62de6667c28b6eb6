using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;

namespace AgentApprovals.Tests.Gateway;

/// <summary>A real MCP server of somebody else's, with a key of its own: it notes each call that arrives.</summary>
public sealed class McpTargetServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Tool, string Arguments)> _called;

    private McpTargetServer(WebApplication app, ConcurrentQueue<(string, string)> called) => (_app, _called) = (app, called);

    public string Address => _app.Urls.Single() + "/mcp";

    public IReadOnlyList<(string Tool, string Arguments)> Called => [.. _called];

    /// <summary>What a call does before it is answered.</summary>
    public Func<CancellationToken, Task> Works { get; set; } = _ => Task.CompletedTask;

    public static async Task<McpTargetServer> StartAsync(string key)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var called = new ConcurrentQueue<(string, string)>();
        McpTargetServer? server = null;
        builder.Services.AddMcpServer().WithHttpTransport()
            .WithListToolsHandler((_, _) => ValueTask.FromResult(new ListToolsResult { Tools = [Tool("delete-post"), Tool("read_posts"), Tool("secret")] }))
            .WithCallToolHandler(async (request, cancel) =>
            {
                called.Enqueue((request.Params!.Name, JsonSerializer.Serialize(request.Params.Arguments)));
                await server!.Works(cancel);
                return new CallToolResult { Content = [new TextContentBlock { Text = $"{request.Params.Name} done" }], IsError = request.Params.Name == "read_posts" };
            });
        var app = builder.Build();
        app.Use((context, next) =>
        {
            if (context.Request.Headers.Authorization == $"Bearer {key}")
                return next(context);
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        });
        app.MapMcp("/mcp");
        server = new(app, called);
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(1)).Token);
        await _app.DisposeAsync();
    }

    private static Tool Tool(string name) => new()
    {
        Name = name,
        InputSchema = JsonElement.Parse("""{"type":"object","properties":{"id":{"type":"integer"}},"required":["id"]}"""),
    };
}
