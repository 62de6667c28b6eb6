using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentApprovals.Tests.Webhooks;

/// <summary>A request that came in, as it came.</summary>
public sealed record Received(string Method, string Path, IHeaderDictionary Headers, byte[] Body)
{
    public string Id => Headers["webhook-id"].ToString();

    public string Signature => Headers["webhook-signature"].ToString();

    public long Timestamp => long.Parse(Headers["webhook-timestamp"].ToString(), System.Globalization.CultureInfo.InvariantCulture);

    public string Text => Encoding.UTF8.GetString(Body);

    public JsonNode Json => JsonNode.Parse(Body)!;

    public string Type => (string)Json["type"]!;
}

/// <summary>Somebody's server, on a real port of this machine, which answers as the test has it.</summary>
public sealed class Receiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<Received> _received = new();
    private readonly WebApplication _app;

    private Receiver(WebApplication app) => _app = app;

    /// <summary>How each request is answered; its argument is the request.</summary>
    public Func<Received, int> Answer { get; set; } = _ => 200;

    /// <summary>Sent with each answer.</summary>
    public string? Location { get; set; }

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public string Url => new Uri(Address, "/hook").ToString();

    public IReadOnlyList<Received> All => [.. _received];

    public IReadOnlyList<Received> Of(string type) => [.. _received.Where(r => r.Type == type)];

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(o => o.Listen(IPAddress.Loopback, 0));
        var receiver = new Receiver(builder.Build());
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var received = new Received(context.Request.Method, context.Request.Path, new HeaderDictionary(context.Request.Headers.ToDictionary(h => h.Key, h => h.Value)), body.ToArray());
        _received.Enqueue(received);
        context.Response.StatusCode = Answer(received);
        if (Location is not null)
            context.Response.Headers.Location = Location;
        await context.Response.WriteAsync("an answer that nobody reads");
    }
}
