using System.Net;
using AgentApprovals.Console.Layout;
using AgentApprovals.Tests.Drivers;
using Bunit;
using Xunit;

namespace AgentApprovals.Tests.Console.Agents;

/// <summary>One agent's page: who sees what of it, and stopping, resuming and retiring.</summary>
public sealed class AgentPageTests(AgentConsole console) : IClassFixture<AgentConsole>
{
    [Fact]
    public async Task An_agent_that_is_not_there_and_one_that_one_may_not_know_of_are_not_found_alike()
    {
        var (id, name, _) = await console.AgentAsync();
        var unknown = await console.OpenAsync(Guid.NewGuid().ToString());
        var hidden = await console.OpenAsync(id, roles: []);
        Assert.Equal(unknown.Find(".empty").TextContent, hidden.Find(".empty").TextContent);
        Assert.Contains("There is no such agent", hidden.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain(name, hidden.Markup, StringComparison.Ordinal);
        Assert.Equal("/stop", console.Of<StopTarget>().Address);
    }

    [Theory]
    [InlineData("Administrator", "Risk|Sessions|Actions|Permissions|Instructions|Keys|Limits and settings")]
    [InlineData("Manager", "Risk|Sessions|Actions|Permissions|Instructions|Limits and settings")]
    [InlineData("Reviewer", "Sessions|Actions|Permissions|Instructions|Limits and settings")]
    [InlineData(null, "Sessions|Actions|Permissions|Instructions|Limits and settings")]
    public async Task Each_sees_the_parts_that_the_API_would_answer(string? role, string parts)
    {
        var email = $"{Guid.NewGuid():N}@example.com";
        var (id, _, _) = await console.AgentAsync(new { owner = email });
        // The address names a part that most may not see: they get their first one.
        var page = await console.OpenAsync(id, "keys", role is null ? [] : [role], email);
        Assert.Equal(parts.Split('|'), page.FindAll(".tabs a").Select(a => a.TextContent));
        Assert.Single(page.FindAll(".tabs a[aria-current=page]"));
    }

    [Fact]
    public async Task Stop_opens_with_this_agent_chosen_and_what_was_stopped_can_be_resumed_with_a_reason()
    {
        var (id, _, _) = await console.AgentAsync();
        var reviewer = await console.OpenAsync(id, roles: AgentConsole.Reviewer);
        var page = await console.OpenAsync(id, roles: AgentConsole.Manager);
        Assert.Equal($"/stop?agent={id}", console.Of<StopTarget>().Address);
        Assert.Equal($"/stop?agent={id}", page.Find(".stop-this").GetAttribute("href"));

        (await console.Admin.Post($"agents/{id}/stop", new { reason = "It went \u202Eastray" })).Is(HttpStatusCode.Accepted);
        page.Says("Stopped by root@example.com", ".stopped");
        Assert.Equal("U+202E", page.Find(".stopped .chip-code").TextContent);
        Assert.Empty(page.FindAll(".stop-this"));
        reviewer.Says("Resuming takes a Manager or an Administrator.", ".stopped");
        Assert.True(reviewer.ButtonOf("Resume…").HasAttribute("disabled"));

        await page.PressAsync("Resume…");
        Assert.True(page.ButtonOf("Resume").HasAttribute("disabled"));
        await page.FillAsync("Why it may run again", "It was a drill");
        await page.SubmitAsync("Resume…");
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".stopped > div")));
        Assert.Equal("active", (await console.Admin.Get($"agents/{id}")).Is(HttpStatusCode.OK).Text("state"));
    }

    [Fact]
    public async Task Retiring_takes_the_name_and_is_for_good()
    {
        var (id, name, key) = await console.AgentAsync();
        await console.Scene.SessionAsync(key: key);
        var page = await console.OpenAsync(id, "settings");
        Assert.True(page.ButtonOf("Retire for good").HasAttribute("disabled"));
        await page.FillAsync($"Type {name}", name);
        await page.SubmitAsync("Retire it");
        page.Says("It can open no session any more", "p");
        page.WaitForAssertion(() => Assert.DoesNotContain(page.FindAll("h2"), h => h.TextContent == "Retire it"));
        (await console.Scene.Console.As(key).Post("sessions", new { onBehalfOf = "dana@example.com" })).IsRefused(HttpStatusCode.Forbidden, "agent_retired");
    }

    [Fact]
    public async Task Sessions_and_actions_follow_and_hold_still()
    {
        var (id, _, key) = await console.AgentAsync();
        var actions = await console.OpenAsync(id, "actions");
        actions.Says("It has asked for nothing yet");
        var sessions = await console.OpenAsync(id, "sessions");
        var run = await console.Scene.SessionAsync(key: key);
        sessions.WaitForAssertion(() => Assert.Equal($"/sessions/{run.Id}", sessions.Find(".listing .row-link").GetAttribute("href")));

        var first = await run.Submitted();
        actions.WaitForAssertion(() => Assert.Equal($"/?id={first["id"]}", actions.Find(".listing .row-link").GetAttribute("href")));
        await run.Submitted(Scene.Post(resource: "forum://b"));
        actions.WaitForAssertion(() => Assert.Equal("1 new", actions.Find(".chip.new").TextContent));
        Assert.Single(actions.FindAll(".listing tbody tr"));
        (await console.Admin.Post($"actions/{first["id"]}/decisions", new { verdict = "deny", comment = "No" })).Is(HttpStatusCode.OK);
        actions.WaitForAssertion(() => Assert.Equal("denied", actions.Find(".listing .state").TextContent));
        await actions.ClickAsync(".chip.new");
        actions.WaitForAssertion(() => Assert.Equal(["waiting", "denied"], actions.FindAll(".listing .state").Select(s => s.TextContent)));

        var denied = await console.OpenAsync(id, "actions&status=denied");
        denied.WaitForAssertion(() => Assert.Equal(["denied"], denied.FindAll(".listing .state").Select(s => s.TextContent)));
    }

    [Fact]
    public async Task Whoever_a_session_acts_for_sees_that_session_of_the_agent_and_no_other()
    {
        var email = $"{Guid.NewGuid():N}@example.com";
        var (id, _, key) = await console.AgentAsync(new { actsFor = new[] { "*", email } });
        await console.Scene.SessionAsync(key: key);
        var own = await console.Scene.SessionAsync(email, key);
        var page = await console.OpenAsync(id, "sessions", [], email);
        page.WaitForAssertion(() => Assert.Equal([$"/sessions/{own.Id}"], page.FindAll(".listing .row-link").Select(a => a.GetAttribute("href"))));
    }
}
