using System.Net;
using AgentApprovals.Console.Agents;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Tests.Drivers;
using Bunit;
using Xunit;

namespace AgentApprovals.Tests.Console.Agents;

/// <summary>The editor of what an agent may ask for.</summary>
public sealed class PermissionsTests(AgentConsole console) : IClassFixture<AgentConsole>
{
    [Fact]
    public async Task What_is_wrong_is_said_beside_its_field_and_what_is_right_is_saved_as_the_next_version()
    {
        var (id, _) = await console.FreshAsync();
        var page = await console.OpenAsync(id, "permissions");
        Assert.Contains("Nothing is permitted.", page.Markup, StringComparison.Ordinal);
        await page.PressAsync("Edit permissions");
        await page.FillAsync("Most an hour", "many");
        await page.SubmitAsync("Edit permissions");
        page.Says("It is empty.");
        page.Says("An integer of at least 1 is expected.");
        page.Says("nothing was changed", ".refusal");

        await page.FillAsync("Type", "forum.*");
        await page.FillAsync("Resource", "forum://engineering/*");
        await page.FillAsync("Most an hour", "20");
        await page.FillAsync("Until (UTC)", "2040-01-02T03:04");
        await page.SubmitAsync("Edit permissions");
        page.Says("Saved as version 1.");
        var saved = (await console.Admin.Get($"agents/{id}/permissions")).Is(HttpStatusCode.OK);
        var item = saved["items"]!.AsArray().Single()!;
        Assert.Equal((1, "forum.*", "forum://engineering/*", 20, "2040-01-02T03:04:00.000Z"),
            ((int)saved["version"]!, item.Text("type"), item.Text("resource"), (int)item["maxPerHour"]!, item.Text("expiresAt")));
    }

    [Fact]
    public async Task When_somebody_else_saves_what_was_typed_stays_and_may_go_over_theirs()
    {
        var (id, _) = await console.FreshAsync();
        var page = await console.OpenAsync(id, "permissions");
        await page.PressAsync("Edit permissions");
        await page.FillAsync("Type", "mine.*");
        await page.FillAsync("Resource", "mine://*");
        (await console.Admin.Put($"agents/{id}/permissions", new { version = 0, items = new[] { new { type = "theirs.*", resource = "theirs://*" } } })).Is(HttpStatusCode.OK);
        page.Says("Version 1 was saved meanwhile.", ".elsewhere");
        page.Says("theirs.* theirs://*", ".elsewhere");
        Assert.Contains("mine://*", page.Find("form[aria-label='Edit permissions']").InnerHtml, StringComparison.Ordinal);

        // Pressed in spite of it: refused, and nothing lost.
        await page.SubmitAsync("Edit permissions");
        page.Says("The list was changed since you read it; nothing was saved.", ".refusal");
        await page.PressAsync("Go on with mine, to replace theirs");
        Assert.Empty(page.FindAll(".elsewhere"));
        await page.SubmitAsync("Edit permissions");
        page.Says("Saved as version 2.");
        var saved = (await console.Admin.Get($"agents/{id}/permissions")).Is(HttpStatusCode.OK);
        Assert.Equal(["mine.*"], saved["items"]!.AsArray().Select(i => i!.Text("type")));
    }

    [Fact]
    public async Task Whoever_is_no_administrator_is_told_so_and_only_managers_see_how_often_it_was_used()
    {
        var (id, _, key) = await console.AgentAsync();
        await (await console.Scene.SessionAsync(key: key)).Submitted();
        var reviewer = await console.OpenAsync(id, "permissions", AgentConsole.Reviewer);
        Assert.True(reviewer.ButtonOf("Edit permissions").HasAttribute("disabled"));
        Assert.Contains("Changing permissions takes an Administrator.", reviewer.Markup, StringComparison.Ordinal);
        Assert.Empty(reviewer.FindAll(".listing .uses"));
        var manager = await console.OpenAsync(id, "permissions", AgentConsole.Manager);
        Assert.Equal("1", manager.Find(".listing .uses .num").TextContent);
    }

    [Fact]
    public void A_permission_that_is_only_looked_at_is_sent_back_as_it_was()
    {
        var kept = new Permission("a.*", "b://*", 7, new Moment(1_800_000_000_123));
        var body = PermissionDraft.Body(3, [new PermissionDraft(kept), new PermissionDraft(kept with { MaxPerHour = null, ExpiresAt = null })]);
        Assert.Equal(
            """{"version":3,"items":[{"type":"a.*","resource":"b://*","maxPerHour":7,"expiresAt":"2027-01-15T08:00:00.123Z"},{"type":"a.*","resource":"b://*","maxPerHour":null,"expiresAt":null}]}""",
            body.ToJsonString());
    }
}
