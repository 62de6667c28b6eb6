using System.Net;
using System.Net.WebSockets;
using AgentApprovals.Browser.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Browser.Tests.Security;

public sealed class ForeignPageTests(Stage stage)
{
    [Theory]
    [InlineData("/_blazor")]
    [InlineData("/hubs/live")]
    public async Task A_page_of_another_site_can_open_no_live_connection_with_a_persons_cookie(string path)
    {
        await using var context = await stage.ContextAsync(stage.Ana);
        var cookies = string.Join("; ", (await context.CookiesAsync()).Select(c => $"{c.Name}={c.Value}"));
        foreach (var origin in new[] { "https://evil.example", "null", $"http://evil.{stage.Console.Address.Authority}", $"https://{stage.Console.Address.Authority}" })
            Assert.Equal(HttpStatusCode.Forbidden, await TryAsync(path, cookies, origin));
        Assert.Equal(HttpStatusCode.SwitchingProtocols, await TryAsync(path, cookies, stage.Console.Address.GetLeftPart(UriPartial.Authority)));
    }

    private async Task<HttpStatusCode> TryAsync(string path, string cookies, string origin)
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", cookies);
        socket.Options.SetRequestHeader("Origin", origin);
        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await socket.ConnectAsync(new Uri($"ws://{stage.Console.Address.Authority}{path}"), CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // The status says why.
        }

        return socket.HttpStatusCode;
    }
}
