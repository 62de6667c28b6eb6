using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using InboxPage = AgentApprovals.Console.Inbox.Inbox;

namespace AgentApprovals.Tests.Console.Inbox;

/// <summary>A burst in the inbox: one row, one card, one no for all of it, and no yes.</summary>
public sealed class BurstCardTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly TestConsole _console;

    public BurstCardTests() => _console = new(_clock, timer: false, hangfire: false);

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task However_many_it_is_one_row_that_counts_on_where_it_stands_and_a_lone_critical_one_stands_before_it()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        await AskAsync(run, 0, 11);
        var page = await OpenAsync(scene);
        page.WaitForAssertion(() => Assert.StartsWith("11 ×", page.Find(".row .what").TextContent.Trim(), StringComparison.Ordinal));
        Assert.Single(page.FindAll(".row"));
        Assert.Matches("burst open", page.Find(".row .when").TextContent);
        await (await scene.SessionAsync()).Submitted(Scene.Post(type: "payment.send", payload: new { body = "\u202Ehidden", recipients = new int[500] }));
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".row").Count));
        Assert.StartsWith("11 ×", page.FindAll(".row .what")[1].TextContent.Trim(), StringComparison.Ordinal);

        OpenBurst(page);
        var first = page.FindAll(".sample code, .sample dd").Select(e => e.TextContent).ToList();
        await AskAsync(run, 11, 40);
        page.WaitForAssertion(() => Assert.StartsWith("51 ×", page.FindAll(".row .what")[1].TextContent.Trim(), StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.StartsWith("51 ×", page.Find(".burst h1").TextContent.Trim(), StringComparison.Ordinal));
        Assert.Equal(2, page.FindAll(".row").Count);
        Assert.Empty(page.FindAll(".chip.new"));
        Assert.Equal(first, page.FindAll(".sample code, .sample dd").Select(e => e.TextContent));
    }

    [Fact]
    public async Task The_card_shows_payloads_and_denies_all_with_a_reason()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        await AskAsync(run, 0, 230);
        var page = await OpenAsync(scene);
        OpenBurst(page);
        Assert.Equal(5, page.FindAll(".sample > li").Count);
        Assert.All(page.FindAll(".sample > li"), one => Assert.Contains("<script>", one.TextContent, StringComparison.Ordinal));
        Assert.Empty(page.FindAll("script"));
        Assert.Empty(page.FindAll("[data-key=a]"));
        Assert.Contains("can't be approved together", page.Find(".decide").TextContent, StringComparison.Ordinal);

        // A key that was meant for the card before does nothing yet.
        await page.Find("[data-key=d]").ClickAsync(new());
        Assert.Empty(page.FindAll("#deny-reason"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        await page.Find("[data-key=d]").ClickAsync(new());
        Assert.True(page.Find("[data-key='Ctrl+Enter']").HasAttribute("disabled"));
        await page.Find(".presets button").ClickAsync(new());
        await page.Find("[data-key='Ctrl+Enter']").ClickAsync(new());
        page.WaitForAssertion(() => Assert.Contains("The agent is running away.", page.Find(".facts").TextContent, StringComparison.Ordinal));
        Assert.Empty((await scene.Admin.Get("actions?status=pending")).Is(HttpStatusCode.OK)["items"]!.AsArray());
        Assert.Equal("denied", (await run.Submitted(Post(1000))).Text("status"));
    }

    [Fact]
    public async Task Opening_the_card_records_a_look_at_what_it_shows_and_at_nothing_else_and_says_who_looked_before()
    {
        var scene = await Scene.SetAsync(_console);
        await AskAsync(await scene.SessionAsync(), 0, 40);
        var (first, second) = (await scene.PersonAsync(["Reviewer"]), await scene.PersonAsync(["Reviewer"]));
        var page = await OpenAsync(scene, first.Id);
        OpenBurst(page);
        var shown = page.FindAll(".sample a").Select(a => a.GetAttribute("href")![^36..]).Order().ToList();
        await Eventually.IsAsync(async () => (await LooksAsync(scene)).Select(e => e.Text("actionId")).Order().SequenceEqual(shown));
        Assert.Empty(page.FindAll(".seen-by"));

        var other = await OpenAsync(scene, second.Id);
        OpenBurst(other);
        other.WaitForAssertion(() => Assert.Contains(first.Email, other.Find(".burst .seen-by").TextContent, StringComparison.Ordinal));
        await Eventually.IsAsync(async () => (await LooksAsync(scene)).Count == 10);
        await other.Find("[data-key=o]").ClickAsync(new());
        var more = other.FindAll(".sample a").Select(a => a.GetAttribute("href")![^36..]).ToList();
        await Eventually.IsAsync(async () => (await LooksAsync(scene)).Where(e => e["actor"]!.Text("id") == second.Id).Select(e => e.Text("actionId")).ToHashSet().IsSupersetOf(more));
    }

    private static async Task<List<JsonNode>> LooksAsync(Scene scene) =>
        [.. (await scene.Admin.Get("ledger?limit=200")).Is(HttpStatusCode.OK)["items"]!.AsArray().Where(e => e!.Text("kind") == "action.viewed").Select(e => e!)];

    [Fact]
    public async Task One_member_can_be_opened_and_decided_alone()
    {
        var scene = await Scene.SetAsync(_console);
        await AskAsync(await scene.SessionAsync(), 0, 12);
        var page = await OpenAsync(scene);
        OpenBurst(page);
        Navigate(page.Find(".sample a").GetAttribute("href")!);
        page.WaitForElement(".decide [data-key=a]");
        Assert.Equal("true", page.Find(".row").GetAttribute("aria-current"));
    }

    [Fact]
    public async Task Who_may_not_know_of_it_finds_nothing()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        await AskAsync(run, 0, 11);
        var burst = (await run.Submitted(Post(11))).Text("burstId");
        var page = await OpenAsync(scene, (await scene.PersonAsync([])).Id, $"/?burst={burst}");
        page.WaitForAssertion(() => Assert.Contains("There is no such action", page.Markup, StringComparison.Ordinal));
    }

    private PageContext _context = null!;

    private async Task<IRenderedComponent<InboxPage>> OpenAsync(Scene scene, string? personId = null, string address = "/")
    {
        _context = new PageContext(_console, personId ?? (await scene.PersonAsync(["Reviewer"])).Id);
        Navigate(address);
        var page = _context.Render<InboxPage>();
        page.WaitForElement(".filters");
        return page;
    }

    private void OpenBurst(IRenderedComponent<InboxPage> page)
    {
        page.WaitForElement(".row");
        Navigate(page.FindAll(".row").Single(r => r.TextContent.Contains('×', StringComparison.Ordinal)).GetAttribute("href")!);
        page.WaitForElement(".sample > li");
    }

    private void Navigate(string to) => _context.Services.GetRequiredService<NavigationManager>().NavigateTo(to);

    private static Task AskAsync(Run run, int from, int count) => Soak.RunAsync(count, 8, i => run.Submitted(Post(from + i)));

    private static object Post(int uid) => Scene.Post($"imap://inbox/{uid}", new { uid, note = $"<script>{uid}</script>" }, "email.delete");
}
