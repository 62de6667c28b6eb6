using System.Net;
using AgentApprovals.Tests.Drivers;
using Bunit;
using Xunit;

namespace AgentApprovals.Tests.Console.Agents;

/// <summary>The risk that an agent carries, as managers see it, and taking away what it never used.</summary>
public sealed class RiskTests(AgentConsole console) : IClassFixture<AgentConsole>
{
    [Fact]
    public async Task The_factors_and_the_outcomes_are_told_and_the_chart_has_a_table_beside_it()
    {
        var (id, _, key) = await console.AgentAsync();
        var run = await console.Scene.SessionAsync(key: key);
        var action = await run.Submitted();
        (await console.Admin.Post($"actions/{action["id"]}/decisions", new { verdict = "deny", comment = "No" })).Is(HttpStatusCode.OK);
        var page = await console.OpenAsync(id, "risk", AgentConsole.Manager);
        var risk = (await console.Admin.Get($"agents/{id}/risk")).Is(HttpStatusCode.OK);
        Assert.Equal(risk["factors"]!.AsArray().Select(f => f!.Text("why")), page.FindAll(".factors li span:last-child").Select(s => s.TextContent));
        Assert.Equal(["1", "100 %", "100 %", "0"], page.FindAll(".figures dd").Take(4).Select(d => d.TextContent));
        Assert.All(page.FindAll(".figure"), f => Assert.NotNull(f.QuerySelector("dd a[href]")));
        Assert.All(page.FindAll(".chart"), c => Assert.Equal("true", c.GetAttribute("aria-hidden")));
        var outcomes = page.Find("table[aria-label^='What became of it']");
        var denied = outcomes.QuerySelectorAll("thead th").Select(t => t.TextContent).ToList().IndexOf("denied");
        Assert.Equal("1", outcomes.QuerySelector("tbody tr")!.Children[denied].TextContent);
        var trend = page.Find("table[aria-label^='Risk and its factors'] tbody tr");
        Assert.Equal($"{risk["score"]}", trend.Children[1].TextContent);
        Assert.StartsWith($"/agents/{id}?tab=actions&status=denied&endedfrom=", page.FindAll(".figure a").Select(a => a.GetAttribute("href")!).Single(h => h.Contains("status=denied", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal($"/api/v1/agents/{id}/risk/export", page.Find("a[download]").GetAttribute("href"));
    }

    [Fact]
    public async Task What_was_asked_beyond_the_permissions_is_listed_with_the_last_of_it()
    {
        var (id, _, key) = await console.AgentAsync();
        (await console.Admin.Put($"agents/{id}/permissions", new { version = 1, items = new[] { new { type = "forum.*", resource = "*" } } })).Is(HttpStatusCode.OK);
        var run = await console.Scene.SessionAsync(key: key);
        await run.Submitted(Scene.Post(type: "email.send"));
        var last = await run.Submitted(Scene.Post(type: "email.send", payload: new { n = 1 }, resource: "mailto:all"));
        var page = await console.OpenAsync(id, "risk", AgentConsole.Manager);
        page.Says("email.send", "section li code");
        page.Says("2 ×", "section li .times");
        page.Says("mailto:all", "section li .where");
        Assert.Equal($"/?id={last.Text("id")}", page.Find("section li .last").GetAttribute("href"));
    }

    [Fact]
    public async Task What_was_never_used_is_taken_away_with_one_press_after_saying_what_that_refuses()
    {
        var (id, _, key) = await console.AgentAsync();
        (await console.Admin.Put($"agents/{id}/permissions", new
        {
            version = 1,
            items = new object[] { new { type = "forum.*", resource = "*" }, new { type = "payment.*", resource = "pay://*", maxPerHour = 3 } },
        })).Is(HttpStatusCode.OK);
        await (await console.Scene.SessionAsync(key: key)).Submitted();
        var manager = await console.OpenAsync(id, "risk", AgentConsole.Manager);
        Assert.Contains("Removing permissions takes an Administrator.", manager.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain(manager.FindAll("button"), b => b.TextContent == "Remove…");

        var page = await console.OpenAsync(id, "risk");
        Assert.Equal(["payment.* pay://*"], page.FindAll(".one code").Select(c => c.TextContent));
        await page.PressAsync("Remove…");
        page.Says("1 removed, 1 left. In the last 30 days nothing was asked under it", ".preview");
        Assert.Equal(2, (await console.Admin.Get($"agents/{id}/permissions")).Is(HttpStatusCode.OK)["items"]!.AsArray().Count);
        await page.PressAsync("Remove it");
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".one")));
        var left = (await console.Admin.Get($"agents/{id}/permissions")).Is(HttpStatusCode.OK);
        Assert.Equal(["forum.*"], left["items"]!.AsArray().Select(i => i!.Text("type")));
    }
}
