using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AgentApprovals.Domain.Webhooks;

/// <summary>
/// Which addresses a webhook may reach. Whatever is not plainly the public internet is refused, unless the operator named its
/// network: a console that people outside can make send requests must not become their way into the network it stands in.
/// </summary>
/// <param name="allowed">Networks that the operator named (<c>Webhooks:AllowedNetworks</c>); plain http goes to these alone.</param>
public sealed class AddressGuard(IReadOnlyList<IPNetwork> allowed)
{
    // The special-purpose registries of IANA (RFC 6890); trust.md, threat 26.
    private static readonly IPNetwork[] RefusedV4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(n => IPNetwork.Parse(n)),
    ];

    /// <summary>Global unicast (RFC 4291): loopback, link-local, unique local, multicast, NAT64 (64:ff9b::/96) and the rest stand outside.</summary>
    private static readonly IPNetwork PublicV6 = IPNetwork.Parse("2000::/3");

    /// <summary>Within it: protocol assignments (Teredo among them), documentation, and 6to4, which carries an IPv4 address.</summary>
    private static readonly IPNetwork[] RefusedV6 = [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(n => IPNetwork.Parse(n))];

    /// <summary>What other services listen on: a request there is no webhook.</summary>
    private static readonly HashSet<int> OtherServices =
    [
        1433, 1521, 1719, 1720, 1723, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 3659, 4045, 4190, 5060, 5061, 5432, 5672, 5900, 5984, 6000, 6379, 6443, 6566,
        6665, 6666, 6667, 6668, 6669, 6679, 6697, 9042, 9092, 9200, 9300, 10080, 10250, 11211, 15672, 27017, 50000,
    ];

    /// <summary>Whether a request may go there: to a public address by https, and anyhow to a network that the operator named.</summary>
    public bool MayReach(IPAddress address, int port, bool isSecure)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return allowed.Any(n => n.Contains(address)) || (isSecure && IsWebPort(port) && IsPublic(address));
    }

    /// <summary>Whether a request may go to a host whose address is not known yet; once it is, it is judged.</summary>
    public static bool MayReachUnknown(int port, bool isSecure) => isSecure && IsWebPort(port);

    private static bool IsWebPort(int port) => port == 443 || (port >= 1024 && !OtherServices.Contains(port));

    private static bool IsPublic(IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => !RefusedV4.Any(n => n.Contains(address)),
        AddressFamily.InterNetworkV6 => PublicV6.Contains(address) && !RefusedV6.Any(n => n.Contains(address)),
        _ => false,
    };

    /// <summary>Reads a network as people write it: with or without a length, and with whatever stands behind it.</summary>
    public static bool TryReadNetwork(string text, out IPNetwork network)
    {
        ArgumentNullException.ThrowIfNull(text);
        network = default;
        var parts = text.Trim().Split('/');
        if (parts.Length > 2 || !IPAddress.TryParse(parts[0], out var address))
            return false;
        var bytes = address.GetAddressBytes();
        var length = bytes.Length * 8;
        if (parts.Length == 2 && !(int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out length) && length <= bytes.Length * 8))
            return false;
        for (var bit = length; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        network = new(new IPAddress(bytes), length);
        return true;
    }
}
