using System.Net;

namespace AgentApprovals.Domain.Gateway;

/// <summary>
/// Which addresses a connector may lead to. Targets often stand in the network of the console, so private addresses are open to it: that an
/// administrator names one is their explicit choice. Closed are those where no target stands and secrets are handed to whoever asks
/// (link-local addresses, the metadata services of clouds), and plain http beyond the own network, where a credential could be read on its way.
/// </summary>
public static class TargetGuard
{
    private static readonly IPNetwork[] Never =
    [
        .. new[] { "0.0.0.0/8", "169.254.0.0/16", "100.100.100.200/32", "192.0.0.192/32", "224.0.0.0/4", "240.0.0.0/4", "::/128", "fe80::/10", "ff00::/8", "fd00:ec2::/32" }
            .Select(n => IPNetwork.Parse(n)),
    ];

    private static readonly IPNetwork[] Own =
    [
        .. new[] { "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7" }.Select(n => IPNetwork.Parse(n)),
    ];

    public const string NotReachable =
        "A connector may not lead there: link-local, metadata and multicast addresses and the console itself are closed to it, and plain http goes to private addresses alone.";

    public static bool MayReach(IPAddress address, bool isSecure)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return !Never.Any(n => n.Contains(address)) && (isSecure || Own.Any(n => n.Contains(address)));
    }
}
