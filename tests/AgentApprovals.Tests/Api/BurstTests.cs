using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using Xunit;
using static AgentApprovals.Tests.Api.Bursting;

namespace AgentApprovals.Tests.Api;

/// <summary>What comes too fast is gathered, waits for people, and can be denied as a whole; never approved as one.</summary>
public sealed class BurstTests(ClockedConsole clocked) : IClassFixture<ClockedConsole>
{
    private const HttpStatusCode Found = HttpStatusCode.OK;

    [Fact]
    public async Task The_eleventh_like_action_in_a_minute_opens_a_burst_over_all_sessions()
    {
        var scene = await clocked.SceneAsync(new[] { Scene.Rule() });
        Run[] runs = [await scene.SessionAsync(), await scene.SessionAsync("lee@example.com")];
        var first = await SubmitAsync(runs[0], 0);
        clocked.Pass(30);
        for (var i = 1; i < 10; i++)
            Assert.Null((await SubmitAsync(runs[i % 2], i))["burstId"]);
        Assert.Null((await runs[0].Submitted(Scene.Post(type: "email.read")))["burstId"]);
        clocked.Pass(29.999);
        var eleventh = await SubmitAsync(runs[1], 10);
        var id = eleventh.Text("burstId");
        var reviewer = await scene.ReviewerAsync();
        var burst = (await reviewer.Get($"bursts/{id}")).Is(Found);
        Assert.Equal((id, "email.delete", 11, "open"), (burst.Text("id"), burst.Text("type"), (int)burst["count"]!, burst.Text("state")));
        Assert.Equal(scene.AgentId, burst["agent"]!.Text("id"));
        Assert.Equal((first.Text("submittedAt"), eleventh.Text("submittedAt")), (burst.Text("firstAt"), burst.Text("lastAt")));
        Assert.Equal(11, (await reviewer.Get($"actions?burstId={id}")).Is(Found)["items"]!.AsArray().Count);
        Assert.Equal(id, (await reviewer.Look(first)).Text("burstId"));
        Assert.Contains(eleventh["risk"]!["factors"]!.AsArray(), f => f!.Text("name") == "burst");
        // Agents see their own, as of everything.
        Assert.Equal(5, (await runs[1].Agent.Get($"actions?burstId={id}")).Is(Found)["items"]!.AsArray().Count(a => a!.Text("status") == "pending") - 1);
        Assert.Empty((await reviewer.Get($"actions?burstId={Guid.CreateVersion7()}")).Is(Found)["items"]!.AsArray());
    }

    [Fact]
    public async Task Ten_in_a_minute_and_the_eleventh_after_it_open_none()
    {
        var scene = await clocked.SceneAsync(new[] { Scene.Rule() });
        var run = await scene.SessionAsync();
        for (var i = 0; i < 10; i++)
            await SubmitAsync(run, i);
        clocked.Pass(60);
        Assert.Null((await SubmitAsync(run, 10))["burstId"]);
    }

    [Theory]
    [InlineData("allow")]
    [InlineData("veto")]
    public async Task What_only_the_clock_would_release_waits_for_people_from_then_on(string mode)
    {
        var scene = await clocked.SceneAsync(new[] { Rule(mode, window: 60, name: "Mild"), Scene.Rule() });
        var run = await scene.SessionAsync();
        var before = new List<JsonNode>();
        for (var i = 0; i < 3; i++)
            before.Add(await SubmitAsync(run, i));
        Assert.All(before, a => Assert.Equal("approved", a.Text("status")));
        var opener = await SubmitAsync(run, 3);
        var later = await SubmitAsync(run, 4);
        foreach (var member in before.Append(opener).Append(later))
        {
            var now = await run.Agent.Look(member);
            Assert.Equal(("pending", opener.Text("burstId")), (now.Text("status"), now.Text("burstId")));
            Assert.Null(now["releaseAt"]);
            Assert.Equal(("Manager", 1), (now["requires"]![0]![0]!.Text("from"), (int)now["requires"]![0]![0]!["count"]!));
        }

        clocked.Pass(120);
        Assert.Equal("pending", (await run.Agent.Look(before[0])).Text("status"));
        var (manager, _, _) = await scene.PersonAsync(["Manager"]);
        Assert.Equal("released", (await manager.Approve(await manager.Look(before[0]))).Is(Found).Text("status"));
        Assert.Contains((await manager.Post($"bursts/{opener["burstId"]}/approve", new { comment = "All of it" })).Status, new[] { HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed });
    }

