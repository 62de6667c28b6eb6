using System.Net;
using AgentApprovals.Browser.Tests.Drivers;
using AgentApprovals.Tests.Drivers;
using Deque.AxeCore.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace AgentApprovals.Browser.Tests.Inbox;

public sealed class AskingTests(Stage stage) : Journey(stage)
{
    [Theory]
    [InlineData(1440)]
    [InlineData(360)]
    public async Task A_question_takes_the_keyboard_alone_and_its_answer_appears_by_itself(int width)
    {
        var agent = await Stage.AgentAsync();
        var asked = (await agent.AskAsync()).Text("id");
        var page = await OpenAsync(Stage.Ana, $"/?id={asked}", width);
        await page.AnswerAsync("q", page.Locator("#ask-text"));
        await Expect(page.Locator("#ask-text")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("Which page, and why? a and d are letters here");
        Assert.DoesNotContain((await page.RunAxe()).Violations, v => v.Impact is "serious" or "critical");
        await page.Keyboard.PressAsync("Control+Enter");
        await page.Locator(".talk .person .words").ShowsAsync("Which page, and why? a and d are letters here");
        Assert.Equal("pending", await agent.StatusAsync(asked));

        (await agent.Run.Agent.Post($"actions/{asked}/messages", new { text = "The first one" })).Is(HttpStatusCode.Created);
        await page.Locator(".talk .agent .words").ShowsAsync("The first one");
        Assert.Equal(0, await page.EvaluateAsync<int>("() => Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
        // Somebody else sees that it was answered, and who has it open.
        var other = await OpenAsync(Stage.Ben, $"/?agent={agent.Id}");
        await other.Row(asked).ShowsAsync("answered");
        await other.Row(asked).ShowsAsync($"opened by {Stage.Ana.Name}");
        Assert.Matches(@"^\d+:\d\d$", await other.Row(asked).Locator("aa-ago").EvaluateAsync<string>("e => e.shadowRoot.textContent"));
        Assert.Empty(Seen.All);
    }
}
