using System.Collections.Concurrent;
using System.Net;
using AgentApprovals.Client.Runner;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentApprovals.Runner.Tests.Drivers;

/// <summary>What a runner needs of a console, and no more, so that a test can kill it, cut its lines and look at every call.</summary>
public sealed class FakeConsole : IAsyncDisposable
{
    public const string SessionToken = "aas_of-the-child", RunnerToken = "aar_of-the-runner";

    private WebApplication? app;
    private int port;
    private volatile bool lineCut;

    private FakeConsole()
    {
    }

    public string Url => $"http://127.0.0.1:{port}";

    public int LeaseSeconds { get; init; } = 15;

    public TimeSpan SessionLength { get; init; } = TimeSpan.FromHours(1);

    public bool Paused { get; set; }

    /// <summary>Renewals are not answered.</summary>
    public bool HoldsRenewals { get; set; }

    /// <summary>The code that every request of this session is refused with; null while it runs.</summary>
    public string? Refusal { get; set; }

    /// <summary>The code that opening a session is refused with.</summary>
    public string? OpeningRefusal { get; set; }

    /// <summary>Method and path of each request that was not the hub's.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public ConcurrentQueue<string> Openings { get; } = new();

    public ConcurrentQueue<CageReport> Reports { get; } = new();

    public ConcurrentDictionary<string, HubCallerContext> Lines { get; } = new();

    private int renewals;
    private string? line;

    public int Renewals => renewals;

    public static async Task<FakeConsole> StartAsync(int leaseSeconds = 15, TimeSpan? sessionLength = null)
    {
        var console = new FakeConsole { LeaseSeconds = leaseSeconds, SessionLength = sessionLength ?? TimeSpan.FromHours(1) };
        await console.StartAsync();
        return console;
    }

    /// <summary>Starts it, or starts it again at the same address.</summary>
    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, port));
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.Zero);
        builder.Services.AddSingleton(this);
        builder.Services.AddSignalR();
        app = builder.Build();
        app.Use(async (context, next) =>
        {
            if (!context.Request.Path.StartsWithSegments(RunnerHub.Path))
                Requests.Enqueue($"{context.Request.Method} {context.Request.Path}");
            else if (lineCut)
            {
                context.Abort();
                return;
            }
            else if (Refusal is not null || context.Request.Headers.Authorization != $"Bearer {RunnerToken}")
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return;
            }

            await next();
        });
        app.MapHub<Hub>(RunnerHub.Path);
        app.MapPost("/api/v1/sessions", async (HttpRequest request) =>
        {
            Openings.Enqueue(await new StreamReader(request.Body).ReadToEndAsync());
            return OpeningRefusal is { } code ? Problem(code) : Results.Json(Session(RunnerToken), statusCode: 201);
        });
        app.MapPost("/api/v1/sessions/{id}/renew", () => Answer(Session(null)));
        app.MapGet("/api/v1/sessions/current", (HttpRequest r) => r.Headers.Authorization == $"Bearer {SessionToken}" ? Answer(Session(null)) : Results.Json(new { code = "unauthenticated" }, contentType: "application/problem+json", statusCode: 401));
        app.MapDelete("/api/v1/sessions/current", () => Results.NoContent());
        await app.StartAsync();
        port = new Uri(app.Urls.Single()).Port;
    }

    /// <summary>Gone at once, without a word to anyone.</summary>
    public async Task KillAsync()
    {
        CutLine();
        await app!.StopAsync(new CancellationToken(true));
        await app.DisposeAsync();
        app = null;
        lineCut = false;
    }

    public void CutLine()
    {
        lineCut = true;
        foreach (var context in Lines.Values)
            context.Abort();
    }

    public void RestoreLine() => lineCut = false;

    public Task WaitForLineAsync() => AgentApprovals.Tests.Drivers.Eventually.IsAsync(() => Task.FromResult(line is not null && Lines.ContainsKey(line)));

    public Task<CageReport> StopAsync() => CallAsync(RunnerHub.Stop);

    public Task<CageReport> PauseAsync() => CallAsync(RunnerHub.Pause);

    public Task<CageReport> ContinueAsync() => CallAsync(RunnerHub.Continue);

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
            await KillAsync();
    }

    private async Task<CageReport> CallAsync(string order)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await app!.Services.GetRequiredService<IHubContext<Hub>>().Clients.Client(line!).InvokeAsync<CageReport>(order, limit.Token);
    }

    private IResult Answer(object session) => Refusal is { } code ? Problem(code) : Results.Json(session);

    private static IResult Problem(string code) => Results.Json(new { code, detail = "…" }, contentType: "application/problem+json", statusCode: 403);

    private object Session(string? runnerToken)
    {
        var now = DateTimeOffset.UtcNow;
        return new
        {
            id = Guid.Empty,
            token = SessionToken,
            runnerToken,
            state = "active",
            startedAt = now,
            expiresAt = now + SessionLength,
            agent = new { id = Guid.Empty, name = "tried" },
            onBehalfOf = "dana@example.com",
        };
    }

    private sealed class Hub(FakeConsole console) : Microsoft.AspNetCore.SignalR.Hub
    {
        public override Task OnConnectedAsync()
        {
            console.Lines[Context.ConnectionId] = Context;
            console.line = Context.ConnectionId;
            return Task.CompletedTask;
        }

        public override Task OnDisconnectedAsync(Exception? exception)
        {
            console.Lines.TryRemove(Context.ConnectionId, out _);
            return Task.CompletedTask;
        }

        public async Task<Lease> Renew()
        {
            Interlocked.Increment(ref console.renewals);
            while (console.HoldsRenewals && !Context.ConnectionAborted.IsCancellationRequested)
                await Task.Delay(10);
            return new(console.LeaseSeconds, console.Paused);
        }

        public void Report(CageReport report) => console.Reports.Enqueue(report);
    }
}
