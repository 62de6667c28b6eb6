using System.Net;
using AgentApprovals.Client;
using AgentApprovals.Domain.Webhooks;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Xunit;

namespace AgentApprovals.Tests.Webhooks;

/// <summary>Nobody makes the console reach into the network it stands in: not when an address is registered, and not at any connection.</summary>
public sealed class HostileAddressTests
{
    /// <summary>Addresses at which something waits that is nobody's webhook.</summary>
    private static readonly string[] Hostile =
    [
        "https://127.0.0.1/", "https://127.0.0.1:8443/", "https://127.1/", "https://127.0.1/", "https://2130706433/", "https://017700000001/", "https://0x7f000001/",
        "https://0177.0.0.1/", "https://0x7f.0.0.1/", "https://0x7f.1/", "https://127.000.000.001/", "https://127.0.0.1./", "https://0.0.0.0/", "https://0/",
        "https://10.0.0.1/", "https://167772161/", "https://0xa000001/", "https://012.0.0.1/", "https://100.64.0.1/", "https://169.254.169.254/latest/meta-data/",
        "https://2852039166/", "https://0xa9fea9fe/", "https://0251.0376.0251.0376/", "https://172.16.0.1/", "https://172.31.255.255/", "https://192.0.0.1/",
        "https://192.0.2.1/", "https://192.88.99.1/", "https://192.168.1.1/", "https://3232235777/", "https://198.18.0.1/", "https://198.51.100.1/",
        "https://203.0.113.1/", "https://224.0.0.1/", "https://239.255.255.250/", "https://240.0.0.1/", "https://255.255.255.255/",
        "https://[::1]/", "https://[::]/", "https://[0:0:0:0:0:0:0:1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[::ffff:169.254.169.254]/",
        "https://[::127.0.0.1]/", "https://[fe80::1]/", "https://[fe80::1%25eth0]/", "https://[fc00::1]/", "https://[fd00:ec2::254]/", "https://[ff02::1]/",
        "https://[100::1]/", "https://[2001::1]/", "https://[2001:db8::1]/", "https://[2002:7f00:1::]/", "https://[2002:a9fe:a9fe::]/", "https://[3fff::1]/",
        "https://[5f00::1]/", "https://[64:ff9b::7f00:1]/", "https://[64:ff9b::169.254.169.254]/", "https://[64:ff9b:1::1]/",
        "https://user:pass@127.0.0.1/", "https://hooks.example.com@127.0.0.1/", "https://127.0.0.1%2f@hooks.example.com/", "https://①②⑦.⓪.⓪.①/", "https://127。0。0。1/",
        "https://localhost/", "https://LOCALHOST:8443/", "https://localhost./", "https://inside.example.com/", "https://mapped.example.com/", "https://metadata.example.com/",
        "https://twofaced.invalid./", "http://hooks.example.com/", "http://93.184.216.34/", "https://93.184.216.34:22/", "https://hooks.example.com:6379/",
        "https://hooks.example.com\\@127.0.0.1/", "https://127.0.0.1\\.hooks.example.com/", "file:///etc/passwd", "gopher://127.0.0.1:6379/_x", "ftp://hooks.example.com/",
    ];

    [Fact]
    public async Task None_of_them_is_registered_and_no_socket_is_opened_to_find_out()
    {
        var probe = Named();
        await using var it = new WebhookStage(services: s => s.Replace(ServiceDescriptor.Singleton<IOutside>(probe)), networks: "");
        var taken = new List<string>();
        foreach (var url in Hostile)
        {
            var answer = await it.Admin.Post("webhooks", new { url, events = new[] { "action.submitted" } });
            if (answer.Status != HttpStatusCode.BadRequest || answer.Body?["errors"]?["url"] is null)
                taken.Add($"{url}: {answer.Status} {answer.Body}");
        }

        Assert.True(taken.Count == 0, string.Join('\n', taken));
        Assert.Empty(probe.Opened);
        Assert.InRange(Hostile.Length, 60, 200);
        // The control: what is public is taken, and so is a name that nobody knows yet, which is judged when it is known.
        foreach (var url in new[] { "https://hooks.example.com/", "https://hooks.example.com:8443/x?y=z", "https://93.184.216.34/", "https://[2606:2800:21f::1]/", "https://not-yet.example.com/" })
            await it.RegisterAsync(url, "action.submitted");
    }

