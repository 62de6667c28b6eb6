using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace AgentApprovals.Hosting;

/// <summary>
/// Proxies whose word about the client's address and scheme is taken (<c>ForwardedHeaders:KnownProxies</c>, a list). Without
/// any, such headers are what a stranger wrote, and are ignored.
/// </summary>
internal static class KnownProxies
{
    public const string Key = "ForwardedHeaders:KnownProxies";

    public static IReadOnlyList<string> Configured(IConfiguration configuration) =>
    [
        .. (configuration[Key] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Concat(configuration.GetSection(Key).GetChildren().Select(c => c.Value).OfType<string>()),
    ];

    public static void UseKnownProxies(this WebApplication app)
    {
        var proxies = Configured(app.Configuration);
        if (proxies.Count == 0)
            return;
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            ForwardLimit = proxies.Count,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
            options.KnownProxies.Add(IPAddress.Parse(proxy));
        app.UseForwardedHeaders(options);
    }
}
