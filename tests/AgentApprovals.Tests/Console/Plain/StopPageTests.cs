using System.Net;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Console.Plain;

/// <summary>Stopping in a browser without scripts, over real HTTP.</summary>
public sealed class StopPageTests(PlainConsole console) : IClassFixture<PlainConsole>
{
    private static readonly (string, string)[] OwnSite = [("Sec-Fetch-Site", "same-origin")];

    private Scene Scene => console.Scene;

    [Fact]
    public async Task The_owner_of_an_agent_stops_it_from_the_sign_in_to_the_receipt_without_any_role()
    {
        var agent = await console.AgentAsync(owner: "summer@example.com", waiting: 2);
        (await Browser.OfAsync(Scene, [], "summer@example.com")).Browser.Dispose();
        using var phone = new Browser(Scene.Console);
        var address = $"/stop?agent={agent.Id}&session={agent.Run.Id}";
        Assert.Equal("Sign in", (await phone.Go(address)).Is(HttpStatusCode.OK).Title);
        var back = await phone.SignIn("summer@example.com", returnTo: address);
        Assert.Equal(address, back.Is(HttpStatusCode.SeeOther).Response.Headers.Location!.ToString());

        var page = (await phone.Follow(back)).Is(HttpStatusCode.OK);
        Assert.Contains($"{agent.Name}: its session, and no new ones · 2 waiting", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Everything", page.Text, StringComparison.Ordinal);
        Assert.Equal($"agent:{agent.Id}", page.Page.QuerySelector("input[name=target][checked]")?.GetAttribute("value"));

        var receipt = (await phone.Follow((await phone.Send(page, "/stop")).Is(HttpStatusCode.SeeOther))).Is(HttpStatusCode.OK);
        Assert.Equal($"{agent.Name} is cut off", receipt.Title);
        Assert.Contains("2 were waiting: they did not happen.", receipt.Text, StringComparison.Ordinal);
        await agent.IsStopped();
        (await Scene.Console.As(agent.Key).Post("sessions", new { onBehalfOf = "dana@example.com" })).IsRefused(HttpStatusCode.Forbidden, "agent_stopped");
    }

    [Fact]
    public async Task Looking_at_the_stop_page_stops_nothing()
    {
        var agent = await console.AgentAsync();
        var (browser, _, _) = await Browser.OfAsync(Scene, ["Reviewer"]);
        foreach (var address in new[] { "/stop", $"/stop?agent={agent.Id}", $"/stop?session={agent.Run.Id}&target=everything&reason=x", $"/stop?target=agent:{agent.Id}" })
            (await browser.Go(address)).Is(HttpStatusCode.OK);
        await agent.IsAtWork();
    }

    [Theory]
    [InlineData(false, "Sec-Fetch-Site", "cross-site")]
    [InlineData(false, "Sec-Fetch-Site", "same-site")]
    [InlineData(false, "Sec-Fetch-Site", "none")]
    [InlineData(false, "Origin", "https://evil.example")]
    [InlineData(false, "Origin", "null")]
    [InlineData(false, "X-Nothing", "at all")]
    [InlineData(true, "Sec-Fetch-Site", "same-origin")]
    [InlineData(true, "Origin", "{own}")]
    public async Task Without_its_token_the_button_counts_only_from_this_site(bool counts, string header, string value)
    {
        var agent = await console.AgentAsync();
        var (browser, _, _) = await Browser.OfAsync(Scene, ["Reviewer"]);
        var own = Scene.Console.Address.GetLeftPart(UriPartial.Authority);
        var answer = await browser.Post("/stop", [("target", $"session:{agent.Run.Id}")], (header, value.Replace("{own}", own, StringComparison.Ordinal)));
        if (counts)
        {
            answer.Is(HttpStatusCode.SeeOther);
            await agent.IsStopped();
            return;
        }

        Assert.Contains("Nothing was stopped", answer.Is(HttpStatusCode.BadRequest).Text, StringComparison.Ordinal);
        await agent.IsAtWork();
        // The page that says so has a button that works, with what had been chosen.
        (await browser.Send(answer, "/stop")).Is(HttpStatusCode.SeeOther);
        await agent.IsStopped();
    }

    [Fact]
    public async Task With_its_token_the_button_counts_in_a_browser_that_tells_nothing_of_sites()
    {
        var agent = await console.AgentAsync();
        var (_, _, email) = await Browser.OfAsync(Scene, ["Auditor"]);
        using var old = new Browser(Scene.Console, sendsFetchMetadata: false);
        await old.SignIn(email);
        (await old.Send(await old.Go($"/stop?session={agent.Run.Id}"), "/stop")).Is(HttpStatusCode.SeeOther);
        await agent.IsStopped();
    }

    [Fact]
    public async Task A_test_agent_is_stopped_as_a_drill_where_that_is_chosen_and_no_other_agent_is()
    {
        var (id, key) = await Scene.AgentAsync($"tried-{Guid.NewGuid():N}"[..20], new { isTest = true });
        var run = await Scene.SessionAsync(key: key);
        using var browser = (await Browser.OfAsync(Scene, ["Manager"])).Browser;
        var real = await console.AgentAsync();
        Assert.Null((await browser.Go($"/stop?agent={real.Id}")).Page.QuerySelector("input[name=drill]"));
        var page = (await browser.Go($"/stop?agent={id}")).Is(HttpStatusCode.OK);
        Assert.NotNull(page.Page.QuerySelector("input[name=drill]"));
        foreach (var target in new[] { $"session:{run.Id}", $"agent:{real.Id}" })
            Assert.Contains("only a test agent as a whole", (await browser.Send(page, "/stop", ("target", target), ("drill", "1"))).Is(HttpStatusCode.BadRequest).Text, StringComparison.Ordinal);
        await real.IsAtWork();
        var receipt = await browser.Send(page, "/stop", ("target", $"agent:{id}"), ("drill", "1"));
        var stop = receipt.Is(HttpStatusCode.SeeOther).Response.Headers.Location!.ToString()[^36..];
        Assert.True((bool)(await Scene.Admin.Get($"stops/{stop}")).Is(HttpStatusCode.OK)["drill"]!);
        (await run.Submit()).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
    }

    [Fact]
    public async Task Everything_is_stopped_and_let_go_on()
    {
        var agent = await console.AgentAsync();
        var (browser, _, _) = await Browser.OfAsync(Scene, ["Manager"]);
        var receipt = await browser.Follow((await browser.Send(await browser.Go("/stop"), "/stop", ("target", "everything"))).Is(HttpStatusCode.SeeOther));
        Assert.Equal("Everything is cut off", receipt.Title);
        await agent.IsStopped();
        Assert.Contains("Stopped already", (await browser.Go("/stop")).Text, StringComparison.Ordinal);

        var id = receipt.Address.Split('/')[^1];
        Assert.Contains("a reason is needed", (await browser.Send(receipt, $"/stops/{id}/resume", ("reason", " "))).Is(HttpStatusCode.BadRequest).Text, StringComparison.Ordinal);
        var lifted = await browser.Follow((await browser.Send(receipt, $"/stops/{id}/resume", ("reason", "Looked at all of it"))).Is(HttpStatusCode.SeeOther));
        Assert.Contains("New sessions are allowed again", lifted.Text, StringComparison.Ordinal);
        await Scene.SessionAsync(key: agent.Key);
        await agent.IsStopped();
    }

    [Fact]
    public async Task A_button_pressed_after_the_sign_in_ran_out_leads_back_to_the_very_same_page_and_says_that_nothing_was_stopped()
    {
        var agent = await console.AgentAsync();
        var (browser, _, email) = await Browser.OfAsync(Scene, ["Reviewer"]);
        var page = await browser.Go($"/stop?agent={agent.Id}&session={agent.Run.Id}");
        using var later = new Browser(Scene.Console);
        var door = await later.Follow((await later.Send(page, "/stop")).Is(HttpStatusCode.SeeOther));
        Assert.Equal("Sign in", door.Title);
        var again = await later.Follow(await later.Send(door, "/account/sign-in", ("email", email), ("password", Browser.Password)));
        Assert.Contains("Nothing was stopped: you were signed out", again.Text, StringComparison.Ordinal);
        Assert.Contains("This session only", again.Text, StringComparison.Ordinal);
        await agent.IsAtWork();
        (await later.Send(again, "/stop")).Is(HttpStatusCode.SeeOther);
        await agent.IsStopped();
    }

    [Fact]
    public async Task Somebody_elses_agent_is_not_found_and_the_page_says_that_nothing_was_stopped()
    {
        var agent = await console.AgentAsync();
        var (browser, _, _) = await Browser.OfAsync(Scene, []);
        foreach (var address in new[] { $"/stop?agent={agent.Id}", $"/stop?session={agent.Run.Id}", "/stop?agent=nonsense", $"/stop?agent={Guid.Empty}" })
            Assert.Equal("Nothing was stopped", (await browser.Go(address)).Is(HttpStatusCode.NotFound).Title);
        Assert.DoesNotContain(agent.Name, (await browser.Go("/stop")).Is(HttpStatusCode.OK).Text, StringComparison.Ordinal);
        (await browser.Post("/stop", [("target", $"agent:{agent.Id}")], OwnSite)).Is(HttpStatusCode.NotFound);
        (await browser.Post("/stop", [("target", $"session:{agent.Run.Id}")], OwnSite)).Is(HttpStatusCode.NotFound);
        Assert.Equal("Nothing was stopped", (await browser.Post("/stop", [("target", "everything")], OwnSite)).Is(HttpStatusCode.Forbidden).Title);
        Assert.Contains("choose what to stop", (await browser.Post("/stop", [("target", "agent:nonsense")], OwnSite)).Is(HttpStatusCode.BadRequest).Text, StringComparison.Ordinal);
        await agent.IsAtWork();
    }

    [Fact]
    public async Task Whom_a_session_acts_for_stops_it_though_the_agent_is_not_theirs()
    {
        var (browser, _, email) = await Browser.OfAsync(Scene, []);
        var agent = await console.AgentAsync(email);
        var page = (await browser.Go("/stop")).Is(HttpStatusCode.OK);
        Assert.Equal($"session:{agent.Run.Id}", page.Page.QuerySelectorAll("input[name=target]").Single().GetAttribute("value"));
        var receipt = await browser.Follow((await browser.Send(page, "/stop")).Is(HttpStatusCode.SeeOther));
        Assert.Equal($"A session of {agent.Name} is cut off", receipt.Title);
        Assert.Empty(receipt.Page.QuerySelectorAll("form[action^='/stop?']"));
        await agent.IsStopped();
    }

    [Fact]
    public async Task Agents_at_work_are_listed_with_most_waiting_first_and_found_by_name()
    {
        var some = await console.AgentAsync(waiting: 3);
        var most = await console.AgentAsync(waiting: 4);
        var (browser, _, _) = await Browser.OfAsync(Scene, ["Auditor"]);
        var names = (await browser.Go("/stop")).Is(HttpStatusCode.OK).Page.QuerySelectorAll(".card > b").Select(b => b.TextContent).ToList();
        Assert.Equal([most.Name, some.Name], names.Take(2));
        Assert.Equal("Everything", names[^1]);
        var found = (await browser.Go($"/stop?q={some.Name}")).Is(HttpStatusCode.OK);
        Assert.Equal([some.Name, "Everything"], found.Page.QuerySelectorAll(".card > b").Select(b => b.TextContent));
    }
}
