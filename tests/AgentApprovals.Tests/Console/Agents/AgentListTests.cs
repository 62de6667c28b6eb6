using System.Net;
using AgentApprovals.Tests.Drivers;
using Bunit;
using Microsoft.AspNetCore.Components;
using Xunit;

namespace AgentApprovals.Tests.Console.Agents;

/// <summary>The list of agents as different people see it, over a real console.</summary>
public sealed class AgentListTests(AgentConsole console) : IClassFixture<AgentConsole>
{
    [Fact]
    public async Task Risk_is_shown_to_who_answers_for_it_and_to_nobody_else()
    {
        var (_, name, _) = await console.AgentAsync(new { displayName = "Risky one" });
        var managers = await console.ListAsync($"/agents?q={name}", AgentConsole.Manager);
        Assert.NotEmpty(managers.FindAll(".listing .risk"));
        var reviewers = await console.ListAsync($"/agents?q={name}", AgentConsole.Reviewer);
        Assert.Contains("Risky one", reviewers.Markup, StringComparison.Ordinal);
        Assert.Empty(reviewers.FindAll(".listing .risk"));
    }

    [Fact]
    public async Task Somebody_without_a_role_finds_the_agents_they_own_and_no_others()
    {
        var email = $"{Guid.NewGuid():N}@example.com";
        var (_, other, _) = await console.AgentAsync();
        var (_, own, _) = await console.AgentAsync(new { owner = email });
        var page = await console.ListAsync("/agents", [], email);
        Assert.Contains(own, page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain(other, Names(page));
        Assert.DoesNotContain("Register an agent", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_waits_and_what_is_stopped_changes_where_it_stands_and_new_agents_wait_behind_a_chip()
    {
        var (id, name, key) = await console.AgentAsync();
        var page = await console.ListAsync();
        var before = Names(page);
        var run = await console.Scene.SessionAsync(key: key);
        await run.Submitted();
        page.WaitForAssertion(() => Assert.Contains("1", RowOf(page, name).QuerySelector(".waits")!.TextContent, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Contains("running", RowOf(page, name).TextContent, StringComparison.Ordinal));

        (await console.Admin.Post($"agents/{id}/stop")).Is(HttpStatusCode.Accepted);
        page.WaitForAssertion(() => Assert.Equal("■stopped", RowOf(page, name).QuerySelector(".mark")!.TextContent));
        page.WaitForAssertion(() => Assert.Null(RowOf(page, name).QuerySelector(".waits")));

        var (_, another) = await console.FreshAsync();
        page.WaitForAssertion(() => Assert.Equal("1 new", page.Find(".chip.new").TextContent));
        Assert.Equal(before, Names(page));
        await page.ClickAsync(".chip.new");
        Assert.Equal([another, .. before.Take(49)], Names(page));
    }

    [Fact]
    public async Task A_search_a_state_and_an_order_narrow_the_list_by_its_address()
    {
        var mark = $"m{Guid.NewGuid():N}"[..12];
        foreach (var name in (string[])["c", "a", "b"])
            await console.FreshAsync(new { name = $"{mark}-{name}" });
        var (stopped, _) = await console.FreshAsync(new { name = $"{mark}-d" });
        (await console.Admin.Post($"agents/{stopped}/stop")).Is(HttpStatusCode.Accepted);
        Assert.Equal([$"{mark}-d", $"{mark}-b", $"{mark}-a", $"{mark}-c"], Names(await console.ListAsync($"/agents?q={mark}")));
        Assert.Equal([$"{mark}-a", $"{mark}-b", $"{mark}-c", $"{mark}-d"], Names(await console.ListAsync($"/agents?q={mark}&sort=name")));
        Assert.Equal([$"{mark}-d"], Names(await console.ListAsync($"/agents?q={mark}&state=stopped")));
        Assert.Contains("No agent is like that", (await console.ListAsync($"/agents?q={mark}&state=retired")).Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_manager_sorts_by_risk_narrows_to_what_is_wanting_and_sees_the_month_of_each()
    {
        var mark = $"m{Guid.NewGuid():N}"[..12];
        await console.FreshAsync(new { name = $"{mark}-quiet", requiresRunner = true });
        var (_, _, key) = await console.AgentAsync(new { displayName = $"{mark} busy" });
        await (await console.Scene.SessionAsync(key: key)).Submitted();
        var page = await console.ListAsync($"/agents?q={mark}&sort=risk", AgentConsole.Manager);
        Assert.Equal([$"{mark} busy", $"{mark}-quiet"], page.FindAll(".row-link").Select(a => a.TextContent));
        Assert.Single(page.FindAll("svg.spark"));
        Assert.Equal($"/api/v1/agents/export?q={mark}&sort=risk", page.Find("a[download]").GetAttribute("href"));
        var narrowed = await console.ListAsync($"/agents?q={mark}&without=runner", AgentConsole.Manager);
        Assert.Equal([$"{mark} busy"], narrowed.FindAll(".row-link").Select(a => a.TextContent));
        Assert.Contains("Need no runner", narrowed.Find(".filters").TextContent, StringComparison.Ordinal);
        // Who may not see risk is not told of it by an order either.
        var reviewers = await console.ListAsync($"/agents?q={mark}&sort=risk&without=runner", AgentConsole.Reviewer);
        Assert.Equal(2, reviewers.FindAll(".row-link").Count);
        Assert.DoesNotContain("By risk", reviewers.Markup, StringComparison.Ordinal);
        Assert.Empty(reviewers.FindAll("svg.spark"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("&sort=name")]
    public async Task Each_agent_stands_on_exactly_one_page(string order)
    {
        var mark = $"p{Guid.NewGuid():N}"[..12];
        for (var i = 0; i < 53; i++)
            await console.FreshAsync(new { name = $"{mark}-{i:00}" });
        var first = await console.ListAsync($"/agents?q={mark}{order}");
        var more = first.FindAll(".more a").Single(a => a.TextContent.StartsWith("More", StringComparison.Ordinal)).GetAttribute("href")!;
        var second = await console.ListAsync(more);
        Assert.Equal((50, 3), (Names(first).Count, Names(second).Count));
        Assert.Equal(53, Names(first).Concat(Names(second)).Distinct().Count());
        Assert.DoesNotContain(second.FindAll(".more a"), a => a.TextContent.StartsWith("More", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Registering_says_what_the_API_says_beside_each_field_and_then_goes_to_the_agent()
    {
        var page = await console.ListAsync("/agents?new=true");
        var (_, taken) = await console.FreshAsync();
        await page.FillAsync("Name", "Not a name");
        await page.FillAsync("Owner (e-mail)", "nobody");
        await page.SubmitAsync("Register an agent");
        page.Says("Lower-case letters, digits and hyphens are expected");
        page.Says("An e-mail address is expected.");
        page.Says("nothing was changed", ".refusal");

        await page.FillAsync("Name", taken);
        await page.FillAsync("Owner (e-mail)", "owner@example.com");
        await page.SubmitAsync("Register an agent");
        page.Says($"There is an agent named {taken} already.", ".refusal");

        var name = console.NewName();
        await page.FillAsync("Name", name);
        await page.FillAsync("Acts for", "dana@example.com\n*@example.org");
        await page.SubmitAsync("Register an agent");
        page.WaitForAssertion(() => Assert.Contains("/agents/", console.Of<NavigationManager>().Uri, StringComparison.Ordinal));
        var agent = (await console.Admin.Get($"agents/{console.Of<NavigationManager>().Uri.Split('/')[^1]}")).Is(HttpStatusCode.OK);
        Assert.Equal((name, name), (agent.Text("name"), agent.Text("displayName")));
        Assert.Equal(["dana@example.com", "*@example.org"], agent["actsFor"]!.AsArray().Select(a => (string)a!));
    }

    private static IReadOnlyList<string> Names<T>(IRenderedComponent<T> page) where T : IComponent =>
        [.. page.FindAll(".listing .agent code").Select(c => c.TextContent)];

    private static AngleSharp.Dom.IElement RowOf<T>(IRenderedComponent<T> page, string name) where T : IComponent =>
        page.FindAll(".listing tbody tr").Single(r => r.QuerySelector(".agent code")!.TextContent == name);
}
