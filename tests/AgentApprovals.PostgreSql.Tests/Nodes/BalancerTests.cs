using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Console.Plain;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Live;
using Xunit;

namespace AgentApprovals.Tests.Nodes;

/// <summary>Two nodes behind nginx: whoever comes by either sees one console.</summary>
[Collection(SharedPair.Name)]
public sealed class BalancerTests(SharedPair nodes)
{
    private const byte End = 0x1e;

    [Fact]
    public async Task Sessions_polls_streams_and_hubs_of_either_node_pass_through_it()
    {
        Assert.SkipUnless(Balancer.IsThere, Balancer.Missing);
        var pair = await nodes.WholeAsync();
        await using var balancer = await Balancer.StartAsync(pair);
        // Opened on one node, answered by the other.
        var opened = (await balancer.By("a", pair.Key).Post("sessions", new { onBehalfOf = "dana@example.com" })).Is(HttpStatusCode.Created);
        var (agentAtA, agentAtB) = (balancer.By("a", opened.Text("token")), balancer.By("b", opened.Text("token")));
        Assert.Equal(opened.Text("id"), (await agentAtB.Get("sessions/current")).Is(HttpStatusCode.OK).Text("id"));
        await using var stream = await EventClient.OpenAsync(agentAtB);
        var people = new CookieContainer();
        await using var hub = await LiveClient.ConnectAsync(balancer.Address, TestConsole.AdminToken, people);
        await hub.SubscribeAsync();
        Assert.Contains(people.GetCookieHeader(balancer.Address), new[] { "node=a", "node=b" });

        var action = (await agentAtA.Post("actions", Scene.Post())).Is(HttpStatusCode.Created);
        await stream.UntilAsync("action.submitted");
        await hub.UntilAsync("action.submitted");
        var poll = agentAtA.Get($"actions/{action["id"]}?wait=60");
        (await balancer.By("b", TestConsole.AdminToken).Approve(action)).Is(HttpStatusCode.OK);
        Assert.Equal("released", (await poll).Is(HttpStatusCode.OK).Text("status"));
        (await agentAtB.Post($"actions/{action["id"]}/redeem")).Is(HttpStatusCode.OK);
        (await agentAtA.Post($"actions/{action["id"]}/redeem")).IsRefused(HttpStatusCode.Conflict, "already_redeemed");
    }

    [Fact]
    public async Task A_person_signs_in_by_one_node_is_known_to_the_other_and_their_page_is_alive_where_they_stay()
    {
        Assert.SkipUnless(Balancer.IsThere, Balancer.Missing);
        var pair = await nodes.WholeAsync();
        await using var balancer = await Balancer.StartAsync(pair);
        var email = $"{Guid.NewGuid():N}@example.com";
        var id = (await pair.A.Admin.Post("people", new { email, displayName = "Robin", roles = new[] { "Reviewer" } })).Is(HttpStatusCode.Created).Text("id");
        using var browser = new Browser(balancer.Address);
        browser.Cookies.Add(balancer.Address, new Cookie("node", "a"));
        var link = new Uri((await pair.A.Admin.Post($"people/{id}/setup-link")).Is(HttpStatusCode.OK).Text("setupUrl")).PathAndQuery;
        var chosen = (await browser.Go(link)).Is(HttpStatusCode.OK);
        (await browser.Send(chosen, "/account/setup", ("password", Browser.Password), ("again", Browser.Password))).Is(HttpStatusCode.SeeOther);
        browser.Cookies.Add(balancer.Address, new Cookie("node", "b"));
        Assert.Contains(email, (await browser.Go("/account")).Is(HttpStatusCode.OK).Text, StringComparison.Ordinal);

        // A page's own line: asked for and opened by two requests, which have to come to one node.
        Assert.Equal("{}", await OpenAsync(balancer.Address, browser.Cookies));
        await Assert.ThrowsAsync<WebSocketException>(() => OpenAsync(balancer.Fickle, browser.Cookies));
    }

    /// <summary>A circuit's line as a page opens it, up to the answer to its handshake.</summary>
    private static async Task<string> OpenAsync(Uri console, CookieContainer cookies)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var http = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies });
        using var asked = await http.PostAsync(new Uri(console, "/_blazor/negotiate?negotiateVersion=1"), null, cancel);
        var connection = JsonNode.Parse(await asked.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancel))!.Text("connectionToken");
        using var line = new ClientWebSocket();
        line.Options.Cookies = cookies;
        await line.ConnectAsync(new UriBuilder(console) { Scheme = "ws", Path = "/_blazor", Query = $"id={Uri.EscapeDataString(connection)}" }.Uri, cancel);
        await line.SendAsync(Encoding.UTF8.GetBytes("""{"protocol":"blazorpack","version":1}""").Append(End).ToArray(), WebSocketMessageType.Text, endOfMessage: true, cancel);
        var answer = new byte[1024];
        var got = await line.ReceiveAsync(answer, cancel);
        return Encoding.UTF8.GetString(answer.AsSpan(0, got.Count).TrimEnd(End));
    }
}
