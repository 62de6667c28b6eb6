using System.Net;
using AgentApprovals.Tests.Drivers;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using InboxPage = AgentApprovals.Console.Inbox.Inbox;

namespace AgentApprovals.Tests.Console.Inbox;

/// <summary>Asking, being answered, seeing who looks, and giving more time, on the desk and as it happens.</summary>
public sealed class TendingTests : IAsyncDisposable
{
    private readonly ClockedConsole _clocked = new();

    public ValueTask DisposeAsync() => _clocked.DisposeAsync();

    [Fact]
    public async Task A_question_goes_to_the_agent_and_its_answer_appears_as_the_agents_words_with_a_mark_in_the_row()
    {
        var (scene, run, id) = await SetAsync();
        var (page, _) = await OpenAsync(scene, id);
        _clocked.Pass(1);
        await page.PressAtAsync("[data-key=q]");
        Assert.True(page.Find("[data-key='Ctrl+Enter']").HasAttribute("disabled"));
        await page.TypeAsync("#ask-text", "Which thread?");
        await page.PressAtAsync("[data-key='Ctrl+Enter']");
        page.WaitForAssertion(() => Assert.Equal("Which thread?", page.Find(".talk li.person .words").TextContent.Trim()));
        Assert.Contains("· asked", page.Find(".row .what").TextContent, StringComparison.Ordinal);
        Assert.Equal("Which thread?", (string?)(await run.Agent.Get($"actions/{id}/messages")).Is(HttpStatusCode.OK)["items"]![0]!["text"]);

        (await run.Agent.Post($"actions/{id}/messages", new { text = "8841 <script>alert(1)</script> \u202e" })).Is(HttpStatusCode.Created);
        page.WaitForAssertion(() => Assert.Contains("8841 <script>", page.Find(".talk li.agent .words").TextContent, StringComparison.Ordinal));
        Assert.NotEmpty(page.FindAll(".talk li.agent .chip-code"));
        Assert.Empty(page.FindAll("script"));
        Assert.Contains("· answered", page.Find(".row .said").TextContent, StringComparison.Ordinal);
        // Nothing was decided by asking.
        Assert.NotEmpty(page.FindAll("[data-key=a]"));
    }

    [Fact]
    public async Task Who_may_only_look_is_offered_neither_question_nor_time()
    {
        var (scene, _, id) = await SetAsync(expires: 60);
        var (page, _) = await OpenAsync(scene, id, "Auditor");
        Assert.Empty(page.FindAll("[data-key=q], [data-key=x]"));
    }

    [Fact]
    public async Task More_time_is_offered_in_the_last_minute_and_not_before_and_not_beyond_what_may_be_given()
    {
        var (scene, run, id) = await SetAsync(expires: 300);
        var (page, _) = await OpenAsync(scene, id);
        _clocked.Pass(239);
        Assert.Empty(page.FindAll("[data-key=x]"));
        _clocked.Pass(1.1);
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-key=x]")));
        await page.PressAtAsync("[data-key=x]");
        Assert.Equal(["1 min", "5 min"], page.FindAll(".drawer .chip").Select(c => c.TextContent));
        await page.PressAsync("1 min");
        Assert.True(page.Find("[data-key='Ctrl+Enter']").HasAttribute("disabled"));
        await page.TypeAsync("#extend-reason", "The owner is asked");
        await page.PressAtAsync("[data-key='Ctrl+Enter']");
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-key=x]")));
        var action = await run.Agent.Get($"actions/{id}");
        Assert.Equal(360, ((DateTimeOffset)action.Body!["expiresAt"]! - (DateTimeOffset)action.Body["submittedAt"]!).TotalSeconds);
        _clocked.Pass(60);
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-key=x]")));
        await page.PressAtAsync("[data-key=x]");
        Assert.Equal(["1 min", "4 min"], page.FindAll(".drawer .chip").Select(c => c.TextContent));
    }

    [Fact]
    public async Task Who_opens_it_is_seen_by_others_and_how_long_they_had_it_stands_with_the_decision()
    {
        var (scene, _, id) = await SetAsync();
        var (mine, _) = await OpenAsync(scene, id);
        mine.WaitForAssertion(() => Assert.Contains("opened by you", mine.Find(".row .seen").TextContent, StringComparison.Ordinal));
        Assert.Empty(mine.FindAll(".seen-by"));
        var (theirs, lee) = await OpenAsync(scene, id);
        mine.WaitForAssertion(() => Assert.Contains($"opened by {lee}", mine.Find(".row .seen").TextContent, StringComparison.Ordinal));
        mine.WaitForAssertion(() => Assert.Contains(lee, mine.Find(".seen-by").TextContent, StringComparison.Ordinal));
        Assert.NotEmpty(mine.FindAll(".row .seen aa-ago"));
        _clocked.Pass(9);
        await theirs.PressAtAsync("[data-key=a]");
        await theirs.PressAtAsync("[data-key=y]");
        theirs.WaitForAssertion(() => Assert.Contains("Takes effect", theirs.Find(".stands").TextContent, StringComparison.Ordinal));
        var entries = (await scene.Admin.Get($"ledger?actionId={id}")).Is(HttpStatusCode.OK)["items"]!.AsArray();
        Assert.Equal(2, entries.Count(e => (string?)e!["kind"] == "action.viewed"));
        Assert.Equal(9000, (long?)entries.Single(e => (string?)e!["kind"] == "action.approved")!["data"]!["readingMs"]);
    }

    private async Task<(Scene Scene, Run Run, string Id)> SetAsync(int expires = 1800)
    {
        var scene = await _clocked.SceneAsync(new[] { Scene.Rule(window: 60, expires: expires) });
        var run = await scene.SessionAsync();
        return (scene, run, (await run.Submitted()).Text("id"));
    }

    private async Task<(IRenderedComponent<InboxPage> Page, string Name)> OpenAsync(Scene scene, string id, string role = "Reviewer")
    {
        var (_, email, person) = await scene.PersonAsync([role]);
        var context = new PageContext(_clocked.Console, person);
        context.Services.GetRequiredService<NavigationManager>().NavigateTo($"/?show=all&id={id}");
        var page = context.Render<InboxPage>();
        page.WaitForElement(".decide");
        return (page, email);
    }
}
