using AgentApprovals.Browser.Tests.Drivers;
using AgentApprovals.Tests.Drivers;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace AgentApprovals.Browser.Tests.Inbox;

public sealed class ArrivingTests(Stage stage, ITestOutputHelper output) : Journey(stage)
{
    [Fact]
    public async Task A_request_arrives_by_itself_behind_a_chip_while_one_reads()
    {
        var agent = await Stage.AgentAsync();
        var first = (await agent.AskAsync()).Text("id");
        var page = await OpenAsync(Stage.Ana, $"/?agent={agent.Id}&id={first}");
        await Expect(page.Answer("a")).ToBeEnabledAsync();
        var delays = new List<double>();
        for (var i = 1; i <= 5; i++)
        {
            var seen = page.EvaluateAsync<double>("""
                n => new Promise(done => {
                  const look = () => document.querySelector(".chip.new")?.textContent.startsWith(`${n} `) && (watcher.disconnect(), done(performance.timeOrigin + performance.now()));
                  const watcher = new MutationObserver(look);
                  watcher.observe(document.body, { subtree: true, childList: true, characterData: true });
                })
                """, i);
            var asked = (await agent.AskAsync()).Text("id");
            var answered = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).TotalMilliseconds;
            delays.Add(await seen - answered);
            await Expect(page.Row(asked)).ToHaveCountAsync(0);
        }

        output.WriteLine($"From the API's answer to the screen: {string.Join(", ", delays.Order().Select(d => $"{d:0} ms"))}");
        await Expect(page.Locator(".rows a")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("n");
        await Expect(page.Locator(".rows a")).ToHaveCountAsync(6);
        await Expect(page.Row(first)).ToHaveAttributeAsync("aria-current", "true");
    }

    [Fact]
    public async Task Who_reads_nothing_sees_a_request_in_the_list_at_once()
    {
        var agent = await Stage.AgentAsync();
        var page = await OpenAsync(Stage.Ana, $"/?agent={agent.Id}");
        await Expect(page.Locator(".list .empty")).ToBeVisibleAsync();
        var asked = (await agent.AskAsync()).Text("id");
        await Expect(page.Row(asked)).ToBeVisibleAsync();
        await Expect(page.Locator(".list .empty")).ToHaveCountAsync(0);
    }
}
