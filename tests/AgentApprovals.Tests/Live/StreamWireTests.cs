using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Tests.Drivers;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Live;

/// <summary>What goes over the wire of an event stream where nothing happens, and where nobody reads.</summary>
public sealed class StreamWireTests : IAsyncDisposable
{
    private readonly ClockedConsole _clocked = new();

    public ValueTask DisposeAsync() => _clocked.DisposeAsync();

    [Fact]
    public async Task A_silent_stream_opens_at_once_and_is_kept_open_by_comments()
    {
        var scene = await _clocked.SceneAsync();
        using var answer = await EventClient.AskAsync((await scene.SessionAsync()).Agent, null);
        Assert.Equal(("text/event-stream", "no-cache, no-store", "no"),
            (answer.Content.Headers.ContentType!.ToString(), answer.Headers.CacheControl!.ToString().Replace("no-store, no-cache", "no-cache, no-store", StringComparison.Ordinal), answer.Headers.GetValues("X-Accel-Buffering").Single()));
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        var comments = 0;
        var reading = Task.Run(async () =>
        {
            while (await lines.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                if (line.StartsWith(':'))
                    Interlocked.Increment(ref comments);
                else
                    Assert.True(line.Length == 0 || line.StartsWith("retry: ", StringComparison.Ordinal), line);
            }
        }, TestContext.Current.CancellationToken);
        await Eventually.IsAsync(() => Task.FromResult(comments == 1));
        await Eventually.IsAsync(() =>
        {
            _clocked.Pass(15);
            return Task.FromResult(comments >= 3);
        });
        Assert.False(reading.IsFaulted);
    }

    [Fact]
    public async Task The_expiry_of_the_session_is_told_and_ends_it_although_nobody_writes_down_what_is_due()
    {
        var scene = await _clocked.SceneAsync(agent: new { limits = new { sessionSeconds = 20, maxSessionSeconds = 30 } });
        var run = await scene.SessionAsync();
        await using var stream = await EventClient.OpenAsync(run.Agent);
        _clocked.Pass(19);
        var expiry = (await _clocked.Console.As(scene.Key).Post($"sessions/{run.Id}/renew")).Is(HttpStatusCode.OK).Text("expiresAt");
        _clocked.Pass(10.999);
        Assert.False(stream.Ended.IsCompleted);
        await Eventually.IsAsync(() =>
        {
            _clocked.Pass(0.001);
            return Task.FromResult(stream.Ended.IsCompleted);
        });
        Assert.Equal(["session.expired"], stream.Kinds);
        Assert.Equal("expired", (string?)stream.Told[0].Data["data"]!["state"]);
        Assert.Equal(expiry, (string?)stream.Told[0].Data["data"]!["endedAt"]);
    }

    [Fact]
    public async Task A_client_that_does_not_read_slows_nobody_and_is_cut_all_the_same()
    {
        await using var console = new TestConsole(timer: false, hangfire: false, services: s => s.Configure<SocketTransportOptions>(o => o.CreateBoundListenSocket = endpoint =>
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            socket.SendBufferSize = 4096;
            return socket;
        }));
        var scene = await Scene.SetAsync(console);
        var run = await scene.SessionAsync();
        using var deaf = Deaf(run);
        using var answer = await EventClient.AskAsync(new(deaf), null);
        var ledger = console.Services.GetRequiredService<AgentApprovals.Data.Ledger.Ledger>();
        (await ledger.CommitAsync(new Chatter(new(Guid.Parse(run.Id)), 2_000))).Require();
        await run.Submitted();
        await using var reads = await EventClient.OpenAsync(run.Agent, 0);
        // Each of two thousand entries is looked up in the database as it stood.
        await reads.UntilAsync("action.submitted", seconds: 60);
        var receipt = (await scene.Admin.Post($"sessions/{run.Id}/stop")).Is(HttpStatusCode.Accepted);
        var live = receipt["layers"]!.AsArray().Single(l => (string?)l!["layer"] == "live")!;
        Assert.Equal(("confirmed", "2 event streams closed"), ((string?)live["state"], (string?)live["detail"]));
        Assert.Equal("session.stopped", reads.Kinds[^1]);
    }

    /// <summary>A client of the session whose window fills up at once.</summary>
    private static HttpClient Deaf(Run run)
    {
        var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancel) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096, NoDelay = true };
                await socket.ConnectAsync(context.DnsEndPoint, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { BaseAddress = run.Agent.Client.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string?)run.Opened["token"]);
        return http;
    }

    /// <summary>Many entries about a session, in one commit.</summary>
    private sealed record Chatter(SessionId Session, int Count) : Command<Done>
    {
        public override void Need(Needs needs) => needs.Sessions.Add(Session.Value);

        public override Result<Done> Decide(World world)
        {
            var session = world.Sessions.Find(Session.Value)!;
            for (var i = 0; i < Count; i++)
                world.Append(Kinds.SessionStarted, ActorStamp.System("test"), new(SessionSequence: session.Sequence, Session: session.Id), []);
            return default(Done);
        }
    }
}
