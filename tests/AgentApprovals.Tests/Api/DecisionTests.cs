using System.Net;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Api;

/// <summary>Who may decide, what they are told where they may not, and in which order.</summary>
public sealed class DecisionTests(ClockedConsole clocked) : IClassFixture<ClockedConsole>
{
    private const HttpStatusCode Forbidden = HttpStatusCode.Forbidden, Conflict = HttpStatusCode.Conflict, Bad = HttpStatusCode.BadRequest;

    private static object Both { get; } = new[] { new[] { new { from = "Reviewer", count = 1 }, new { from = "group:security", count = 1 } } };

    [Fact]
    public async Task Only_who_fills_a_part_may_approve()
    {
        var scene = await clocked.SceneAsync(new[] { Scene.Rule(requires: new[] { new[] { new { from = "Reviewer", count = 1 } } }) });
        var run = await scene.SessionAsync();
        var action = await run.Submitted();
        foreach (var role in new[] { "Manager", "Administrator", "Auditor" })
        {
            var (person, _, _) = await scene.PersonAsync([role]);
            (await person.Approve(action)).IsRefused(Forbidden, "not_a_reviewer");
            // The role is judged before the body.
            (await person.Post($"actions/{action["id"]}/decisions", new { verdict = "approve" })).IsRefused(Forbidden, "not_a_reviewer");
        }

        var (verifier, _, _) = await scene.PersonAsync(["Verifier"]);
        (await verifier.Approve(action)).IsRefused(HttpStatusCode.NotFound, "not_found");
        (await run.Agent.Approve(action)).IsRefused(Forbidden, "forbidden");
        (await clocked.Console.As(scene.Key).Approve(action)).IsRefused(Forbidden, "forbidden");
        var reviewer = await scene.ReviewerAsync();
        (await reviewer.Post($"actions/{action["id"]}/decisions", new { verdict = "approve" })).IsRefused(Bad, "invalid_request");
        (await reviewer.Post($"actions/{action["id"]}/decisions", new { verdict = "Approve" })).IsRefused(Bad, "invalid_request");
        (await reviewer.Post($"actions/{Guid.CreateVersion7()}/decisions", new { })).IsRefused(HttpStatusCode.NotFound, "not_found");
        (await reviewer.Approve(action)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_a_group_is_asked_for_takes_the_group_and_no_role()
    {
        var scene = await clocked.SceneAsync(new[] { Scene.Rule(requires: Both) });
        var action = await (await scene.SessionAsync()).Submitted();
        var (manager, _, _) = await scene.PersonAsync(["Manager"]);
        (await manager.Approve(action)).IsRefused(Forbidden, "wrong_group");
        var (member, _, _) = await scene.PersonAsync([], ["security"]);
        Assert.Equal("pending", (await member.Approve(action)).Is(HttpStatusCode.OK).Text("status"));
        var (reviewer, name, id) = await scene.PersonAsync(["Reviewer"]);
        var approved = (await reviewer.Approve(action, comment: "Fine")).Is(HttpStatusCode.OK);
        Assert.Equal("released", approved.Text("status"));
        Assert.Equal(2, approved["approvals"]!.AsArray().Count);
        Assert.Equal((name, id, "Fine"), (approved["approvals"]![1]!["by"]!.Text("name"), approved["approvals"]![1]!["by"]!.Text("id"), approved["approvals"]![1]!.Text("comment")));
        Assert.Null(approved["decision"]);
    }

    [Fact]
    public async Task Agents_see_peoples_names_only()
    {
        var scene = await clocked.SceneAsync(new[] { Scene.Rule(window: 60) });
        var run = await scene.SessionAsync();
        var reviewer = await scene.ReviewerAsync();
        var (approved, denied) = (await run.Submitted(Scene.Post("a://1")), await run.Submitted(Scene.Post("a://2")));
        (await reviewer.Approve(approved)).Is(HttpStatusCode.OK);
        (await reviewer.Deny(denied, "Not now")).Is(HttpStatusCode.OK);
        Assert.Equal(["name"], (await run.Agent.Look(approved))["approvals"]![0]!["by"]!.AsObject().Select(m => m.Key));
        var decision = (await run.Agent.Look(denied))["decision"]!;
        Assert.Equal(["name"], decision["by"]!.AsObject().Select(m => m.Key));
        Assert.Equal(("deny", "denied_by_person", "Not now"), (decision.Text("verdict"), decision.Text("code"), decision.Text("comment")));
        Assert.Equal(["id", "name"], (await reviewer.Look(denied))["decision"]!["by"]!.AsObject().Select(m => m.Key).Order());
    }

    [Fact]
    public async Task Who_may_look_may_not_always_deny()
    {
        var scene = await clocked.SceneAsync(new[] { Scene.Rule(requires: Both) });
        var action = await (await scene.SessionAsync("dana@example.com")).Submitted();
        var (auditor, _, _) = await scene.PersonAsync(["Auditor"]);
        (await auditor.Deny(action)).IsRefused(Forbidden, "forbidden");
        (await auditor.Post($"actions/{action["id"]}/decisions", new { verdict = "deny" })).IsRefused(Forbidden, "forbidden");
        var (member, _, _) = await scene.PersonAsync([], ["security"]);
        (await member.Deny(action, "")).IsRefused(Bad, "invalid_request");
        Assert.Equal("denied", (await member.Deny(action)).Is(HttpStatusCode.OK).Text("status"));
        (await member.Deny(action)).IsRefused(Conflict, "already_decided");
        (await scene.Admin.Deny(action)).IsRefused(Conflict, "not_pending");
    }

    [Fact]
    public async Task A_token_decides_as_far_as_it_was_made_for()
    {
        var scene = await clocked.SceneAsync(new[] { Scene.Rule() });
        var action = await (await scene.SessionAsync()).Submitted();
        var (none, _, _) = await scene.PersonAsync(["Reviewer"], mayDecide: "none");
        (await none.Approve(action)).IsRefused(Forbidden, "token_may_not_decide");
        (await none.Deny(action)).IsRefused(Forbidden, "token_may_not_decide");
        (await none.Get($"actions/{action["id"]}")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_has_moved_on_says_where_to()
    {
        var scene = await clocked.SceneAsync(new[] { Scene.Rule(window: 60, expires: 100, requires: new[] { new[] { new { from = "Reviewer", count = 2 } } }) });
        var run = await scene.SessionAsync();
        var (first, second, third) = (await scene.ReviewerAsync(), await scene.ReviewerAsync(), await scene.ReviewerAsync());
        var action = await run.Submitted();
        (await first.Approve(action)).Is(HttpStatusCode.OK);
        (await first.Approve(action)).IsRefused(Conflict, "already_decided");
        (await second.Approve(action)).Is(HttpStatusCode.OK);
        (await third.Approve(action)).IsRefused(Conflict, "not_pending");
        (await third.Approve(action, new { body = "An edit" })).IsRefused(Conflict, "not_pending");
        clocked.Pass(60);
        (await second.Approve(action)).IsRefused(Conflict, "already_decided");
        (await third.Deny(action)).Is(HttpStatusCode.OK);
        var late = await run.Submitted(Scene.Post("a://late"));
        clocked.Pass(100);
        (await first.Approve(late)).IsRefused(Conflict, "action_expired");
        (await first.Deny(late)).IsRefused(Conflict, "action_expired");
        var stopped = await run.Submitted(Scene.Post("a://stopped"));
        (await scene.Admin.Post($"sessions/{run.Id}/stop")).Is(HttpStatusCode.Accepted);
        (await first.Approve(stopped)).IsRefused(Conflict, "action_stopped");
        (await first.Deny(stopped)).IsRefused(Conflict, "action_stopped");
    }

    [Fact]
    public async Task State_goes_before_the_second_person_and_that_before_the_digest()
    {
        var scene = await clocked.SceneAsync(new[] { Scene.Rule() });
        var (dana, email, _) = await scene.PersonAsync(["Reviewer"]);
        var run = await scene.SessionAsync(email);
        var action = await run.Submitted();
        var other = new { verdict = "approve", payloadDigest = "sha256:other" };
        (await dana.Post($"actions/{action["id"]}/decisions", other)).IsRefused(Forbidden, "second_person_required");
        (await (await scene.ReviewerAsync()).Post($"actions/{action["id"]}/decisions", other)).IsRefused(Conflict, "payload_changed");
        await run.Agent.Delete($"actions/{action["id"]}");
        (await dana.Post($"actions/{action["id"]}/decisions", other)).IsRefused(Conflict, "not_pending");
    }
}
