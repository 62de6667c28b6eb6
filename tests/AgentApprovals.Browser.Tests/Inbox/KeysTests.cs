using AgentApprovals.Browser.Tests.Drivers;
using AgentApprovals.Tests.Drivers;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace AgentApprovals.Browser.Tests.Inbox;

public sealed class KeysTests(Stage stage) : Journey(stage)
{
    [Fact]
    public async Task J_and_K_move_through_the_list_and_the_question_mark_shows_the_map()
    {
        var agent = await Stage.AgentAsync();
        string[] asked = [(await agent.AskAsync()).Text("id"), (await agent.AskAsync()).Text("id")];
        var page = await OpenAsync(Stage.Ana, $"/?agent={agent.Id}");
        foreach (var (key, at) in new[] { ("j", 0), ("j", 1), ("j", 1), ("k", 0), ("k", 0) })
        {
            await page.Keyboard.PressAsync(key);
            await Expect(page.Row(asked[at])).ToHaveAttributeAsync("aria-current", "true");
        }

        await page.Keyboard.PressAsync("?");
        await Expect(page.Locator(".keymap")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".keymap")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Single_keys_can_be_switched_off_and_stay_off()
    {
        var agent = await Stage.AgentAsync();
        var asked = (await agent.AskAsync()).Text("id");
        var page = await OpenAsync(Stage.Ana, $"/?agent={agent.Id}");
        await page.Keyboard.PressAsync("?");
        await page.Locator(".keymap input").UncheckAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".keymap")).ToBeHiddenAsync();
        await page.ReloadAsync();
        await page.IsLiveAsync();
        await page.Keyboard.PressAsync("j");
        // The map answers still; by then the key before it would have moved.
        await page.Keyboard.PressAsync("?");
        await Expect(page.Locator(".keymap input")).Not.ToBeCheckedAsync();
        Assert.DoesNotContain("id=", page.Url, StringComparison.Ordinal);

        await page.Locator(".keymap input").CheckAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".keymap")).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("j");
        await Expect(page.Row(asked)).ToHaveAttributeAsync("aria-current", "true");
    }

    [Theory]
    [InlineData(20, 0)]
    [InlineData(4, 450)]
    public async Task Keys_pressed_faster_than_one_can_see_decide_nothing_however_slow_the_line(int asked, int delayMs)
    {
        var agent = await Stage.AgentAsync();
        for (var i = 0; i < asked; i++)
            await agent.AskAsync();
        var page = await PageAsync(Stage.Ana);
        var line = await Drivers.Line.OfAsync(page);
        line.Delay = TimeSpan.FromMilliseconds(delayMs);
        await page.GotoAsync($"/?agent={agent.Id}");
        await page.IsLiveAsync();
        // Each card is answered at the very moment it is on the screen, and again until it is moved on; then the next one.
        var cards = await page.EvaluateAsync<int>("""
            async asked => {
              const press = key => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
              const until = look => new Promise(done => {
                const frame = () => { const found = look(); found ? done(found) : requestAnimationFrame(frame); };
                frame();
              });
              let shown = null, cards = 0;
              for (; cards < asked; cards++) {
                press("j");
                shown = await until(() => { const bar = document.querySelector(".decide [data-key=a]"); return bar && bar !== shown ? bar : null; });
                for (let i = 0; i < 25; i++) press("a");
              }
              return cards;
            }
            """, asked);
        Assert.Equal(asked, cards);
        // Whatever was pressed has arrived by the time that the page has answered something else.
        await page.Keyboard.PressAsync("?");
        await Expect(page.Locator(".keymap")).ToBeVisibleAsync();
        var all = (await Stage.Root.Api.Get($"actions?agentId={agent.Id}")).Body!["items"]!.AsArray();
        Assert.Equal(asked, all.Count(a => a!.Text("status") == "pending"));
        await page.AnswerAsync("a", page.Answer("u"));
    }
}
