using System.Net;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Api;

/// <summary>An approver changes what would run, or takes their approval back.</summary>
public sealed class EditTests(ClockedConsole clocked) : IClassFixture<ClockedConsole>
{
    private static object Reviewers(int count) => new[] { new[] { new { from = "Reviewer", count } } };

    [Fact]
    public async Task An_edit_voids_earlier_approvals_and_is_what_the_agent_executes()
    {
        var scene = await clocked.SceneAsync(new[] { Scene.Rule(requires: Reviewers(2)) });
        var run = await scene.SessionAsync();
        var (first, editor, third) = (await scene.ReviewerAsync(), await scene.ReviewerAsync(), await scene.ReviewerAsync());
        var action = await run.Submitted();
        (await first.Approve(action)).Is(HttpStatusCode.OK);
        var edited = (await editor.Approve(action, new { body = "Ask the owner first" })).Is(HttpStatusCode.OK);
        Assert.Equal("pending", edited.Text("status"));
        Assert.True((bool)edited["edited"]!);
        Assert.Single(edited["approvals"]!.AsArray());
        (await third.Approve(action)).IsRefused(HttpStatusCode.Conflict, "payload_changed");
        // At high risk nobody writes and releases the same payload: what now holds is shown.
        var needed = (int)edited["requires"]![0]![0]!["count"]!;
        Assert.InRange(needed, 2, 3);
        (await third.Approve(edited)).Is(HttpStatusCode.OK);
        if (needed == 3)
            (await first.Approve(edited)).Is(HttpStatusCode.OK);
        var redeemed = (await run.Agent.Post($"actions/{action["id"]}/redeem")).Is(HttpStatusCode.OK);
        Assert.Equal("Ask the owner first", redeemed["payload"]!.Text("body"));
        Assert.Equal(edited.Text("payloadDigest"), redeemed["action"]!.Text("payloadDigest"));
    }

    [Fact]
    public async Task An_edit_that_a_rule_denies_changes_nothing()
    {
        // A rule about risk sees what an edit adds.
        var scene = await clocked.SceneAsync(new[] { Scene.Rule("deny", match: new { minRisk = 75 }, name: "Too risky"), Scene.Rule() });
        var run = await scene.SessionAsync();
        var reviewer = await scene.ReviewerAsync();
        var action = await run.Submitted(Scene.Post("a://1", new { body = "hello" }));
        Assert.Equal("pending", action.Text("status"));
        var risky = new { body = "hello", recipients = Enumerable.Range(0, 5000).Select(i => $"p{i}@example.com"), key = "AKIAIOSFODNN7EXAMPLE" };
        (await reviewer.Approve(action, risky)).IsRefused(HttpStatusCode.Conflict, "edit_refused");
        var still = await reviewer.Look(action);
        Assert.Equal(("pending", action.Text("payloadDigest"), false), (still.Text("status"), still.Text("payloadDigest"), (bool)still["edited"]!));
    }

    [Fact]
    public async Task An_approval_can_be_taken_back_until_release()
    {
        var scene = await clocked.SceneAsync(new[] { Scene.Rule(window: 60) });
        var run = await scene.SessionAsync();
        var (reviewer, other) = (await scene.ReviewerAsync(), await scene.ReviewerAsync());
        var action = await run.Submitted();
        var mine = $"actions/{action["id"]}/decisions/mine";
        (await reviewer.Delete(mine)).IsRefused(HttpStatusCode.NotFound, "not_found");
        Assert.Equal("approved", (await reviewer.Approve(action)).Is(HttpStatusCode.OK).Text("status"));
        (await other.Delete(mine)).IsRefused(HttpStatusCode.NotFound, "not_found");
        var back = (await reviewer.Delete(mine)).Is(HttpStatusCode.OK);
        Assert.Equal("pending", back.Text("status"));
        Assert.Null(back["releaseAt"]);
        Assert.Null(back["permitExpiresAt"]);
        Assert.Empty(back["approvals"]!.AsArray());
        (await reviewer.Approve(action)).Is(HttpStatusCode.OK);
        clocked.Pass(60);
        (await reviewer.Delete(mine)).IsRefused(HttpStatusCode.Conflict, "not_pending");
        Assert.Equal("released", (await run.Agent.Look(action)).Text("status"));
    }

    [Fact]
    public async Task Taken_back_after_its_time_to_decide_it_is_expired()
    {
        var scene = await clocked.SceneAsync(new[] { Scene.Rule(window: 60, hold: 100, expires: 70) });
        var run = await scene.SessionAsync();
        var reviewer = await scene.ReviewerAsync();
        var action = await run.Submitted();
        (await reviewer.Approve(action)).Is(HttpStatusCode.OK);
        clocked.Pass(70);
        Assert.Equal("approved", (await run.Agent.Look(action)).Text("status"));
        Assert.Equal("expired", (await reviewer.Delete($"actions/{action["id"]}/decisions/mine")).Is(HttpStatusCode.OK).Text("status"));
        (await reviewer.Approve(action)).IsRefused(HttpStatusCode.Conflict, "action_expired");
    }
}
