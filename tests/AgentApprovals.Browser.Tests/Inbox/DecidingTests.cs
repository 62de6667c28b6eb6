using System.Net;
using AgentApprovals.Browser.Tests.Drivers;
using AgentApprovals.Tests.Drivers;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace AgentApprovals.Browser.Tests.Inbox;

public sealed class DecidingTests(Stage stage) : Journey(stage)
{
    /// <summary>Text that comes at once, and Ctrl ↵ with it, before the server can have heard of either.</summary>
    private const string Typing = """
        (field, { text, key }) => {
          field.value = text;
          field.dispatchEvent(new InputEvent("input", { bubbles: true }));
          if (key)
            field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true }));
        }
        """;

    [Fact]
    public async Task An_approval_shows_its_window_and_can_be_taken_back_until_release()
    {
        var agent = await Stage.AgentAsync();
        var asked = (await agent.AskAsync()).Text("id");
        var page = await OpenAsync(Stage.Ana, $"/?id={asked}");
        await page.AnswerAsync("a", page.Answer("u"));
        await page.Locator(".stands").ShowsAsync("Takes effect in");
        Assert.Equal("approved", await agent.StatusAsync(asked));
        Assert.Matches(@"^\d+:\d\d$", await page.Locator(".stands aa-countdown").EvaluateAsync<string>("e => e.shadowRoot.textContent"));

        await page.Keyboard.PressAsync("u");
        await page.Locator(".stands").ShowsAsync("Decide within");
        Assert.Equal("pending", await agent.StatusAsync(asked));
    }

    [Fact]
    public async Task What_was_approved_shows_as_released_at_the_end_of_its_window()
    {
        var agent = await Stage.AgentAsync();
        var asked = (await agent.AskAsync(Stage.Quick)).Text("id");
        var page = await OpenAsync(Stage.Ana, $"/?id={asked}");
        await page.AnswerAsync("a", page.Locator(".stands:has-text('Takes effect in')"));
        await page.Locator(".stands").ShowsAsync("Released");
        Assert.Equal("released", await agent.StatusAsync(asked));
    }

    [Fact]
    public async Task A_denial_takes_the_keyboard_alone_and_a_reason()
    {
        var agent = await Stage.AgentAsync();
        var asked = (await agent.AskAsync()).Text("id");
        var page = await OpenAsync(Stage.Ana, $"/?agent={agent.Id}");
        await page.Keyboard.PressAsync("j");
        await page.AnswerAsync("d", page.Locator("#deny-reason"));
        await Expect(page.Locator("#deny-reason")).ToBeFocusedAsync();
        // Without a reason it is no answer.
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(page.Locator(".decide [data-key='Ctrl+Enter']")).ToBeDisabledAsync();
        Assert.Equal("pending", await agent.StatusAsync(asked));

        await page.Keyboard.TypeAsync("Nobody asked for it, and a and e and d are letters here");
        await page.Keyboard.PressAsync("Control+Enter");
        await page.Locator(".stands").ShowsAsync($"Denied by {Stage.Ana.Name}");
        var denied = (await agent.Run.Agent.Get($"actions/{asked}")).Is(HttpStatusCode.OK);
        Assert.Equal("denied", denied.Text("status"));
        Assert.Equal("Nobody asked for it, and a and e and d are letters here", denied["decision"]!.Text("comment"));
    }

    [Fact]
    public async Task A_reason_and_the_key_after_it_are_an_answer_however_long_the_line_takes_and_the_key_before_it_is_none()
    {
        var agent = await Stage.AgentAsync();
        var asked = (await agent.AskAsync()).Text("id");
        var page = await OpenAsync(Stage.Ana, $"/?id={asked}");
        await page.AnswerAsync("d", page.Locator("#deny-reason"));
        await page.Locator("#deny-reason").EvaluateAsync(Typing, new { text = "", key = true });
        await page.Locator("#deny-reason").EvaluateAsync(Typing, new { text = "Wrong", key = false });
        await Expect(page.Answer("Ctrl+Enter")).ToBeEnabledAsync();
        Assert.Equal("pending", await agent.StatusAsync(asked));

        await page.Locator("#deny-reason").EvaluateAsync(Typing, new { text = "", key = false });
        await Expect(page.Answer("Ctrl+Enter")).ToBeDisabledAsync();
        await page.Locator("#deny-reason").EvaluateAsync(Typing, new { text = "Wrong all the same", key = true });
        await page.Locator(".stands").ShowsAsync($"Denied by {Stage.Ana.Name}");
        Assert.Equal("Wrong all the same", (await agent.Run.Agent.Get($"actions/{asked}")).Is(HttpStatusCode.OK)["decision"]!.Text("comment"));
    }

    [Fact]
    public async Task An_edit_shows_what_changes_and_is_what_runs()
    {
        var agent = await Stage.AgentAsync();
        var asked = (await agent.AskAsync(Stage.Quick, new { page = "Welcome", text = "Click everything" })).Text("id");
        var page = await OpenAsync(Stage.Ana, $"/?id={asked}");
        await page.AnswerAsync("e", page.Locator("#edit-payload"));
        var text = page.Locator("#edit-payload");
        await text.FillAsync((await text.InputValueAsync()).Replace("Click everything", "Click nothing", StringComparison.Ordinal));
        await page.Locator(".diff .deleted").ShowsAsync("Click everything");
        await page.Locator(".diff .inserted").ShowsAsync("Click nothing");
        await page.Answer("Ctrl+Enter").ClickAsync();
        await page.Locator(".action").ShowsAsync("Edited by an approver");

        await Eventually.IsAsync(async () => await agent.StatusAsync(asked) == "released", 20);
        var redeemed = (await agent.Run.Agent.Post($"actions/{asked}/redeem")).Is(HttpStatusCode.OK);
        Assert.Equal("Click nothing", redeemed["payload"]!.Text("text"));
    }

