using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentApprovals.Tests.Gateway;

/// <summary>What arrived at a target.</summary>
public sealed record Arrived(string Method, string Line, IReadOnlyDictionary<string, string> Headers, byte[] Body, DateTimeOffset At)
{
    public string Text => Encoding.UTF8.GetString(Body);
}

/// <summary>A real server that notes all that arrives, and answers as it is told.</summary>
public sealed class Target : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Arrived> _arrived = new();

    private Target(WebApplication app) => _app = app;

    public string Address { get; private set; } = "";

    public IReadOnlyList<Arrived> Arrived => [.. _arrived];

    /// <summary>What it answers; 200 and "done" unless told otherwise.</summary>
    public Func<HttpContext, Task> Answers { get; set; } = context => context.Response.WriteAsync("done");

    /// <summary>As if it had just been started.</summary>
    public void Forget()
    {
        _arrived.Clear();
        Answers = context => context.Response.WriteAsync("done");
    }

    public static async Task<Target> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var target = new Target(builder.Build());
        target._app.Run(target.NoteAsync);
        await target._app.StartAsync();
        target.Address = target._app.Urls.Single() + "/";
        return target;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(1)).Token);
        await _app.DisposeAsync();
    }

    private async Task NoteAsync(HttpContext context)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _arrived.Enqueue(new(context.Request.Method, context.Features.Get<IHttpRequestFeature>()!.RawTarget,
            context.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString()), body.ToArray(), DateTimeOffset.UtcNow));
        await Answers(context);
    }
}
