using System.Net;
using AgentApprovals.Tests.Drivers;
using Bunit;
using Xunit;

namespace AgentApprovals.Tests.Console.Agents;

/// <summary>Standing instructions on an agent's page: those for all before its own.</summary>
public sealed class InstructionsTests(AgentConsole console) : IClassFixture<AgentConsole>
{
    [Fact]
    public async Task Those_for_all_stand_first_and_both_have_the_digest_that_the_agent_is_handed()
    {
        (await console.Admin.Put("instructions", new { text = "Ask first." })).Is(HttpStatusCode.OK);
        var (id, name, key) = await console.AgentAsync();
        (await console.Admin.Put($"agents/{id}/instructions", new { text = "Then <b>post</b>." })).Is(HttpStatusCode.OK);
        var page = await console.OpenAsync(id, "instructions", AgentConsole.Reviewer);
        page.WaitForAssertion(() => Assert.Equal(["Ask first.", "Then <b>post</b>."], page.FindAll(".text").Select(t => t.TextContent)));
        var handed = (await console.Scene.SessionAsync(key: key)).Opened["instructions"]!;
        Assert.Equal([$"{handed["version"]}", handed.Text("digest")], page.FindAll(".facts .num, .facts code").Skip(1).Select(e => e.TextContent).TakeLast(2));
        Assert.All(page.FindAll("button[aria-label^='Edit']"), b => Assert.True(b.HasAttribute("disabled")));
        Assert.Contains($"For {name}, after them", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_is_written_over_the_version_that_was_read_and_no_other()
    {
        var (id, name) = await console.FreshAsync();
        var own = $"Edit: For {name}, after them";
        var page = await console.OpenAsync(id, "instructions");
        page.WaitForElement($"button[aria-label='{own}']");
        await page.ClickAsync($"button[aria-label='{own}']");
        await page.FillAsync("Instructions", "Mine");
        (await console.Admin.Put($"agents/{id}/instructions", new { text = "Theirs" })).Is(HttpStatusCode.OK);
        page.Says("Version 1 was saved meanwhile.", ".elsewhere");
        page.Says("Theirs", ".elsewhere");
        await page.SubmitAsync(own);
        page.Says("The list was changed since you read it; nothing was saved.", ".refusal");
        await page.PressAsync("Go on with mine, to replace theirs");
        await page.SubmitAsync(own);
        page.Says("Saved. Sessions are handed it from now on.");
        var saved = (await console.Admin.Get($"agents/{id}/instructions")).Is(HttpStatusCode.OK);
        Assert.Equal((2, "Mine"), ((int)saved["version"]!, saved.Text("text")));
    }
}
