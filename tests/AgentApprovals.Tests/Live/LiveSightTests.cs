using System.Net;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Live;

/// <summary>Who is told of what over the hub, and who no longer is.</summary>
public sealed class LiveSightTests : IAsyncDisposable
{
    private readonly TestConsole _console = new(timer: false, hangfire: false);

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Theory]
    [InlineData("Administrator", true, true)]
    [InlineData("Auditor", true, true)]
    [InlineData("Manager", true, false)]
    [InlineData("Reviewer", true, false)]
    [InlineData("Verifier", false, false)]
    public async Task A_role_says_which_kinds_of_entries_are_told(string role, bool ofAgents, bool ofAllElse)
    {
        var scene = await Scene.SetAsync(_console);
        var (token, _) = await TokenAsync(scene, [role]);
        await using var live = await LiveClient.ConnectAsync(_console, token);
        await live.SubscribeAsync();
        var run = await scene.SessionAsync();
        await run.Submitted();
        await scene.PersonAsync([]);
        (await scene.Admin.Post("stop")).Is(HttpStatusCode.Accepted);
        (await scene.Admin.Post("resume", new { reason = "x" })).Is(HttpStatusCode.OK);
        string[] agents = ["session.started", "action.submitted", "stop.ordered", "everything.stopped", "stop.layer", "everything.resumed"];
        string[] others = ["person.created", "person.setup_link_made", "person.token_made"];
        var expected = (ofAgents ? agents : []).Concat(ofAllElse ? others : []).Order().ToArray();
        await using var all = await LiveClient.ConnectAsync(_console, TestConsole.AdminToken);
        if (expected.Length == 0)
            await Task.Delay(200, TestContext.Current.CancellationToken);
        else
            await live.UntilAsync("everything.resumed");
        Assert.Equal(expected, live.Kinds.Order());
    }

    [Fact]
    public async Task Who_has_no_role_is_told_of_their_own()
    {
        var scene = await Scene.SetAsync(_console, agent: new { actsFor = new[] { "dana@example.com", "*" } });
        var (dana, _) = await TokenAsync(scene, [], "dana@example.com");
        var (owner, _) = await TokenAsync(scene, [], "owner@example.com");
        await using var forDana = await LiveClient.ConnectAsync(_console, dana);
        await using var forOwner = await LiveClient.ConnectAsync(_console, owner);
        await forDana.SubscribeAsync();
        await forOwner.SubscribeAsync();
        var hers = await scene.SessionAsync("dana@example.com");
        var others = await scene.SessionAsync("eve@example.com");
        await hers.Submitted();
        await others.Submitted();
        (await scene.Admin.Post($"agents/{scene.AgentId}/stop")).Is(HttpStatusCode.Accepted);
        await forDana.UntilAsync("stop.layer");
        await forOwner.UntilAsync("stop.layer");
        Assert.Equal(["session.started", "action.submitted", "stop.ordered", "agent.stopped", "stop.layer"], forDana.Kinds);
        Assert.All(forDana.Told.Take(2), e => Assert.Equal(hers.Id, (string?)e["sessionId"]));
        Assert.Equal(["session.started", "session.started", "action.submitted", "action.submitted", "stop.ordered", "agent.stopped", "stop.layer"], forOwner.Kinds);
    }

    [Fact]
    public async Task A_changed_role_holds_from_its_entry_on_also_for_who_resumes()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var (token, id) = await TokenAsync(scene, []);
        await using var live = await LiveClient.ConnectAsync(_console, token);
        await live.SubscribeAsync();
        await run.Submitted(Scene.Post("forum://before"));
        (await scene.Admin.Patch($"people/{id}", new { roles = new[] { "Reviewer" } })).Is(HttpStatusCode.OK);
        await run.Submitted(Scene.Post("forum://between"));
        (await scene.Admin.Patch($"people/{id}", new { roles = Array.Empty<string>() })).Is(HttpStatusCode.OK);
        await run.Submitted(Scene.Post("forum://after"));
        (await scene.Admin.Patch($"people/{id}", new { roles = new[] { "Auditor" } })).Is(HttpStatusCode.OK);
        await live.UntilAsync("person.changed");
        string[] expected = ["forum://between"];
        Assert.Equal(expected, Resources(live));
        await using var later = await LiveClient.ConnectAsync(_console, token);
        await later.SubscribeAsync(0);
        await later.UntilAsync("person.changed");
        Assert.Equal(expected, Resources(later));
        Assert.DoesNotContain("agent.registered", later.Kinds);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_is_deactivated_is_cut_off_although_nothing_else_happens(bool subscribed)
    {
        var scene = await Scene.SetAsync(_console);
        var (token, id) = await TokenAsync(scene, ["Reviewer"]);
        await using var live = await LiveClient.ConnectAsync(_console, token);
        if (subscribed)
            await live.SubscribeAsync();
        (await scene.Admin.Patch($"people/{id}", new { active = false })).Is(HttpStatusCode.OK);
        await live.Closed.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<Exception>(() => LiveClient.ConnectAsync(_console, token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_deleted_token_cuts_its_own_connections_off_and_no_others(bool subscribed)
    {
        var scene = await Scene.SetAsync(_console);
        var (token, id) = await TokenAsync(scene, ["Reviewer"]);
        var other = (await scene.Admin.Post($"people/{id}/tokens", new { name = "other" })).Is(HttpStatusCode.Created);
        await using var live = await LiveClient.ConnectAsync(_console, token);
        await using var stays = await LiveClient.ConnectAsync(_console, other["token"]!.ToString());
        await stays.SubscribeAsync();
        if (subscribed)
            await live.SubscribeAsync();
        var tokens = (await scene.Admin.Get($"people/{id}/tokens")).Is(HttpStatusCode.OK)["items"]!.AsArray();
        var mine = tokens.Single(t => (string?)t!["id"] != (string?)other["id"])!["id"];
        Assert.Equal(HttpStatusCode.NoContent, (await scene.Admin.Delete($"people/{id}/tokens/{mine}")).Status);
        await live.Closed.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        await scene.SessionAsync();
        await stays.UntilAsync("session.started");
        Assert.False(stays.Closed.IsCompleted);
    }

    private static string[] Resources(LiveClient live) =>
        [.. live.Told.Where(e => (string?)e["kind"] == "action.submitted").Select(e => e["action"]!["resource"]!.ToString())];

    private static async Task<(string Token, string Id)> TokenAsync(Scene scene, string[] roles, string? email = null)
    {
        var (person, _, id) = await scene.PersonAsync(roles, email: email);
        return (person.Client.DefaultRequestHeaders.Authorization!.Parameter!, id);
    }
}
