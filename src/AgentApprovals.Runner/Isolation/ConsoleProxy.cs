using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace AgentApprovals.Runner.Isolation;

/// <summary>
/// The outer end of an isolated child's one way out: a unix socket whose requests go to the console's origin and nowhere else, whatever host they name. The socket is
/// the child's identity: no credential but its session's own passes.
/// </summary>
internal sealed class ConsoleProxy : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpMessageInvoker outward;
    private readonly DirectoryInfo folder;
    private volatile bool cut;

    private ConsoleProxy(WebApplication app, HttpMessageInvoker outward, DirectoryInfo folder)
    {
        this.app = app;
        this.outward = outward;
        this.folder = folder;
    }

    /// <summary>The socket's path on the host.</summary>
    public string Socket => Path.Combine(folder.FullName, "console.sock");

    /// <summary>The only bearer token that passes; until it is set, none does.</summary>
    public string? SessionToken { get; set; }

    public static async Task<ConsoleProxy> StartAsync(Uri console)
    {
        // For its owner alone: what lies in there is somebody's identity.
        var folder = Directory.CreateTempSubdirectory("agent-outlet-");
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k =>
        {
            k.ListenUnixSocket(Path.Combine(folder.FullName, "console.sock"));
            k.AddServerHeader = false;
        });
        builder.Services.AddHttpForwarder();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.Zero);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var proxy = new ConsoleProxy(app, new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, AutomaticDecompression = DecompressionMethods.None, ConnectTimeout = TimeSpan.FromSeconds(5) }), folder);
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        // A long-poll or an event stream may say nothing for a minute.
        var patience = new ForwarderRequestConfig { ActivityTimeout = TimeSpan.FromMinutes(5) };
        app.Run(async context =>
        {
            if (proxy.Refuse(context.Request))
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
            else
                await forwarder.SendAsync(context, console.ToString(), proxy.outward, patience, HttpTransformer.Default);
        });
        await app.StartAsync();
        return proxy;
    }

    /// <summary>Nothing passes any more.</summary>
    public void Cut()
    {
        cut = true;
        File.Delete(Socket);
        app.Lifetime.StopApplication();
    }

    public async ValueTask DisposeAsync()
    {
        Cut();
        await app.DisposeAsync();
        outward.Dispose();
        folder.Delete(recursive: true);
    }

    private bool Refuse(HttpRequest request)
    {
        // What a proxy in front of the console would be believed.
        foreach (var name in request.Headers.Keys.Where(k => k.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase) || k.Equals("Forwarded", StringComparison.OrdinalIgnoreCase) || k.Equals("Cookie", StringComparison.OrdinalIgnoreCase)).ToList())
            request.Headers.Remove(name);
        var credential = request.Headers.Authorization.ToString();
        return cut || (credential.Length > 0 && credential != $"Bearer {SessionToken}");
    }
}
