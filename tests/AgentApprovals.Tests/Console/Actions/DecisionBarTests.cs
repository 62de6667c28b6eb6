using System.Net;
using AgentApprovals.Console.Actions;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Security;
using AgentApprovals.Tests.Drivers;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AgentApprovals.Tests.Console.Actions;

/// <summary>The decision bar, with the clock in the test's hand.</summary>
public sealed class DecisionBarTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));
    private readonly TestConsole _console;
    private string _reviewer = "";

    public DecisionBarTests() => _console = new(_clock, timer: false, hangfire: false);

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task A_press_sooner_than_a_person_can_have_seen_the_card_decides_nothing()
    {
        var (scene, pane, id) = await OpenAsync();
        await pane.Find("[data-key=a]").ClickAsync(new());
        _clock.Advance(Care.ArmedAfter - TimeSpan.FromMilliseconds(1));
        await pane.Find("[data-key=a]").ClickAsync(new());
        Assert.Equal("pending", await StatusAsync(scene, id));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await pane.Find("[data-key=a]").ClickAsync(new());
        Assert.Equal("approved", await StatusAsync(scene, id));
    }

    [Fact]
    public async Task Denying_takes_a_reason_and_tells_it()
    {
        var (scene, pane, id) = await OpenAsync();
        _clock.Advance(TimeSpan.FromSeconds(1));
        await pane.Find("[data-key=d]").ClickAsync(new());
        Assert.True(pane.Find("[data-key='Ctrl+Enter']").HasAttribute("disabled"));
        await pane.Find("#deny-reason").InputAsync(new() { Value = "Ask the owner first" });
        await pane.Find("[data-key='Ctrl+Enter']").ClickAsync(new());
        Assert.Equal("Ask the owner first", (string?)(await scene.Admin.Get($"actions/{id}")).Body?["decision"]?["comment"]);
    }

    [Fact]
    public async Task An_edit_shows_what_changes_and_what_runs_is_the_edit()
    {
        var (scene, pane, id) = await OpenAsync();
        _clock.Advance(TimeSpan.FromSeconds(1));
        await pane.Find("[data-key=e]").ClickAsync(new());
        Assert.True(pane.Find("[data-key='Ctrl+Enter']").HasAttribute("disabled"));
        await pane.Find("#edit-payload").InputAsync(new() { Value = "{ \"body\": \"Ask first\", \"body\": 1 }" });
        Assert.Contains("twice", pane.Find(".refusal").TextContent, StringComparison.Ordinal);
        await pane.Find("#edit-payload").InputAsync(new() { Value = "{ \"body\": \"Ask first\" }" });
        Assert.Contains(pane.FindAll(".inserted"), l => l.TextContent.Contains("Ask first", StringComparison.Ordinal));
        Assert.Contains(pane.FindAll(".deleted"), l => l.TextContent.Contains("Flush the cache", StringComparison.Ordinal));
        await pane.Find("[data-key='Ctrl+Enter']").ClickAsync(new());
        var action = (await scene.Admin.Get($"actions/{id}")).Is(HttpStatusCode.OK);
        Assert.True((bool?)action["edited"]);
        Assert.Equal("Ask first", (string?)action["payload"]!["body"]);
    }

    [Fact]
    public async Task What_was_not_seen_is_not_approved()
    {
        var (scene, pane, id) = await OpenAsync("forum.post");
        _clock.Advance(TimeSpan.FromSeconds(3));
        var digest = (string?)(await scene.Admin.Get($"actions/{id}")).Body?["payloadDigest"];
        var other = await scene.ReviewerAsync();
        (await other.Post($"actions/{id}/decisions", new { verdict = "approve", payloadDigest = digest, payload = new { body = "Something else" } })).Is(HttpStatusCode.OK);
        await pane.Find("[data-key=a]").ClickAsync(new());
        await pane.Find("[data-key=y]").ClickAsync(new());
        Assert.Contains("not the one you saw", pane.Find(".refusal").TextContent, StringComparison.Ordinal);
        pane.Render(p => p.Add(x => x.View, View(id)));
        Assert.Contains("Somebody changed the payload", pane.Find(".moved").TextContent, StringComparison.Ordinal);
        Assert.Empty(pane.FindAll("[data-key=a]"));
    }

    [Fact]
    public async Task An_approval_can_be_taken_back_until_release()
    {
        var (scene, pane, id) = await OpenAsync();
        _clock.Advance(TimeSpan.FromSeconds(1));
        await pane.Find("[data-key=a]").ClickAsync(new());
        pane.Render(p => p.Add(x => x.View, View(id)));
        Assert.Contains("Takes effect in", pane.Find(".stands").TextContent, StringComparison.Ordinal);
        Assert.Contains("0:59", pane.Find(".stands aa-countdown").TextContent, StringComparison.Ordinal);
        await pane.Find("[data-key=u]").ClickAsync(new());
        Assert.Equal("pending", await StatusAsync(scene, id));
    }

    [Fact]
    public async Task Whoever_was_deactivated_decides_nothing_from_a_page_that_is_still_open()
    {
        var (scene, pane, id) = await OpenAsync();
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await scene.Admin.Patch($"people/{_reviewer}", new { active = false })).Is(HttpStatusCode.OK);
        await pane.Find("[data-key=a]").ClickAsync(new());
        Assert.Equal("pending", await StatusAsync(scene, id));
        Assert.NotEmpty(pane.FindAll(".refusal"));
    }

    [Fact]
    public async Task The_person_acted_for_reads_why_somebody_else_has_to_approve()
    {
        var scene = await Scene.SetAsync(_console);
        var (_, email, person) = await scene.PersonAsync(["Reviewer"]);
        var id = (await (await scene.SessionAsync(email)).Submitted()).Text("id");
        var pane = Render(person, id);
        Assert.True(pane.Find("[data-key=a]").HasAttribute("disabled"));
        Assert.False(pane.Find("[data-key=d]").HasAttribute("disabled"));
        Assert.Contains("somebody else has to approve", pane.Find(".stands").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_can_do_much_harm_is_approved_by_a_second_key_and_only_after_a_look()
    {
        var (scene, pane, id) = await OpenAsync("forum.post");
        Assert.Equal(RiskLevel.High, View(id).Action.Risk.Level);
        _clock.Advance(Care.Dwell(RiskLevel.High) - TimeSpan.FromMilliseconds(1));
        await pane.Find("[data-key=a]").ClickAsync(new());
        Assert.Empty(pane.FindAll("[data-key=y]"));
        _clock.Advance(TimeSpan.FromMilliseconds(200));
        pane.WaitForAssertion(() => Assert.False(pane.Find("[data-key=a]").HasAttribute("disabled")));
        await pane.Find("[data-key=a]").ClickAsync(new());
        Assert.Equal("pending", await StatusAsync(scene, id));
        await pane.Find("[data-key=y]").ClickAsync(new());
        Assert.Equal("approved", await StatusAsync(scene, id));
    }

    [Fact]
    public async Task What_can_do_the_most_harm_is_approved_by_whoever_read_it_and_names_it()
    {
        var (scene, pane, id) = await OpenAsync("payment.send", new { rows = 100_000, note = new string('n', 3000) });
        Assert.Equal(RiskLevel.Critical, View(id).Action.Risk.Level);
        Assert.Empty(pane.FindAll(".json .unfold"));
        _clock.Advance(Care.Dwell(RiskLevel.Critical) + TimeSpan.FromSeconds(1));
        Assert.True(pane.Find("[data-key=a]").HasAttribute("disabled"));
        Assert.Contains("Read what will happen", pane.Find(".stands").TextContent, StringComparison.Ordinal);
        await pane.Find("aa-read button").ClickAsync(new());
        await pane.Find("[data-key=a]").ClickAsync(new());
        foreach (var wrong in new[] { "", "forum://engineering/threads/884", "FORUM://engineering/threads/8841" })
        {
            await pane.Find("#confirm-name").InputAsync(new() { Value = wrong });
            Assert.True(pane.Find("[data-key='Ctrl+Enter']").HasAttribute("disabled"));
        }

        Assert.Equal("pending", await StatusAsync(scene, id));
        await pane.Find("#confirm-name").InputAsync(new() { Value = "forum://engineering/threads/8841" });
        await pane.Find("[data-key='Ctrl+Enter']").ClickAsync(new());
        Assert.Equal("approved", await StatusAsync(scene, id));
    }

    [Fact]
    public async Task An_edit_of_what_can_do_the_most_harm_is_no_way_around_naming_it()
    {
        var (scene, pane, id) = await OpenAsync("payment.send", new { rows = 100_000 });
        await pane.Find("aa-read button").ClickAsync(new());
        _clock.Advance(Care.Dwell(RiskLevel.Critical) + TimeSpan.FromSeconds(1));
        await pane.Find("[data-key=e]").ClickAsync(new());
        await pane.Find("#edit-payload").InputAsync(new() { Value = """{ "rows": 99999 }""" });
        Assert.True(pane.Find("[data-key='Ctrl+Enter']").HasAttribute("disabled"));
        await pane.Find("#confirm-name").InputAsync(new() { Value = "forum://engineering/threads/8841" });
        await pane.Find("[data-key='Ctrl+Enter']").ClickAsync(new());
        Assert.True((bool?)(await scene.Admin.Get($"actions/{id}")).Body?["edited"]);
    }

    [Theory]
    [InlineData("wiki.edit")]
    [InlineData("payment.send")]
    public async Task A_no_takes_one_key_whatever_the_risk(string type)
    {
        var (scene, pane, id) = await OpenAsync(type);
        await pane.Find("[data-key='2']").ClickAsync(new());
        Assert.Equal("pending", await StatusAsync(scene, id));
        _clock.Advance(Care.ArmedAfter);
        await pane.Find("[data-key='2']").ClickAsync(new());
        Assert.Equal("Nobody asked for this.", (string?)(await scene.Admin.Get($"actions/{id}")).Body?["decision"]?["comment"]);
    }

    [Fact]
    public async Task A_no_can_stop_the_agent_as_well()
    {
        var (scene, pane, id) = await OpenAsync();
        _clock.Advance(TimeSpan.FromSeconds(1));
        await pane.Find("[data-key=d]").ClickAsync(new());
        await pane.Find("#deny-reason").InputAsync(new() { Value = "It has gone wild" });
        await pane.FindAll("[role=radio]").Single(r => r.TextContent.Contains("stop the agent", StringComparison.Ordinal)).ClickAsync(new());
        await pane.Find("[data-key='Ctrl+Enter']").ClickAsync(new());
        Assert.Equal("denied", await StatusAsync(scene, id));
        var stop = Assert.Single((await scene.Admin.Get("stops")).Is(HttpStatusCode.OK)["items"]!.AsArray())!;
        Assert.Equal(("agent", "It has gone wild"), (stop.Text("scope"), stop.Text("reason")));
    }

    private async Task<(Scene Scene, IRenderedComponent<ActionPane> Pane, string Id)> OpenAsync(string type = "wiki.edit", object? payload = null)
    {
        var scene = await Scene.SetAsync(_console, new[] { Scene.Rule(window: 60) });
        var id = (await (await scene.SessionAsync()).Submitted(Scene.Post(type: type, payload: payload))).Text("id");
        _reviewer = (await scene.PersonAsync(["Reviewer"])).Id;
        return (scene, Render(_reviewer, id), id);
    }

    private IRenderedComponent<ActionPane> Render(string person, string id)
    {
        var pane = new PageContext(_console, person).Render<ActionPane>(p => p
            .Add(x => x.View, View(id))
            .Add(x => x.Person, _console.Services.GetRequiredService<Roster>().Person(new PersonId(Guid.Parse(person)))!)
            .Add(x => x.Catalogue, Catalogue.BuiltIn));
        pane.WaitForElement(".decide");
        return pane;
    }

    private ActionView View(string id) => _console.Services.GetRequiredService<Reader>().ActionAsync(new(Guid.Parse(id))).GetAwaiter().GetResult()!;

    private static async Task<string?> StatusAsync(Scene scene, string id) => (string?)(await scene.Admin.Get($"actions/{id}")).Body?["status"];
}