    [Fact]
    public async Task Whatever_was_registered_no_connection_goes_to_a_refused_address()
    {
        var probe = Named();
        await SendToAllAsync(probe, new([]));
        Assert.DoesNotContain(probe.Opened, o => !Public.MayReach(o.Address, o.Port, isSecure: true));

        // The control: with the guard off each of those that are addresses at all is tried.
        var open = Named();
        await SendToAllAsync(open, new([IPNetwork.Parse("0.0.0.0/0"), IPNetwork.Parse("::/0")]));
        Assert.InRange(open.Opened.Count(o => !Public.MayReach(o.Address, o.Port, isSecure: true)), 55, Hostile.Length);
    }

    [Fact]
    public async Task A_name_that_is_public_first_and_loopback_later_leads_nowhere()
    {
        var probe = new Probe();
        var asked = 0;
        probe.Names["rebinding.example.com"] = () => asked++ == 0 ? ["93.184.216.34"] : ["127.0.0.1"];
        probe.Names["both.example.com"] = () => ["127.0.0.1", "93.184.216.34", "10.0.0.1"];
        await using var it = new WebhookStage(services: s => s.Replace(ServiceDescriptor.Singleton<IOutside>(probe)), networks: "");
        var webhook = await it.RegisterAsync("https://rebinding.example.com/", "action.submitted");
        var test = (await it.Admin.Post($"webhooks/{webhook["id"]}/test")).Is(HttpStatusCode.OK);
        Assert.Equal("pending", test.Text("state"));
        Assert.Contains("may not be reached", test["attempts"]![0]!.Text("error"), StringComparison.Ordinal);
        Assert.Empty(probe.Opened);
        Assert.Equal(2, asked);

        // Of several addresses those that may be reached are, by the address and not by the name.
        webhook = await it.RegisterAsync("https://both.example.com/", "action.submitted");
        (await it.Admin.Post($"webhooks/{webhook["id"]}/test")).Is(HttpStatusCode.OK);
        Assert.Equal("93.184.216.34:443", Assert.Single(probe.Opened).ToString());
    }

    [Fact]
    public async Task A_redirect_is_an_answer_that_is_not_2xx_and_is_followed_nowhere()
    {
        await using var it = new WebhookStage();
        await using var receiver = await Receiver.StartAsync();
        await using var inside = await Receiver.StartAsync();
        var webhook = await it.RegisterAsync(receiver.Url, "action.submitted");
        foreach (var status in new[] { 301, 302, 303, 307, 308 })
        {
            receiver.Answer = _ => status;
            receiver.Location = status == 302 ? "https://169.254.169.254/latest/meta-data/" : inside.Url;
            var test = (await it.Admin.Post($"webhooks/{webhook["id"]}/test")).Is(HttpStatusCode.OK);
            Assert.Equal(("pending", status), (test.Text("state"), (int)test["attempts"]![0]!["status"]!));
        }

        Assert.Empty(inside.All);
        Assert.Equal(5, receiver.All.Count);
    }

    private static AddressGuard Public { get; } = new([]);

    private static Probe Named()
    {
        var probe = new Probe();
        probe.Names["hooks.example.com"] = () => ["93.184.216.34"];
        foreach (var name in new[] { "localhost", "localhost." })
            probe.Names[name] = () => ["::1", "127.0.0.1"];
        probe.Names["inside.example.com"] = () => ["10.1.2.3"];
        probe.Names["mapped.example.com"] = () => ["::ffff:192.168.1.1"];
        probe.Names["metadata.example.com"] = () => ["169.254.169.254"];
        foreach (var name in new[] { "twofaced.invalid", "twofaced.invalid." })
            probe.Names[name] = () => ["127.0.0.1", "fd00::1"];
        return probe;
    }

    private static async Task SendToAllAsync(Probe probe, AddressGuard guard)
    {
        using var line = new WebhookLine(guard, probe);
        var request = new WebhookRequest(line, TimeProvider.System);
        foreach (var url in Hostile.Where(u => Uri.TryCreate(u, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            Assert.Null((await request.SendAsync(url, [WebhookSignature.NewSecret()], "id", [], TestContext.Current.CancellationToken)).Status);
    }
}
