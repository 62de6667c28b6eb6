using System.Net;
using System.Net.Sockets;

namespace AgentApprovals.Hosting;

/// <summary>Where the console listens, by its configuration (before it does) and by what it says of itself.</summary>
internal static class BoundAddresses
{
    private const string Fallback = "http://localhost:5080";

    /// <summary>As Kestrel reads them: its own endpoints before Urls, before bare ports.</summary>
    public static IReadOnlyList<string> Configured(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(e => e["Url"]).OfType<string>().ToList();
        if (endpoints.Count > 0)
            return endpoints;
        if (Split(configuration["Urls"]) is { Count: > 0 } urls)
            return urls;
        var ports = Split(configuration["HTTP_PORTS"]).Select(p => $"http://*:{p}").Concat(Split(configuration["HTTPS_PORTS"]).Select(p => $"https://*:{p}")).ToList();
        return ports.Count > 0 ? ports : [Fallback];
    }

    /// <summary>Whether nobody but this machine can reach any of them.</summary>
    public static bool AreLoopback(IEnumerable<string> addresses) => addresses.All(a =>
    {
        var address = BindingAddress.Parse(a);
        return address.IsUnixPipe || address.IsNamedPipe || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
    });

    /// <summary>The first of them as a browser on this machine would write it.</summary>
    public static string ForThisMachine(IEnumerable<string> addresses)
    {
        var address = BindingAddress.Parse(addresses.First());
        var isAny = !IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip)
            ? address.Host is "*" or "+"
            : ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any);
        var host = isAny ? "localhost" : ip?.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{ip}]" : address.Host;
        return $"{address.Scheme}://{host}:{address.Port}{address.PathBase}";
    }

    private static List<string> Split(string? list) => [.. (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
}
