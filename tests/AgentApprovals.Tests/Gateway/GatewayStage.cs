using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using AgentApprovals.Data.Storage;
using AgentApprovals.Tests.Drivers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Gateway;

/// <summary>A console, a real target behind the connector <c>forum</c>, and an agent: reads pass, posts are asked for, nothing else goes through.</summary>
public sealed class GatewayStage : IAsyncLifetime
{
    public const string Secret = "the-forums-own-key-0123456789";

    private int _names;

    public TestConsole Console { get; } = new(hangfire: false);

    /// <summary>For a test that looks into the database, or changes it behind the console's back.</summary>
    public IDbContextFactory<LedgerContext> Contexts => Console.Services.GetRequiredService<IDbContextFactory<LedgerContext>>();

    public Target Target { get; private set; } = null!;

    public Scene Scene { get; private set; } = null!;

    public Run Run { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Target = await Target.StartAsync();
        Scene = await Scene.SetAsync(Console, Reviewed, new { limits = new { maxSessions = 100_000, maxPending = 100_000, maxActionsPerMinute = 1_000_000 } });
        await ConnectorAsync("forum");
    }

    /// <summary>A run of its own for a test, before a target that nothing has reached.</summary>
    public async Task BeginAsync()
    {
        Target.Forget();
        await Scene.RulesAsync(Reviewed);
        Run = await Scene.SessionAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Console.DisposeAsync();
        await Target.DisposeAsync();
    }

    private static object[] Reviewed { get; } = [Scene.Rule(extra: new { burst = new { count = 10_000, perSeconds = 1 } })];

    public async Task<JsonNode> ConnectorAsync(string name, int holdSeconds = 0, string? baseAddress = null, object? credential = null, object[]? rules = null) => (await Scene.Admin.Post("connectors", new
    {
        name,
        kind = "http",
        baseAddress = baseAddress ?? Target.Address,
        credential = credential ?? new { placement = "header", name = "X-Api-Key", value = Secret },
        holdSeconds,
        rules = rules ??
        [
            new { methods = new[] { "GET", "HEAD" }, path = "/**", pass = true },
            new { methods = new[] { "POST", "PUT" }, path = "/threads/*/posts", actionType = "forum.post", resource = "forum://threads/{1}" },
        ],
    })).Is(HttpStatusCode.Created);

    public string NewName() => $"c{Interlocked.Increment(ref _names)}";

    /// <summary>A request of the agent to the gateway.</summary>
    public Task<Answer> Ask(HttpMethod method, string path, object? body = null, int? wait = null, string connector = "forum", Run? run = null, Action<HttpRequestMessage>? change = null)
    {
        var request = new HttpRequestMessage(method, new Uri(Console.Address, $"/gateway/{connector}{path}"));
        if (body is string text)
            request.Content = new StringContent(text, Encoding.UTF8, "text/plain");
        else if (body is not null)
            request.Content = System.Net.Http.Json.JsonContent.Create(body);
        if (wait is not null)
            request.Headers.Add("Prefer", $"wait={wait}");
        change?.Invoke(request);
        return (run ?? Run).Agent.Send(request);
    }

    /// <summary>A post that the reviewers released.</summary>
    public async Task<JsonNode> ReleasedAsync(string body = "Flush the cache", Run? run = null, int thread = 8841)
    {
        var asked = (await Ask(HttpMethod.Post, $"/threads/{thread}/posts", new { body }, run: run)).Is(HttpStatusCode.Accepted);
        return (await Scene.Admin.Approve(asked)).Is(HttpStatusCode.OK);
    }

    /// <summary>Sends a request line as it stands, which no client library would.</summary>
    public async Task<(int Status, string Text)> RawAsync(string method, string target, string more = "", string body = "")
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(Console.Address.Host, Console.Address.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(
            $"{method} {target} HTTP/1.1\r\nHost: {Console.Address.Authority}\r\nAuthorization: Bearer {Run.Opened["token"]}\r\nConnection: close\r\n{(body.Length > 0 ? $"Content-Length: {body.Length}\r\n" : "")}{more}\r\n{body}"));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var text = await reader.ReadToEndAsync();
        return (int.Parse(text.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), text);
    }
}
