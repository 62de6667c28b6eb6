using AgentApprovals.Browser.Tests.Drivers;
using AgentApprovals.Tests.Drivers;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace AgentApprovals.Browser.Tests.Inbox;

/// <summary>Several rows, chosen and answered by keys alone.</summary>
public sealed class ManyTests(Stage stage) : Journey(stage)
{
    [Theory]
    [InlineData(1440)]
    [InlineData(360)]
    public async Task Three_are_chosen_read_and_denied_without_a_mouse(int width)
    {
        var agent = await Stage.AgentAsync();
        var asked = new List<string>();
        for (var i = 0; i < 3; i++)
            asked.Add((await agent.AskAsync()).Text("id"));
        var page = await OpenAsync(Stage.Ana, $"/?show=all&agent={agent.Id}", width);
        await Expect(page.Locator(".row")).ToHaveCountAsync(3);
        await page.Keyboard.PressAsync("s");
        for (var i = 0; i < 3; i++)
        {
            await page.Locator("button.row").Nth(i).FocusAsync();
            await page.Keyboard.PressAsync("Space");
        }

        await page.Locator(".selection").ShowsAsync("3 selected");
        await IsAccessibleAsync(page);
        await page.Keyboard.PressAsync("l");
        await Expect(page.Locator(".many .json").First).ToBeVisibleAsync();
        await IsAccessibleAsync(page);
        Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth"));

        await page.AnswerAsync("d", page.Locator("#deny-reason"));
        await IsAccessibleAsync(page);
        await page.Keyboard.PressAsync("1");
        await page.Locator(".decide [role=status]").ShowsAsync("3 of 3 answered.");
        foreach (var id in asked)
            Assert.Equal("denied", await agent.StatusAsync(id));
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".row")).ToHaveCountAsync(0);
        Assert.Empty(Seen.All);
    }

    private static async Task IsAccessibleAsync(IPage page)
    {
        var faults = (await page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations] })).Violations.Where(v => v.Impact is "serious" or "critical");
        Assert.Empty(faults.SelectMany(v => v.Nodes.Select(n => $"{v.Id}, {v.Help}: {n.Html}")));
    }
}
