using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AgentApprovals.Console.Incidents;
using AgentApprovals.Domain.Json;
using AgentApprovals.Ledger;
using AgentApprovals.Tests.Drivers;
using Bunit;
using Xunit;

namespace AgentApprovals.Tests.Incidents;

/// <summary>What is told of a stop afterwards, over the API and on its page.</summary>
public sealed class IncidentTests(ClockedConsole clocked) : IClassFixture<ClockedConsole>
{
    [Fact]
    public async Task An_incident_says_what_happened_what_may_have_and_what_did_not()
    {
        var (scene, stop, actions) = await StoppedAsync();
        var signed = (await scene.Admin.Get($"stops/{stop}/incident")).Is(HttpStatusCode.OK);
        var incident = signed["incident"]!;
        var fates = incident["actions"]!.AsArray().ToDictionary(a => a!.Text("id"), a => a!.Text("fate"));
        Assert.Equal("executed", fates[actions["completed"]]);
        Assert.Equal("mayHaveHappened", fates[actions["executing"]]);
        Assert.Equal("failed", fates[actions["failed"]]);
        Assert.Equal("revoked", fates[actions["released"]]);
        Assert.Equal("didNotHappen", fates[actions["waiting"]]);
        Assert.Equal("didNotHappen", fates[actions["denied"]]);
        Assert.Equal((1, 1, 1, 1, 2), ((int)incident["counts"]!["executed"]!, (int)incident["counts"]!["mayHaveHappened"]!, (int)incident["counts"]!["failed"]!, (int)incident["counts"]!["revoked"]!, (int)incident["counts"]!["didNotHappen"]!));
        Assert.Equal(160, (long)incident["secondsToContainment"]!);
        var executed = incident["actions"]!.AsArray().Single(a => a!.Text("id") == actions["completed"])!;
        Assert.Equal("Delete the post and tell those who were mailed.", executed.Text("compensation"));
        Assert.Null(incident["actions"]!.AsArray().Single(a => a!.Text("id") == actions["waiting"])!["compensation"]);
        var timeline = incident["timeline"]!.AsArray();
        Assert.Equal("session.started", timeline[0]!.Text("kind"));
        Assert.Contains("stop.ordered", timeline.Select(e => e!.Text("kind")));
        Assert.Equal(timeline.Select(e => (long)e!["sequence"]!).Order(), timeline.Select(e => (long)e!["sequence"]!));
        Assert.DoesNotContain("Flush the cache", signed.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_is_signed_with_the_key_of_the_checkpoints_and_a_changed_one_shows()
    {
        var (scene, stop, _) = await StoppedAsync();
        var signed = (await scene.Admin.Get($"stops/{stop}/incident")).Is(HttpStatusCode.OK);
        var keys = SigningKey.ReadSet(await clocked.Console.Http().GetByteArrayAsync(new Uri(clocked.Console.Address, "/.well-known/agent-approvals-keys"), Xunit.TestContext.Current.CancellationToken));
        var key = keys[signed["signature"]!.Text("keyId")];
        Assert.True(key.Verifies(Statement(signed), signed["signature"]!.Text("value")));
        signed["incident"]!["counts"]!["executed"] = 0;
        Assert.False(key.Verifies(Statement(signed), signed["signature"]!.Text("value")));

        static byte[] Statement(JsonNode signed) => CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(signed["incident"]!.ToJsonString()));
    }

    [Fact]
    public async Task Whoever_may_not_know_of_the_stop_finds_no_incident()
    {
        var (scene, stop, _) = await StoppedAsync();
        var (stranger, _, id) = await scene.PersonAsync([]);
        (await stranger.Get($"stops/{stop}/incident")).IsRefused(HttpStatusCode.NotFound, "not_found");
        await using var context = new PageContext(clocked.Console, id);
        var page = context.Render<IncidentPage>(p => p.Add(i => i.Id, Guid.Parse(stop)));
        page.WaitForAssertion(() => Assert.Contains("There is no such incident", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_page_shows_what_may_have_to_be_undone_and_how()
    {
        var (scene, stop, actions) = await StoppedAsync();
        var (_, _, id) = await scene.PersonAsync(["Manager"]);
        await using var context = new PageContext(clocked.Console, id);
        var page = context.Render<IncidentPage>(p => p.Add(i => i.Id, Guid.Parse(stop)));
        var effects = page.WaitForElements(".effects li", 2);
        Assert.StartsWith("May have happened:", effects[0].TextContent.Trim(), StringComparison.Ordinal);
        Assert.Contains(actions["executing"], effects[0].InnerHtml, StringComparison.Ordinal);
        Assert.Contains("To undo: Delete the post", effects[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("2 min 40 s", page.Find(".figures dd").TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(page.FindAll(".timeline > li"));
    }

    /// <summary>A session that did a bit of everything, and was stopped 160 s after it first asked.</summary>
    private async Task<(Scene Scene, string Stop, IReadOnlyDictionary<string, string> Actions)> StoppedAsync()
    {
        var scene = await clocked.SceneAsync(new[] { Scene.Rule(window: 0, hold: 0) });
        var reviewer = await scene.ReviewerAsync();
        var run = await scene.SessionAsync();
        var actions = new Dictionary<string, string>();
        foreach (var (name, i) in new[] { "completed", "executing", "failed", "released", "denied", "waiting" }.Select((n, i) => (n, i)))
        {
            var action = await run.Submitted(Scene.Post($"forum://engineering/threads/{i}"));
            actions[name] = action.Text("id");
            if (name == "denied")
                (await reviewer.Deny(action)).Is(HttpStatusCode.OK);
            else if (name != "waiting")
                (await reviewer.Approve(action)).Is(HttpStatusCode.OK);
        }

        clocked.Pass(60);
        foreach (var name in new[] { "completed", "executing", "failed" })
            (await run.Agent.Post($"actions/{actions[name]}/redeem")).Is(HttpStatusCode.OK);
        (await run.Agent.Post($"actions/{actions["completed"]}/result", new { outcome = "succeeded" })).Is(HttpStatusCode.OK);
        (await run.Agent.Post($"actions/{actions["failed"]}/result", new { outcome = "failed" })).Is(HttpStatusCode.OK);
        clocked.Pass(100);
        return (scene, (await scene.Admin.Post($"sessions/{run.Id}/stop", new { reason = "Posts too much" })).Is(HttpStatusCode.Accepted).Text("id"), actions);
    }
}
