using System.Net;
using AgentApprovals.Tests.Drivers;
using Bunit;
using Xunit;

namespace AgentApprovals.Tests.Console.Agents;

/// <summary>Keys: made and shown once, deleted with the sessions that they opened.</summary>
public sealed class KeysTests(AgentConsole console) : IClassFixture<AgentConsole>
{
    [Fact]
    public async Task A_key_is_shown_once_and_opens_sessions()
    {
        var (id, _) = await console.FreshAsync();
        var page = await console.OpenAsync(id, "keys");
        page.Says("It has no key");
        Assert.Single(page.FindAll("form[aria-label='Make a key']"));
        await page.PressAsync("Hide these steps");
        await page.SubmitAsync("Make a key");
        page.Says("It is empty.");
        await page.FillAsync("Name of the key", "build-7");
        await page.SubmitAsync("Make a key");
        page.WaitForElement("#new-key");
        var key = page.Find("#new-key").TextContent;
        page.Says("/api/v1/sessions", "#new-key-call");
        await console.Scene.SessionAsync("owner@example.com", key);
        page.WaitForAssertion(() => Assert.Equal("1", page.Find(".listing .n .num").TextContent));

        var again = await console.OpenAsync(id, "keys");
        again.WaitForAssertion(() => Assert.Contains("build-7", again.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain(key, again.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleting_a_key_says_what_it_stops_and_stops_it()
    {
        var (id, _, key) = await console.AgentAsync();
        var run = await console.Scene.SessionAsync(key: key);
        var page = await console.OpenAsync(id, "keys");
        page.WaitForElement(".listing .drop button");
        await page.ClickAsync(".listing .drop button");
        page.Says("the sessions that it opened are stopped now: 1", ".asked");
        await page.PressAsync("Delete, and stop its sessions");
        page.Says("It has no key");
        (await run.Agent.Get("sessions/current")).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
    }
}
