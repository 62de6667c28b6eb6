using System.Net;
using AgentApprovals.Console.Agents;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Tests.Drivers;
using Bunit;
using Xunit;

namespace AgentApprovals.Tests.Console.Agents;

/// <summary>Limits and settings.</summary>
public sealed class SettingsTests(AgentConsole console) : IClassFixture<AgentConsole>
{
    private static readonly AgentState Before = new()
    {
        Id = new AgentId(Guid.Empty),
        Name = "a",
        DisplayName = "A",
        Owner = "o@example.com",
        ActsFor = [],
        Labels = ["one"],
        Limits = new(),
        Permissions = [],
        CreatedAt = new(0),
    };

    [Fact]
    public async Task Two_people_who_change_different_things_do_not_undo_each_other()
    {
        var (id, _) = await console.FreshAsync();
        var page = await console.OpenAsync(id, "settings");
        await page.FillAsync("Most sessions at once", "3");
        (await console.Admin.Patch($"agents/{id}", new { displayName = "Theirs", limits = new { maxPending = 7 } })).Is(HttpStatusCode.OK);
        page.WaitForAssertion(() => Assert.Contains(page.FindAll("input"), i => i.GetAttribute("value") == "7"));
        await page.SubmitAsync("Limits and settings");
        page.Says("Saved.");
        var agent = (await console.Admin.Get($"agents/{id}")).Is(HttpStatusCode.OK);
        Assert.Equal(("Theirs", 7, 3), (agent.Text("displayName"), (int)agent["limits"]!["maxPending"]!, (int)agent["limits"]!["maxSessions"]!));
    }

    [Fact]
    public async Task What_is_wrong_is_said_beside_its_field_and_nothing_is_saved()
    {
        var (id, _) = await console.FreshAsync();
        var page = await console.OpenAsync(id, "settings");
        await page.FillAsync("Seconds of a runner's lease", "soon");
        await page.FillAsync("Owner (e-mail)", "");
        await page.SubmitAsync("Limits and settings");
        page.Says("An integer from 5 to 600 is expected.");
        page.Says("An agent always has an owner.");
        Assert.Equal("owner@example.com", (await console.Admin.Get($"agents/{id}")).Is(HttpStatusCode.OK).Text("owner"));
    }

    [Fact]
    public async Task Whoever_is_no_administrator_reads_the_settings_and_is_told_why_no_more()
    {
        var (id, _) = await console.FreshAsync();
        var page = await console.OpenAsync(id, "settings", AgentConsole.Manager);
        Assert.Contains("Changing settings takes an Administrator.", page.Markup, StringComparison.Ordinal);
        Assert.All(page.FindAll("input, textarea:not([aria-hidden])"), i => Assert.True(i.HasAttribute("disabled")));
        Assert.Contains("Retiring takes an Administrator.", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_what_was_changed_is_sent()
    {
        var draft = new AgentDraft(Before);
        Assert.Equal("{}", draft.Patch(Before).ToJsonString());
        draft["displayName"] = " ";
        draft["labels"] = "one\ntwo\n";
        draft["maxPending"] = "many";
        draft.Set("isTest", true);
        Assert.Equal("""{"displayName":null,"labels":["one","two"],"isTest":true,"limits":{"maxPending":"many"}}""", draft.Patch(Before).ToJsonString());
    }

    [Fact]
    public void What_was_typed_wins_over_what_somebody_else_changed_and_nothing_else_does()
    {
        var draft = new AgentDraft(Before);
        draft["owner"] = "mine@example.com";
        var now = Before with { Owner = "theirs@example.com", DisplayName = "Theirs", RequiresRunner = true };
        draft.Follow(Before, now);
        Assert.Equal(("mine@example.com", "Theirs", true), (draft["owner"], draft["displayName"], draft.Is("requiresRunner")));
        Assert.Equal("""{"owner":"mine@example.com"}""", draft.Patch(now).ToJsonString());
    }
}
