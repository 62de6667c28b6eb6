using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using Microsoft.AspNetCore.SignalR.Client;

namespace AgentApprovals.Tests.Live;

/// <summary>A person's client at <c>/hubs/live</c>, which keeps what it is told.</summary>
public sealed class LiveClient : IAsyncDisposable
{
    private readonly HubConnection _hub;
    private readonly List<JsonNode> _told = [];
    private readonly TaskCompletionSource<Exception?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LiveClient(Uri console, string token, CookieContainer? cookies)
    {
        _hub = new HubConnectionBuilder().WithUrl(new Uri(console, "/hubs/live"), o =>
        {
            o.AccessTokenProvider = () => Task.FromResult<string?>(token);
            o.Cookies = cookies ?? o.Cookies;
        }).Build();
        _hub.On<JsonNode>("Changed", entry =>
        {
            lock (_told)
                _told.Add(entry);
        });
        _hub.Closed += e =>
        {
            _closed.TrySetResult(e);
            return Task.CompletedTask;
        };
    }

    /// <summary>Completes when the connection has ended.</summary>
    public Task Closed => _closed.Task;

    public IReadOnlyList<JsonNode> Told
    {
        get
        {
            lock (_told)
                return [.. _told];
        }
    }

    public long[] Sequences => [.. Told.Select(e => (long)e["sequence"]!)];

    public string[] Kinds => [.. Told.Select(e => e["kind"]!.ToString())];

    public static Task<LiveClient> ConnectAsync(TestConsole console, string token) => ConnectAsync(console.Address, token);

    /// <param name="cookies">Of the browser that it runs in, as far as there is one.</param>
    public static async Task<LiveClient> ConnectAsync(Uri console, string token, CookieContainer? cookies = null)
    {
        var client = new LiveClient(console, token, cookies);
        await client._hub.StartAsync();
        return client;
    }

    public Task SubscribeAsync(long? after = null) => _hub.InvokeAsync("Subscribe", after);

    public Task UntilAsync(string kind, int count = 1) => Eventually.IsAsync(() => Task.FromResult(Kinds.Count(k => k == kind) >= count));

    public ValueTask DisposeAsync() => _hub.DisposeAsync();
}
