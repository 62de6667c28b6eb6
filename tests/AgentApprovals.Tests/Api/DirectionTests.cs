using System.Net;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Api;

/// <summary>Whether a person told the agent to do it: a claim until that very person says so.</summary>
public sealed class DirectionTests(ClockedConsole clocked) : IClassFixture<ClockedConsole>
{
    private static readonly object[] Rules =
    [
        Scene.Rule("veto", window: 60, hold: 10, match: new { directed = "confirmed" }, name: "Directed"),
        Scene.Rule(window: 60, hold: 10, requires: new[] { new[] { new { from = "Reviewer", count = 2 } } }),
    ];

    [Fact]
    public async Task Only_the_person_named_is_asked_and_only_while_it_waits()
    {
        var scene = await clocked.SceneAsync(Rules);
        var (named, email, _) = await scene.PersonAsync([]);
        var run = await scene.SessionAsync();
        var action = await run.Submitted(Scene.Post(directedBy: $" {email.ToUpperInvariant()} "));
        Assert.Equal("claimed", action.Text("directed"));
        var path = $"actions/{action["id"]}/direction";
        var (reviewer, stranger) = (await scene.ReviewerAsync(), (await scene.PersonAsync([])).Person);
        (await reviewer.Post(path, new { confirmed = true })).IsRefused(HttpStatusCode.Forbidden, "forbidden");
        (await reviewer.Post(path, new { })).IsRefused(HttpStatusCode.Forbidden, "forbidden");
        (await stranger.Post(path, new { confirmed = true })).IsRefused(HttpStatusCode.NotFound, "not_found");
        (await named.Get($"actions/{action["id"]}")).Is(HttpStatusCode.OK);
        foreach (var body in new object[] { new { }, new { confirmed = "yes" } })
            (await named.Post(path, body)).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        await run.Agent.Delete($"actions/{action["id"]}");
        (await named.Post(path, new { confirmed = true })).IsRefused(HttpStatusCode.Conflict, "not_pending");
        Assert.Equal("none", (await run.Submitted(Scene.Post("a://nobody"))).Text("directed"));
        (await run.Submit(Scene.Post(directedBy: "somebody"))).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task Confirmed_it_is_judged_milder_and_its_clocks_stay()
    {
        var scene = await clocked.SceneAsync(Rules);
        var (named, email, _) = await scene.PersonAsync(["Reviewer"]);
        var run = await scene.SessionAsync();
        var action = await run.Submitted(Scene.Post(directedBy: email));
        (await named.Approve(action)).IsRefused(HttpStatusCode.Forbidden, "second_person_required");
        clocked.Pass(55);
        var confirmed = (await named.Post($"actions/{action["id"]}/direction", new { confirmed = true })).Is(HttpStatusCode.OK);
        Assert.Equal(("confirmed", "approved", "Directed"), (confirmed.Text("directed"), confirmed.Text("status"), confirmed["policy"]!.Text("rule")));
        Assert.Equal(action.Text("confirmationEndsAt"), confirmed.Text("confirmationEndsAt"));
        Assert.Equal(action.Text("expiresAt"), confirmed.Text("expiresAt"));
        Assert.True((int)confirmed["risk"]!["score"]! < (int)action["risk"]!["score"]!);
        // The later of the window's end (5 s from now) and the confirmation with its hold (10 s).
        clocked.Pass(9.999);
        Assert.Equal("approved", (await run.Agent.Look(action)).Text("status"));
        clocked.Pass(0.001);
        Assert.Equal("released", (await run.Agent.Look(action)).Text("status"));
        (await named.Post($"actions/{action["id"]}/direction", new { confirmed = false })).IsRefused(HttpStatusCode.Conflict, "not_pending");
    }

    [Fact]
    public async Task Disowned_also_after_it_was_confirmed_it_waits_for_people_again()
    {
        var scene = await clocked.SceneAsync(Rules);
        var (named, email, _) = await scene.PersonAsync([]);
        var run = await scene.SessionAsync();
        var reviewer = await scene.ReviewerAsync();
        var action = await run.Submitted(Scene.Post(directedBy: email));
        var path = $"actions/{action["id"]}/direction";
        (await reviewer.Approve(action)).Is(HttpStatusCode.OK);
        Assert.Equal("approved", (await named.Post(path, new { confirmed = true })).Is(HttpStatusCode.OK).Text("status"));
        var disowned = (await named.Post(path, new { confirmed = false })).Is(HttpStatusCode.OK);
        Assert.Equal(("disowned", "pending"), (disowned.Text("directed"), disowned.Text("status")));
        Assert.Empty(disowned["approvals"]!.AsArray());
        Assert.Null(disowned["releaseAt"]);
        Assert.NotEmpty(disowned["requires"]!.AsArray());
        (await named.Post(path, new { confirmed = false })).Is(HttpStatusCode.OK);
        var again = (await named.Post(path, new { confirmed = true })).Is(HttpStatusCode.OK);
        Assert.Equal("confirmed", again.Text("directed"));
        clocked.Pass(1800);
        (await named.Post(path, new { confirmed = false })).IsRefused(HttpStatusCode.Conflict, "not_pending");
    }
}
