using System.Text.RegularExpressions;
using AgentApprovals.Browser.Tests.Drivers;
using AgentApprovals.Tests.Drivers;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace AgentApprovals.Browser.Tests.Inbox;

/// <summary>What a careful yes takes, in a real browser, and the way anywhere by the keyboard.</summary>
public sealed class CareTests(Stage stage) : Journey(stage)
{
    [Fact]
    public async Task What_can_do_the_most_harm_opens_once_it_was_scrolled_through_and_named()
    {
        var agent = await Stage.AgentAsync();
        var asked = await agent.Run.Submitted(new
        {
            type = "payment.send",
            resource = $"{Stage.Held}{agent.Name}/pay",
            summary = "Pay",
            payload = new { rows = 100_000, lines = Enumerable.Range(0, 80).Select(i => $"Line {i}") },
        });
        var page = await OpenAsync(Stage.Ben, $"/?id={asked.Text("id")}");
        await page.Locator(".stands").ShowsAsync("Read what will happen");
        await Expect(page.Answer("a")).ToBeDisabledAsync();
        await page.Locator("aa-read").ScrollIntoViewIfNeededAsync();
        await Expect(page.Answer("a")).ToBeEnabledAsync(new() { Timeout = 30_000 });
        await page.AnswerAsync("a", page.Locator("#confirm-name"));
        await page.Keyboard.TypeAsync($"{Stage.Held}{agent.Name}/pay");
        await Expect(page.Answer("Ctrl+Enter")).ToBeEnabledAsync();
        await page.Keyboard.PressAsync("Control+Enter");
        await page.Locator(".stands").ShowsAsync("Takes effect in");
    }

    [Fact]
    public async Task A_no_takes_one_key()
    {
        var agent = await Stage.AgentAsync();
        var asked = (await agent.AskAsync()).Text("id");
        var page = await OpenAsync(Stage.Ana, $"/?id={asked}");
        await page.AnswerAsync("2", page.Locator(".stands:has-text('Denied by')"));
        Assert.Equal("denied", await agent.StatusAsync(asked));
    }

    [Fact]
    public async Task Ctrl_K_goes_anywhere_and_never_covers_the_stop()
    {
        var agent = await Stage.AgentAsync();
        var page = await OpenAsync(Stage.Ana, "/sessions");
        foreach (var width in new[] { 1440, 360 })
        {
            await page.SetViewportSizeAsync(width, 740);
            await page.Keyboard.PressAsync("Control+k");
            await Expect(page.Locator("#palette")).ToBeFocusedAsync();
            Assert.True(await page.EvaluateAsync<bool>("() => { const b = document.querySelector('.bar a.stop').getBoundingClientRect(); return document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2).closest('a.stop') !== null; }"));
            await page.Keyboard.PressAsync("Escape");
            await Expect(page.Locator("#palette")).ToHaveCountAsync(0);
        }

        await page.Keyboard.PressAsync("Control+k");
        await page.Locator("#palette").FillAsync(agent.Name);
        await page.Locator("#palette-found").ShowsAsync(agent.Name);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Regex($"/agents/{agent.Id}$"));
    }
}
