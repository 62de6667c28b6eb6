using AgentApprovals.Browser.Tests.Drivers;
using AgentApprovals.Tests.Drivers;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace AgentApprovals.Browser.Tests.Line;

public sealed class LostLineTests(Stage stage) : Journey(stage)
{
    [Fact]
    public async Task While_the_line_is_lost_the_page_says_so_deciding_is_off_and_it_comes_back_by_itself_without_a_gap()
    {
        var agent = await Stage.AgentAsync();
        var asked = (await agent.AskAsync()).Text("id");
        var page = await PageAsync(Stage.Ana);
        var line = await Drivers.Line.OfAsync(page);
        await page.GotoAsync($"/?agent={agent.Id}&id={asked}");
        await page.IsLiveAsync();
        await Expect(page.Answer("a")).ToBeEnabledAsync();

        await line.CutAsync();
        await Expect(page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        await page.Locator("#components-reconnect-modal").ShowsAsync("deciding is off");
        await Expect(page.Locator(".bar .line .off")).ToBeVisibleAsync();
        // Neither a key nor a pointer gets through to an answer.
        await page.Keyboard.PressAsync("a");
        Assert.Equal("none", await page.Answer("a").EvaluateAsync<string>("e => getComputedStyle(e).pointerEvents"));
        var meanwhile = (await agent.AskAsync()).Text("id");

        line.Mend();
        await Expect(page.Locator("#components-reconnect-modal")).ToBeHiddenAsync();
        await page.Locator(".chip.new").ShowsAsync("1 new");
        Assert.Equal("pending", await agent.StatusAsync(asked));
        await page.Locator(".chip.new").ClickAsync();
        await Expect(page.Row(meanwhile)).ToHaveCountAsync(1);
        await Expect(page.Row(asked)).ToHaveCountAsync(1);
        await page.AnswerAsync("a", page.Answer("u"));
        Assert.Equal("approved", await agent.StatusAsync(asked));
    }

    [Fact]
    public async Task The_banner_of_a_lost_line_covers_neither_STOP_nor_the_list()
    {
        var agent = await Stage.AgentAsync();
        var page = await PageAsync(Stage.Ana, width: 360);
        var line = await Drivers.Line.OfAsync(page);
        await page.GotoAsync($"/?agent={agent.Id}");
        await page.IsLiveAsync();
        await line.CutAsync();
        await Expect(page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        // Whatever lies on top at the middle of STOP is STOP.
        Assert.True(await page.Locator(".bar .stop").EvaluateAsync<bool>("e => { const b = e.getBoundingClientRect(); return e.contains(document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2)); }"));
    }

    [Fact]
    public async Task A_circuit_that_comes_back_with_another_persons_cookie_can_do_nothing()
    {
        var agent = await Stage.AgentAsync();
        var asked = (await agent.AskAsync()).Text("id");
        var page = await PageAsync(Stage.Ana);
        var line = await Drivers.Line.OfAsync(page);
        await page.GotoAsync($"/?id={asked}");
        await page.IsLiveAsync();
        await Expect(page.Answer("a")).ToBeEnabledAsync();
        var before = line.Connected;

        await line.CutAsync();
        await Expect(page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        await using var other = await Stage.ContextAsync(Stage.Ben);
        await page.Context.ClearCookiesAsync();
        await page.Context.AddCookiesAsync([.. (await other.CookiesAsync()).Select(c => new Microsoft.Playwright.Cookie { Name = c.Name, Value = c.Value, Domain = c.Domain, Path = c.Path })]);
        line.Mend();

        // Whether it lets the page in again or loads it anew for Ben: in Ana's name nothing more is done.
        await Eventually.IsAsync(() => Task.FromResult(line.Connected > before), 20);
        await Eventually.IsAsync(async () =>
        {
            await page.Keyboard.PressAsync("a");
            return (await page.Locator(".refusal").CountAsync()) > 0 || (await page.Locator(".bar .me").TextContentAsync())?.Contains(Stage.Ben.Name, StringComparison.Ordinal) == true
                || page.Url.Contains("sign-in", StringComparison.Ordinal) || await page.Locator(".bar").CountAsync() == 0;
        }, 20);
        var now = (await Stage.Root.Api.Get($"actions/{asked}")).Body!;
        Assert.DoesNotContain(now["approvals"]!.AsArray(), a => a!["by"]!.Text("name") == Stage.Ana.Name);
    }

    [Fact]
    public async Task With_the_same_cookie_the_same_circuit_comes_back_and_decides()
    {
        var agent = await Stage.AgentAsync();
        var asked = (await agent.AskAsync()).Text("id");
        var page = await PageAsync(Stage.Ana);
        var line = await Drivers.Line.OfAsync(page);
        await page.GotoAsync($"/?id={asked}");
        await page.IsLiveAsync();
        await page.EvaluateAsync("() => window.stillTheSamePage = true");
        await line.CutAsync();
        await Expect(page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        line.Mend();
        await Expect(page.Locator("#components-reconnect-modal")).ToBeHiddenAsync();
        await page.AnswerAsync("a", page.Answer("u"));
        Assert.True(await page.EvaluateAsync<bool>("() => window.stillTheSamePage === true"));
        Assert.Equal("approved", await agent.StatusAsync(asked));
    }
}