    [Fact]
    public async Task What_people_approved_joins_and_stays_approved()
    {
        var scene = await clocked.SceneAsync(new[] { Rule("review", window: 60, requires: "Reviewer"), Scene.Rule() });
        var run = await scene.SessionAsync();
        var reviewer = await scene.ReviewerAsync();
        var approved = await SubmitAsync(run, 0);
        (await reviewer.Approve(approved)).Is(Found);
        for (var i = 1; i < 3; i++)
            await SubmitAsync(run, i);
        var burst = (await SubmitAsync(run, 3)).Text("burstId");
        var now = await reviewer.Look(approved);
        Assert.Equal(("approved", burst), (now.Text("status"), now.Text("burstId")));
        clocked.Pass(60);
        Assert.Equal("released", (await reviewer.Look(approved)).Text("status"));
    }

    [Fact]
    public async Task A_burst_closes_a_while_after_the_last_like_one()
    {
        var scene = await clocked.SceneAsync(new[] { Rule("allow", window: 0), Scene.Rule() });
        var run = await scene.SessionAsync();
        var burst = await OpenAsync(run);
        var reviewer = await scene.ReviewerAsync();
        clocked.Pass(59);
        Assert.Equal(burst, (await SubmitAsync(run, 10)).Text("burstId"));
        clocked.Pass(59.999);
        Assert.Equal("open", (await reviewer.Get($"bursts/{burst}")).Is(Found).Text("state"));
        clocked.Pass(0.001);
        Assert.Equal("closed", (await reviewer.Get($"bursts/{burst}")).Is(Found).Text("state"));
        var after = await SubmitAsync(run, 11);
        Assert.Equal("released", after.Text("status"));
        Assert.Null(after["burstId"]);
    }

    [Fact]
    public async Task What_a_person_confirms_to_have_directed_still_belongs_to_its_burst()
    {
        var directed = Scene.Rule("allow", name: "Directed", match: new { types = new[] { "email.delete" }, directed = "confirmed" });
        var scene = await clocked.SceneAsync(new[] { directed, Rule("review", window: 0, requires: "Reviewer"), Scene.Rule() });
        var run = await scene.SessionAsync();
        var (director, email, _) = await scene.PersonAsync([]);
        var alone = await run.Submitted(Post(0, email));
        Assert.Equal("released", (await director.Post($"actions/{alone["id"]}/direction", new { confirmed = true })).Is(Found).Text("status"));
        await OpenAsync(run);
        var member = await run.Submitted(Post(50, email));
        var confirmed = (await director.Post($"actions/{member["id"]}/direction", new { confirmed = true })).Is(Found);
        Assert.Equal(("pending", "Directed"), (confirmed.Text("status"), confirmed["policy"]!.Text("rule")));
    }

    [Fact]
    public async Task A_rehearsal_says_what_a_burst_would_do_and_opens_none()
    {
        var scene = await clocked.SceneAsync(new[] { Rule("allow", window: 60), Scene.Rule() });
        var run = await scene.SessionAsync();
        var first = await SubmitAsync(run, 0);
        for (var i = 1; i < 3; i++)
            await SubmitAsync(run, i);
        var would = (await run.Agent.Post("actions?dryRun=true", Post(3))).Is(Found);
        Assert.Equal("pending", would.Text("status"));
        Assert.Equal("approved", (await run.Agent.Look(first)).Text("status"));
        Assert.Null((await run.Agent.Look(first))["burstId"]);
    }
}
