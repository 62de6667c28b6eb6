using System.Net;
using System.Text.RegularExpressions;
using AgentApprovals.Console.Actions;
using AgentApprovals.Console.Bursts;
using AgentApprovals.Console.Observations;
using AgentApprovals.Console.Risk;
using AgentApprovals.Tests.Drivers;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Console.Fleet;

/// <summary>All agents together as a manager sees them, over a real console.</summary>
public sealed partial class FleetPageTests : IAsyncDisposable
{
    private readonly TestConsole _console = new();
    private readonly List<PageContext> _open = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var context in _open)
            await context.DisposeAsync();
        await _console.DisposeAsync();
    }

    [Fact]
    public async Task A_manager_sees_what_was_asked_and_decided_and_each_figure_leads_to_its_list()
    {
        var scene = await Scene.SetAsync(_console, new[] { Scene.Rule(match: new { types = new[] { "forum.*" } }) });
        var run = await scene.SessionAsync();
        var reviewer = await scene.ReviewerAsync();
        (await reviewer.Approve(await run.Submitted())).Is(HttpStatusCode.OK);
        (await reviewer.Deny(await run.Submitted(Scene.Post(payload: new { n = 1 })))).Is(HttpStatusCode.OK);
        await run.Submitted(Scene.Post(type: "unheard.of"));
        var page = await OpenAsync<FleetPage>(scene, "/risk", ["Manager"], p => p.FindAll(".figures").Count > 0);

        Assert.Equal("3", Figure(page, "requests"));
        Assert.Equal("1", Figure(page, "denied"));
        var from = DateTimeOffset.UtcNow.AddDays(-29).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal($"/actions?status=denied&endedfrom={from}", Href(page, "denied"));
        Assert.Equal("/agents?sort=risk&without=runner", Href(page, "agents that need no runner"));
        Assert.NotEqual("–", Figure(page, "median time to decide"));
        Assert.All(page.FindAll(".figure"), f => Assert.NotNull(f.QuerySelector("dd a[href]")));
        Assert.All(Section(page, "What changed since last week").QuerySelectorAll("tbody tr"), r => Assert.Equal(2, r.QuerySelectorAll("td a[href]").Length));
        Assert.Equal(("100 %", $"/actions?directed=none&from={from}"), (Figure(page, "nobody directed"), Href(page, "nobody directed")));
        Assert.Equal(1, new[] { "agents at critical risk", "at high risk", "at medium risk", "at low risk" }.Sum(l => int.Parse(Figure(page, l), System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Contains("forum-helper", page.Find(".riskiest").TextContent, StringComparison.Ordinal);
        Assert.Equal([$"/actions?type=forum.post&from={from}", $"/actions?type=unheard.of&from={from}", $"/actions?type=unheard.of&from={from}"], page.FindAll(".types a").Select(a => a.GetAttribute("href")));
        Assert.Equal(["unheard.of"], Section(page, "Caught by the default rule alone").QuerySelectorAll("code").Select(c => c.TextContent));
        Assert.Contains("2 decisions, 50 % approved", Section(page, "Reviewers' health").TextContent, StringComparison.Ordinal);
        // Of reviewers and in charts no number stands without its list either; a nought has none.
        Assert.All(Section(page, "Reviewers' health").QuerySelectorAll("li .num"), n => Assert.NotNull(n.QuerySelector("a[href^='/decisions?person=']")));
        Assert.All(page.FindAll("details td").Where(d => d.TextContent is not ("" or "0")), d => Assert.NotNull(d.QuerySelector("a[href]")));
        Assert.All(page.FindAll(".chart"), c => Assert.Equal("true", c.GetAttribute("aria-hidden")));
        Assert.Equal("/api/v1/risk/export?days=30", page.Find("a[download]").GetAttribute("href"));

        await run.Submitted(Scene.Post(payload: new { n = 2 }));
        page.WaitForAssertion(() => Assert.Equal("4", Figure(page, "requests")));
    }

    [Fact]
    public async Task Where_there_is_nothing_yet_the_page_says_what_will_appear()
    {
        var page = await OpenAsync<FleetPage>(new Scene(_console), "/risk", ["Manager"], p => p.FindAll(".empty").Count > 0);
        Assert.Contains("There is no agent yet", page.Find(".empty").TextContent, StringComparison.Ordinal);
        await new Scene(_console).AgentAsync("first");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".figures")));
        Assert.Contains("Nothing was stopped yet", Section(page, "Time to containment").TextContent, StringComparison.Ordinal);
        Assert.Contains("Types that no rule covers appear here", Section(page, "Caught by the default rule alone").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_does_not_answer_for_agents_is_told_so_and_shown_no_figure()
    {
        var scene = await Scene.SetAsync(_console);
        foreach (var roles in (string[][])[["Reviewer"], ["Auditor"], []])
        {
            var page = await OpenAsync<FleetPage>(scene, "/risk", roles, p => p.FindAll(".notice").Count > 0);
            Assert.Contains("for Managers and Administrators", page.Find(".notice").TextContent, StringComparison.Ordinal);
            Assert.Empty(page.FindAll(".figures"));
            Assert.DoesNotContain("forum-helper", page.Markup, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_list_behind_a_figure_holds_what_the_figure_counts()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        (await scene.Admin.Deny(await run.Submitted())).Is(HttpStatusCode.OK);
        await run.Submitted(Scene.Post(type: "wiki.edit"));
        var all = await OpenAsync<ActionsPage>(scene, "/actions", ["Manager"], p => p.FindAll("tbody tr").Count == 2);
        Assert.Contains("forum-helper", all.Markup, StringComparison.Ordinal);
        await OpenAsync<ActionsPage>(scene, "/actions?status=denied", ["Manager"], p => p.FindAll("tbody tr").Count == 1);
        var wiki = await OpenAsync<ActionsPage>(scene, "/actions?type=wiki.edit", ["Manager"], p => p.FindAll("tbody tr").Count == 1);
        Assert.Contains("wiki.edit", wiki.Find(".chip.on").TextContent, StringComparison.Ordinal);
        await run.Submitted(Scene.Post(type: "wiki.edit", payload: new { n = 1 }));
        wiki.WaitForAssertion(() => Assert.Equal("1 new", wiki.Find(".chip.new").TextContent));
        await OpenAsync<ActionsPage>(scene, "/actions?directed=none", ["Manager"], p => p.FindAll("tbody tr").Count == 3);
        await OpenAsync<ActionsPage>(scene, "/actions?directed=disowned", ["Manager"], p => p.Markup.Contains("Nothing like that was asked for", StringComparison.Ordinal));
        await OpenAsync<ActionsPage>(scene, "/actions?only=unruled&type=wiki.edit", ["Manager"], p => p.FindAll("tbody tr").Count == 2);
        var decided = await OpenAsync<ActionsPage>(scene, "/actions?only=decided", ["Manager"], p => p.FindAll("tbody tr").Count == 1);
        Assert.Matches("denied.*in .+", decided.Find("td.state").TextContent);
        var slow = await OpenAsync<ActionsPage>(scene, "/actions?only=decided&slower=600", ["Manager"], p => p.Markup.Contains("Nothing like that was asked for", StringComparison.Ordinal));
        Assert.Contains("decided after 10 min or more", slow.Find(".chip.on").ParentElement!.TextContent, StringComparison.Ordinal);
        await OpenAsync<ActionsPage>(scene, "/actions", [], p => p.Markup.Contains("Nothing was asked for yet", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_number_of_the_page_is_the_length_of_the_list_that_it_leads_to()
    {
        var scene = await Scene.SetAsync(_console, new[] { Scene.Rule(expires: 600, hold: 900, extra: new { burst = new { count = 4 } }) });
        var (run, other) = (await scene.SessionAsync(), await scene.SessionAsync());
        var (first, second) = (await scene.ReviewerAsync(), await scene.ReviewerAsync());
        var taken = await run.Submitted();
        (await first.Approve(taken)).Is(HttpStatusCode.OK);
        (await first.Delete($"actions/{taken.Text("id")}/decisions/mine")).Is(HttpStatusCode.OK);
        (await second.Deny(taken)).Is(HttpStatusCode.OK);
        (await first.Approve(await run.Submitted(Scene.Post(type: "wiki.edit")))).Is(HttpStatusCode.OK);
        for (var n = 0; n < 6; n++)
            await other.Submitted(Scene.Post(type: "email.send", payload: new { n }));
        (await run.Agent.Delete($"actions/{(await run.Submitted(Scene.Post(type: "file.delete"))).Text("id")}")).Is(HttpStatusCode.OK);
        (await scene.Admin.Post($"sessions/{(await scene.SessionAsync()).Id}/stop")).Is(HttpStatusCode.Accepted);
        var page = await OpenAsync<FleetPage>(scene, "/risk?days=7", ["Manager"], p => p.FindAll(".figures").Count > 0);
        var links = page.FindAll(".fleet a[href]").Select(a => (Number: NumberOf(a), Href: a.GetAttribute("href")!)).Where(l => l.Number is not null && Lists().IsMatch(l.Href) && !l.Href.Contains("only=gateway", StringComparison.Ordinal)).Distinct().ToList();
        Assert.InRange(links.Count, 20, 200);
        foreach (var (number, href) in links)
            Assert.Equal((href, number), (href, (await scene.Admin.Get(InApi(href))).Is(HttpStatusCode.OK)["items"]!.AsArray().Count));
    }

    /// <summary>The number that a link stands for: its own, or that of its bar; null where it is a share or a time, of which a list has no count.</summary>
    private static int? NumberOf(AngleSharp.Dom.IElement link)
    {
        var text = (link.QuerySelector("b") ?? link.Closest("li")?.QuerySelector(".types > li > .num") ?? link).TextContent.Trim();
        return Counted().Match(text) is { Success: true } match ? int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) : null;
    }

    /// <summary>What a list's page is narrowed to, as the API says it.</summary>
    private static string InApi(string href)
    {
        List<(string Page, string Api)> words =
        [
            ("only=unruled", "ruled=false"), ("only=beyond", "permitted=false"), ("only=unanswered", "unanswered=true"), ("only=decided", "decidedAfterSeconds=0"),
            ("endedfrom=", "endedFrom="), ("endedto=", "endedTo="),
        ];
        if (href.StartsWith("/decisions", StringComparison.Ordinal))
            words.Add(("person=", "personId="));
        else if (href.StartsWith("/bursts", StringComparison.Ordinal))
            words.AddRange([("from=", "openedFrom="), ("to=", "openedTo=")]);
        else if (href.StartsWith("/stops", StringComparison.Ordinal))
            words.AddRange([("from=", "orderedFrom="), ("to=", "orderedTo=")]);
        else
            words.AddRange([("?from=", "?submittedFrom="), ("&from=", "&submittedFrom="), ("&to=", "&submittedTo=")]);
        return words.Aggregate(href[1..], (path, word) => path.Replace(word.Page, word.Api, StringComparison.Ordinal)) + "&limit=200";
    }

    [GeneratedRegex("^/(actions|decisions|bursts|stops|agents)\\?")]
    private static partial Regex Lists();

    [GeneratedRegex("^([0-9]+)( decisions| ×.*| sooner.*)?$")]
    private static partial Regex Counted();

    [Fact]
    public async Task Bursts_have_a_list_of_their_own_that_leads_to_the_card_and_to_each_member()
    {
        var scene = await Scene.SetAsync(_console, new[] { Scene.Rule(extra: new { burst = new { count = 2 } }) });
        var none = await OpenAsync<BurstsPage>(scene, "/bursts", ["Manager"], p => p.Markup.Contains("There was no burst", StringComparison.Ordinal));
        var run = await scene.SessionAsync();
        for (var n = 0; n < 4; n++)
            await run.Submitted(Scene.Post(payload: new { n }));
        none.WaitForAssertion(() => Assert.Equal("4 ×", none.Find("td.count").TextContent));
        var members = none.Find("td.count a").GetAttribute("href")!;
        var burst = members[^36..];
        Assert.Equal($"/?burst={burst}", none.Find(".row-link").GetAttribute("href"));
        await OpenAsync<ActionsPage>(scene, members, ["Manager"], p => p.FindAll("tbody tr").Count == 4);
        await OpenAsync<ActionsPage>(scene, $"/actions?burst={Guid.NewGuid()}", ["Manager"], p => p.Markup.Contains("Nothing like that was asked for", StringComparison.Ordinal));
        (await scene.Admin.Post($"bursts/{burst}/deny", new { comment = "Enough" })).Is(HttpStatusCode.OK);
        var ofAgent = await OpenAsync<BurstsPage>(scene, $"/bursts?agent={scene.AgentId}", ["Manager"], p => p.FindAll("tbody tr").Count == 1);
        Assert.Contains("Of forum-helper", ofAgent.Find(".chip.on").TextContent, StringComparison.Ordinal);
        Assert.Contains("denied by", ofAgent.Find("td.state").TextContent, StringComparison.Ordinal);
        await OpenAsync<BurstsPage>(scene, "/bursts", [], p => p.Markup.Contains("There was no burst", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_agents_were_seen_to_do_has_a_list_that_the_figures_lead_to()
    {
        var scene = await Scene.SetAsync(_console, new[] { Scene.Rule("allow", extra: new { executeSeconds = 900 }) });
        var none = await OpenAsync<ObservationsPage>(scene, "/observations?only=bypasses", ["Manager"], p => p.Markup.Contains("Nobody was seen to go around the console", StringComparison.Ordinal));
        var run = await scene.SessionAsync();
        var action = await run.Submitted();
        (await run.Agent.Post($"actions/{action["id"]}/redeem")).Is(HttpStatusCode.OK);
        foreach (var externalId in new[] { "post-1", "post-2", "post-3" })
        {
            (await scene.Admin.Post("observations", new { agent = "forum-helper", type = "forum.post", resource = "forum://engineering/threads/8841", externalId, observedAt = "2026-11-24T09:00:00Z" }))
                .Is(HttpStatusCode.Created);
        }

        none.WaitForAssertion(() => Assert.Equal(2, none.FindAll("tbody tr").Count));
        Assert.Contains("gone around", none.Find("td.covered").TextContent, StringComparison.Ordinal);
        var fleet = await OpenAsync<FleetPage>(scene, "/risk", ["Manager"], p => p.FindAll(".figures").Count > 0);
        Assert.Equal(("3", "/observations?days=30"), (Figure(fleet, "seen by target systems"), Href(fleet, "seen by target systems")));
        Assert.Equal(("2", "/observations?only=bypasses&days=30"), (Figure(fleet, "gone around the console"), Href(fleet, "gone around the console")));
        Assert.Equal(("1", "/agents?sort=risk&without=gateway"), (Figure(fleet, "agents without the gateway"), Href(fleet, "agents without the gateway")));
        var all = await OpenAsync<ObservationsPage>(scene, $"/observations?agent={scene.AgentId}&days=30", ["Manager"], p => p.FindAll("tbody tr").Count == 3);
        Assert.Equal($"/?id={action["id"]}", all.FindAll("td.covered a").Single().GetAttribute("href"));
        Assert.Contains("Of forum-helper", all.FindAll(".chip.on")[1].TextContent, StringComparison.Ordinal);
        await OpenAsync<ObservationsPage>(scene, "/observations", [], p => p.Markup.Contains("Nothing was observed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Drills_are_listed_with_the_time_of_each_layer_and_how_to_hold_one_where_there_is_none()
    {
        var scene = await Scene.SetAsync(_console, agent: new { isTest = true });
        var page = await OpenAsync<FleetPage>(scene, "/risk", ["Manager"], p => p.FindAll(".drills").Count > 0);
        Assert.Contains("No drill was held yet", Section(page, "Stop drills").TextContent, StringComparison.Ordinal);
        Assert.Equal(("1", "/agents?sort=risk&without=drill"), (Figure(page, "agents never drilled"), Href(page, "agents never drilled")));
        await (await scene.SessionAsync()).Submitted();
        var drill = (await scene.Admin.Post($"agents/{scene.AgentId}/stop", new { drill = true })).Is(HttpStatusCode.Accepted);
        page.WaitForAssertion(() => Assert.Equal($"/stops/{drill["id"]}", page.Find(".drills li a").GetAttribute("href")), TimeSpan.FromSeconds(10));
        Assert.Contains("Root", page.Find(".drills li").TextContent, StringComparison.OrdinalIgnoreCase);
        page.WaitForAssertion(() => Assert.Matches(@"^console \d+ ms$", page.FindAll(".drills .layer")[0].TextContent.Trim()), TimeSpan.FromSeconds(10));
        Assert.Equal("0", Figure(page, "agents never drilled"));
    }

    private async Task<IRenderedComponent<T>> OpenAsync<T>(Scene scene, string address, string[] roles, Func<IRenderedComponent<T>, bool> until) where T : IComponent
    {
        var (_, _, id) = await scene.PersonAsync(roles, email: $"{Guid.NewGuid():N}@example.com");
        var context = new PageContext(_console, id);
        _open.Add(context);
        context.Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        var page = context.Render<T>();
        page.WaitForState(() => until(page));
        return page;
    }

    private static AngleSharp.Dom.IElement FigureOf<T>(IRenderedComponent<T> page, string label) where T : IComponent =>
        page.FindAll(".figure").Single(f => f.QuerySelector("dt")!.TextContent == label);

    private static string Figure<T>(IRenderedComponent<T> page, string label) where T : IComponent => FigureOf(page, label).QuerySelector("dd > :first-child")!.TextContent;

    private static string? Href<T>(IRenderedComponent<T> page, string label) where T : IComponent => FigureOf(page, label).QuerySelector("a")!.GetAttribute("href");

    private static AngleSharp.Dom.IElement Section<T>(IRenderedComponent<T> page, string title) where T : IComponent =>
        page.FindAll("section").Single(s => s.QuerySelector("h2")!.TextContent == title);
}
