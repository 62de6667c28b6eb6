using System.Net;
using AgentApprovals.Console.Inbox;
using AgentApprovals.Tests.Drivers;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using InboxPage = AgentApprovals.Console.Inbox.Inbox;

namespace AgentApprovals.Tests.Console.Inbox;

/// <summary>The inbox as reviewers see it, over a real console.</summary>
public sealed class InboxTests : IAsyncDisposable
{
    private readonly TestConsole _console = new();

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task An_empty_inbox_says_what_will_appear_and_how()
    {
        var (_, page, _) = await OpenAsync(await Scene.SetAsync(_console));
        Assert.Contains("Nothing waits for you", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_arrives_appears_by_itself_and_the_worst_stands_first()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var (_, page, _) = await OpenAsync(scene);
        await run.Submitted(Scene.Post(type: "deploy.staging"));
        page.WaitForAssertion(() => Assert.Single(page.FindAll(".row")));
        await run.Submitted(Scene.Post(payload: new { body = "\u202Ehidden", audience = 5000 }));
        page.WaitForAssertion(() => Assert.Equal(["Post to the forum", "Deploy to staging"], page.FindAll(".row .what").Select(w => w.TextContent.Trim())));
    }

    [Fact]
    public async Task While_somebody_reads_new_rows_queue_behind_a_chip_and_no_row_moves()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var first = await run.Submitted(Scene.Post(type: "deploy.staging"));
        var (context, page, _) = await OpenAsync(scene, $"/?id={first["id"]}");
        page.WaitForElement(".decide");
        await run.Submitted(Scene.Post(payload: new { body = "\u202Ehidden", audience = 5000 }));
        page.WaitForAssertion(() => Assert.Equal("1 new", page.Find(".chip.new").TextContent));
        Assert.Single(page.FindAll(".row"));

        // What somebody else decides stays where it is, and says so.
        (await scene.Admin.Post($"actions/{first["id"]}/decisions", new { verdict = "deny", comment = "No" })).Is(HttpStatusCode.OK);
        page.WaitForAssertion(() => Assert.Equal("denied", page.Find(".row .when").TextContent.Trim()));
        page.WaitForAssertion(() => Assert.Contains("Denied by root@example.com", page.Find(".stands").TextContent, StringComparison.Ordinal));

        await page.Find(".chip.new").ClickAsync(new());
        Assert.Equal(["Post to the forum"], page.FindAll(".row .what").Select(w => w.TextContent.Trim()));
    }

    [Fact]
    public async Task The_key_for_the_next_one_moves_on_and_the_stop_follows_the_agent_in_view()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var a = await run.Submitted(Scene.Post(resource: "forum://a"));
        var (context, page, target) = await OpenAsync(scene);
        await page.Find("[data-key=j]").ClickAsync(new());
        var at = context.Services.GetRequiredService<NavigationManager>().Uri;
        Assert.EndsWith($"id={a["id"]}", at, StringComparison.Ordinal);
        // The card is there already, though nobody told the page yet that its address is another.
        page.WaitForAssertion(() => Assert.Contains("forum://a", page.Find(".pane article.action").TextContent, StringComparison.Ordinal));
        page.Render(p => { });
        page.WaitForAssertion(() => Assert.Equal($"/stop?agent={scene.AgentId}&session={run.Id}", target.Address));
    }

    [Fact]
    public async Task A_row_is_drawn_again_when_something_of_it_changed_and_not_whenever_the_page_is()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var asked = new List<System.Text.Json.Nodes.JsonNode>();
        for (var n = 0; n < 4; n++)
            asked.Add(await run.Submitted(Scene.Post(type: "deploy.staging", payload: new { n })));
        var (_, page, _) = await OpenAsync(scene, $"/?id={asked[0]["id"]}");
        page.WaitForAssertion(() => Assert.Contains("opened by you", page.Find(".row.chosen").TextContent, StringComparison.Ordinal));
        page.Render(p => { });
        var rows = page.FindComponents<InboxRow>();
        var before = rows.Select(r => r.RenderCount).ToList();
        (await scene.Admin.Deny(asked[3])).Is(HttpStatusCode.OK);
        page.WaitForAssertion(() => Assert.Equal("denied", page.FindAll(".row .when")[^1].TextContent.Trim()));
        page.Render(p => { });
        Assert.Equal([0, 0, 0, 1], rows.Select((r, i) => r.RenderCount - before[i]));
    }

    [Fact]
    public async Task What_the_person_acted_for_may_not_approve_is_not_in_their_own_list()
    {
        var scene = await Scene.SetAsync(_console);
        var (_, email, id) = await scene.PersonAsync(["Reviewer"]);
        var run = await scene.SessionAsync(email);
        await run.Submitted();
        var (_, page, _) = await OpenAsync(scene, personId: id);
        page.WaitForAssertion(() => Assert.Contains("See all that waits (1)", page.Markup, StringComparison.Ordinal));
        Assert.Empty(page.FindAll(".row"));
    }

    [Fact]
    public async Task A_link_to_what_one_may_not_know_of_finds_nothing()
    {
        var scene = await Scene.SetAsync(_console);
        var action = await (await scene.SessionAsync()).Submitted();
        var (_, _, stranger) = await scene.PersonAsync([]);
        var (_, page, _) = await OpenAsync(scene, $"/?id={action["id"]}", stranger);
        page.WaitForAssertion(() => Assert.Contains("There is no such action", page.Markup, StringComparison.Ordinal));
    }

    private async Task<(PageContext Context, IRenderedComponent<InboxPage> Page, AgentApprovals.Console.Layout.StopTarget Target)> OpenAsync(Scene scene, string address = "/", string? personId = null)
    {
        var context = new PageContext(_console, personId ?? (await scene.PersonAsync(["Reviewer"])).Id);
        context.Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        var page = context.Render<InboxPage>();
        page.WaitForElement(".filters");
        return (context, page, context.Services.GetRequiredService<AgentApprovals.Console.Layout.StopTarget>());
    }
}
