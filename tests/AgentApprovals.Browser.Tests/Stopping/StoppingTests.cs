using System.Net;
using AgentApprovals.Browser.Tests.Drivers;
using AgentApprovals.Tests.Drivers;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace AgentApprovals.Browser.Tests.Stopping;

/// <summary>By Summer, who holds no role and owns the agent.</summary>
public sealed class StoppingTests(Stage stage) : Journey(stage)
{
    [Theory]
    [InlineData("/?id={action}")]
    [InlineData("/agents/{agent}")]
    [InlineData("/sessions/{session}")]
    [InlineData("/stop?agent={agent}")]
    public async Task From_sign_in_to_the_receipt_it_takes_two_taps_on_a_phone_without_script(string from)
    {
        var agent = await Stage.AgentAsync();
        var asked = (await agent.AskAsync()).Text("id");
        var page = await PageAsync(null, 360, new() { JavaScriptEnabled = false, HasTouch = true, IsMobile = true });
        await page.GotoAsync(from.Replace("{action}", asked, StringComparison.Ordinal).Replace("{agent}", agent.Id, StringComparison.Ordinal).Replace("{session}", agent.Run.Id, StringComparison.Ordinal));
        // Summer's password is chosen, once for all tests.
        await using (await Stage.ContextAsync(Stage.Summer))
            await page.WithPasswordAsync(Stage.Summer);

        await page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal));
        if (!page.Url.Contains("/stop?", StringComparison.Ordinal))
            await page.Locator("a.stop, a.to-stop").TapAsync();
        await page.WaitForURLAsync("**/stop?*");
        Assert.Equal($"agent:{agent.Id}", await page.Locator("input[name=target]:checked").GetAttributeAsync("value"));
        await page.Locator("button.stop").TapAsync();

        await page.WaitForURLAsync("**/stops/*");
        await page.Locator("h1").ShowsAsync($"{agent.Name} is cut off");
        Assert.Equal(0, await page.Locator("script").CountAsync());
        await IsStoppedAsync(agent, asked);
    }

    [Fact]
    public async Task STOP_works_while_the_circuit_is_down()
    {
        var agent = await Stage.AgentAsync();
        var asked = (await agent.AskAsync()).Text("id");
        var page = await PageAsync(Stage.Summer, 360);
        var line = await Drivers.Line.OfAsync(page);
        await page.GotoAsync($"/?id={asked}");
        await page.IsLiveAsync();
        await line.CutAsync();
        await Expect(page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();

        await page.Locator(".bar .stop").ClickAsync();
        await page.Locator("button.stop").ClickAsync();
        await page.Locator("h1").ShowsAsync($"{agent.Name} is cut off");
        await IsStoppedAsync(agent, asked);
    }

    [Fact]
    public async Task The_stop_page_is_one_small_answer_and_opening_it_stops_nothing()
    {
        var agent = await Stage.AgentAsync();
        var asked = (await agent.AskAsync()).Text("id");
        var page = await PageAsync(Stage.Summer, 360);
        var answers = new List<IResponse>();
        page.Response += (_, answer) => answers.Add(answer);
        await page.GotoAsync($"/stop?agent={agent.Id}&session={agent.Run.Id}", new() { WaitUntil = WaitUntilState.NetworkIdle });
        var only = Assert.Single(answers);
        var bytes = (await only.BodyAsync()).Length;
        Assert.True(bytes <= 20 * 1024, $"{bytes} bytes");
        Assert.Equal(0, await page.Locator("script").CountAsync());
        Assert.Equal("pending", await agent.StatusAsync(asked));
        Assert.Empty(Seen.All);
    }

    private static async Task IsStoppedAsync(Asker agent, string asked)
    {
        (await agent.Run.Agent.Get($"actions/{asked}")).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        (await agent.Run.Submit()).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
    }
}
