using System.Net;
using AgentApprovals.Domain.Webhooks;
using Xunit;

namespace AgentApprovals.Domain.Tests.Webhooks;

/// <summary>Which addresses webhooks may reach: the table of trust.md, threat 26, at both ends of each network and right beside it.</summary>
public sealed class AddressGuardTests
{
    private static readonly AddressGuard Guard = new([]);

    [Theory]
    [InlineData("0.0.0.0", "0.255.255.255")]
    [InlineData("10.0.0.0", "10.255.255.255")]
    [InlineData("100.64.0.0", "100.127.255.255")]
    [InlineData("127.0.0.0", "127.255.255.255")]
    [InlineData("169.254.0.0", "169.254.255.255")]
    [InlineData("172.16.0.0", "172.31.255.255")]
    [InlineData("192.0.0.0", "192.0.0.255")]
    [InlineData("192.0.2.0", "192.0.2.255")]
    [InlineData("192.88.99.0", "192.88.99.255")]
    [InlineData("192.168.0.0", "192.168.255.255")]
    [InlineData("198.18.0.0", "198.19.255.255")]
    [InlineData("198.51.100.0", "198.51.100.255")]
    [InlineData("203.0.113.0", "203.0.113.255")]
    [InlineData("224.0.0.0", "255.255.255.255")]
    [InlineData("::", "::1")]
    [InlineData("fe80::", "febf:ffff::")]
    [InlineData("fc00::", "fdff:ffff::")]
    [InlineData("fec0::", "feff::")]
    [InlineData("ff00::", "ffff::")]
    [InlineData("100::", "100::ffff")]
    [InlineData("2001::", "2001:1ff:ffff::")]
    [InlineData("2001:db8::", "2001:db8:ffff::")]
    [InlineData("2002::", "2002:ffff::")]
    [InlineData("3fff::", "3fff:fff:ffff::")]
    [InlineData("5f00::", "5f00:ffff::")]
    [InlineData("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b:1::", "64:ff9b:1:ffff::")]
    [InlineData("::ffff:127.0.0.1", "::ffff:10.1.2.3")]
    [InlineData("::127.0.0.1", "::10.1.2.3")]
    public void A_network_that_is_not_public_is_refused_at_both_ends(string first, string last)
    {
        foreach (var address in new[] { first, last })
            Assert.False(Guard.MayReach(IPAddress.Parse(address), 443, isSecure: true), address);
    }

    [Theory]
    [InlineData("1.0.0.0", "9.255.255.255")]
    [InlineData("11.0.0.0", "100.63.255.255")]
    [InlineData("100.128.0.0", "126.255.255.255")]
    [InlineData("128.0.0.0", "169.253.255.255")]
    [InlineData("169.255.0.0", "172.15.255.255")]
    [InlineData("172.32.0.0", "191.255.255.255")]
    [InlineData("192.169.0.0", "198.17.255.255")]
    [InlineData("198.20.0.0", "223.255.255.255")]
    [InlineData("2001:200::", "2001:db7:ffff::")]
    [InlineData("2003::", "3ffe:ffff::")]
    [InlineData("::ffff:93.184.216.34", "2606:2800:21f:cb07:6820:80da:af6b:8b2c")]
    public void What_is_right_beside_it_is_public(string first, string last)
    {
        foreach (var address in new[] { first, last })
        {
            Assert.True(Guard.MayReach(IPAddress.Parse(address), 443, isSecure: true), address);
            Assert.False(Guard.MayReach(IPAddress.Parse(address), 80, isSecure: false), address);
        }
    }

    [Theory]
    [InlineData(443, true)]
    [InlineData(8443, true)]
    [InlineData(5001, true)]
    [InlineData(22, false)]
    [InlineData(25, false)]
    [InlineData(80, false)]
    [InlineData(6379, false)]
    [InlineData(11211, false)]
    public void Ports_of_other_services_are_no_webhooks(int port, bool isReachable) =>
        Assert.Equal(isReachable, Guard.MayReach(IPAddress.Parse("93.184.216.34"), port, isSecure: true));

    [Fact]
    public void A_network_that_the_operator_named_is_reached_at_any_port_and_by_plain_http_and_no_other()
    {
        Assert.True(AddressGuard.TryReadNetwork(" 10.1.2.3/16 ", out var network));
        Assert.True(AddressGuard.TryReadNetwork("::1", out var host));
        var guard = new AddressGuard([network, host]);
        foreach (var address in new[] { "10.1.0.0", "10.1.255.255", "::ffff:10.1.7.7", "::1" })
            Assert.True(guard.MayReach(IPAddress.Parse(address), 6379, isSecure: false), address);
        foreach (var address in new[] { "10.0.255.255", "10.2.0.0", "::", "::2", "127.0.0.1" })
            Assert.False(guard.MayReach(IPAddress.Parse(address), 443, isSecure: true), address);
        foreach (var text in new[] { "", "everywhere", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/ 8" })
            Assert.False(AddressGuard.TryReadNetwork(text, out _), text);
    }
}