    [Fact]
    public async Task An_edit_that_is_no_JSON_can_not_be_approved()
    {
        var agent = await Stage.AgentAsync();
        var asked = (await agent.AskAsync()).Text("id");
        var page = await OpenAsync(Stage.Ana, $"/?id={asked}");
        await page.AnswerAsync("e", page.Locator("#edit-payload"));
        foreach (var broken in new[] { "{", """{"a":1,"a":2}""", """{"a":9007199254740993}""", "" })
        {
            await page.Locator("#edit-payload").FillAsync(broken);
            await Expect(page.Locator(".decide .refusal")).ToBeVisibleAsync();
            await Expect(page.Answer("Ctrl+Enter")).ToBeDisabledAsync();
        }

        Assert.Equal("pending", await agent.StatusAsync(asked));
    }

    [Fact]
    public async Task Of_two_reviewers_at_once_the_second_sees_who_decided_and_nothing_moves()
    {
        var agent = await Stage.AgentAsync();
        string[] asked = [(await agent.AskAsync()).Text("id"), (await agent.AskAsync()).Text("id"), (await agent.AskAsync()).Text("id")];
        var first = await OpenAsync(Stage.Ana, $"/?agent={agent.Id}&id={asked[1]}");
        var second = await OpenAsync(Stage.Ben, $"/?agent={agent.Id}&id={asked[1]}");
        await Expect(second.Answer("d")).ToBeEnabledAsync();
        var before = await PlacesAsync(second);

        await first.AnswerAsync("d", first.Locator("#deny-reason"));
        await first.Locator("#deny-reason").FillAsync("Not today");
        await first.Answer("Ctrl+Enter").ClickAsync();

        await second.Locator(".stands").ShowsAsync($"Denied by {Stage.Ana.Name}");
        Assert.Equal(before, await PlacesAsync(second));
        await Expect(second.Answer("a")).ToHaveCountAsync(0);
        Assert.Contains(asked[1], second.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_second_of_two_approvals_is_shown_the_first()
    {
        var agent = await Stage.AgentAsync();
        var asked = (await agent.AskAsync(Stage.Two)).Text("id");
        var second = await OpenAsync(Stage.Ben, $"/?id={asked}");
        (await Stage.Ana.Api.Post($"actions/{asked}/decisions", new { verdict = "approve", payloadDigest = (await Stage.Ana.Api.Get($"actions/{asked}")).Text("payloadDigest") })).Is(HttpStatusCode.OK);
        await second.Locator(".action .yes").ShowsAsync(Stage.Ana.Name);
        await second.AnswerAsync("a", second.Locator(".stands:has-text('Takes effect in')"));
        Assert.Equal("approved", await agent.StatusAsync(asked));
    }

    [Fact]
    public async Task Who_looks_on_while_another_edits_approves_nothing_they_have_not_seen()
    {
        var agent = await Stage.AgentAsync();
        var asked = await agent.AskAsync(Stage.Two, new { text = "As asked" });
        var page = await OpenAsync(Stage.Ben, $"/?id={asked.Text("id")}");
        await page.Locator(".action .json").First.ShowsAsync("As asked");
        await EditAsync(asked, Stage.Ana, "As edited");
        await page.Locator(".moved").ShowsAsync("changed the payload");
        await Expect(page.Answer("a")).ToHaveCountAsync(0);

        await page.Locator(".decide button", new() { HasText = "Look again" }).ClickAsync();
        await page.Locator(".action .json").First.ShowsAsync("As edited");
        await page.AnswerAsync("a", page.Locator(".stands:has-text('Takes effect in')"));
        Assert.Equal("approved", await agent.StatusAsync(asked.Text("id")));
    }

    [Fact]
    public async Task An_edit_that_is_approved_at_once_is_shown_to_whoever_looks_on()
    {
        var agent = await Stage.AgentAsync();
        var asked = await agent.AskAsync(payload: new { text = "As asked" });
        var page = await OpenAsync(Stage.Ben, $"/?id={asked.Text("id")}");
        await page.Locator(".action .json").First.ShowsAsync("As asked");
        await EditAsync(asked, Stage.Ana, "As edited");
        await page.Locator(".stands").ShowsAsync("Takes effect in");
        await page.Locator(".action .json").First.ShowsAsync("As edited");
    }

    private static async Task EditAsync(System.Text.Json.Nodes.JsonNode asked, Visitor by, string text) =>
        (await by.Api.Post($"actions/{asked.Text("id")}/decisions", new { verdict = "approve", payloadDigest = asked.Text("payloadDigest"), payload = new { text } })).Is(HttpStatusCode.OK);

    private static async Task<string> PlacesAsync(IPage page) =>
        await page.EvaluateAsync<string>("() => [...document.querySelectorAll('.rows a, .decide')].map(e => { const b = e.getBoundingClientRect(); return `${e.getAttribute('href') ?? 'bar'} ${b.x} ${b.y} ${b.width} ${b.height}`; }).join('\\n')");
}
