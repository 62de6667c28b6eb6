using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Api;

/// <summary>What is due by the clock holds by the clock, in every read and filter, with nobody who writes it down.</summary>
public sealed class EffectiveStatusTests(ClockedConsole clocked) : IClassFixture<ClockedConsole>
{
    private static readonly object[] Rules =
    [
        Scene.Rule("veto", window: 30, permit: 40, match: new { resources = new[] { "veto://*" } }, name: "Veto", extra: new { executeSeconds = 50 }),
        Scene.Rule("deny", match: new { resources = new[] { "deny://*" } }, name: "Deny"),
        Scene.Rule(window: 0, expires: 100),
    ];

    [Fact]
    public async Task Each_status_is_what_its_filter_finds()
    {
        var scene = await clocked.SceneAsync(Rules, new { limits = new { sessionSeconds = 1000 } });
        var run = await scene.SessionAsync();
        var reviewer = await scene.ReviewerAsync();
        var completed = await ReleasedAsync(run, "veto://completed");
        (await run.Agent.Post($"actions/{completed["id"]}/redeem")).Is(HttpStatusCode.OK);
        (await run.Agent.Post($"actions/{completed["id"]}/result", new { outcome = "succeeded" })).Is(HttpStatusCode.OK);
        var failed = await ReleasedAsync(run, "veto://failed");
        (await run.Agent.Post($"actions/{failed["id"]}/redeem")).Is(HttpStatusCode.OK);
        var unredeemed = await run.Submitted(Scene.Post("veto://unredeemed"));
        var undecided = await run.Submitted(Scene.Post("other://undecided"));
        clocked.Pass(100);
        var denied = await run.Submitted(Scene.Post("other://denied"));
        (await reviewer.Deny(denied)).Is(HttpStatusCode.OK);
        var byPolicy = await run.Submitted(Scene.Post("deny://it"));
        Assert.Equal("denied_by_policy", byPolicy["decision"]!.Text("code"));
        var cancelled = await run.Submitted(Scene.Post("other://cancelled"));
        await run.Agent.Delete($"actions/{cancelled["id"]}");
        var executing = await ReleasedAsync(run, "veto://executing");
        (await run.Agent.Post($"actions/{executing["id"]}/redeem")).Is(HttpStatusCode.OK);
        var released = await ReleasedAsync(run, "veto://released");
        var approved = await run.Submitted(Scene.Post("veto://approved"));
        var pending = await run.Submitted(Scene.Post("other://pending"));
        await IsAsync(scene, run, new()
        {
            ["pending"] = [pending],
            ["approved"] = [approved],
            ["released"] = [released],
            ["executing"] = [executing],
            ["completed"] = [completed],
            ["failed"] = [failed],
            ["denied"] = [byPolicy, denied],
            ["expired"] = [undecided, unredeemed],
            ["cancelled"] = [cancelled],
            ["stopped"] = [],
            ["expired,cancelled"] = [cancelled, undecided, unredeemed],
        });
        Assert.Equal("unknown", (await run.Agent.Look(failed)).Text("outcome"));

        (await scene.Admin.Post($"sessions/{run.Id}/stop")).Is(HttpStatusCode.Accepted);
        await IsAsync(scene, null, new() { ["stopped"] = [pending, approved, released, executing], ["pending"] = [], ["approved"] = [], ["released"] = [], ["executing"] = [] });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_session_that_ends_or_expires_takes_what_waits_with_it(bool ends)
    {
        var scene = await clocked.SceneAsync(Rules, new { limits = new { sessionSeconds = 60 } });
        var run = await scene.SessionAsync();
        var executing = await ReleasedAsync(run, "veto://executing");
        (await run.Agent.Post($"actions/{executing["id"]}/redeem")).Is(HttpStatusCode.OK);
        var released = await run.Submitted(Scene.Post("veto://released"));
        clocked.Pass(29);
        var approved = await run.Submitted(Scene.Post("veto://approved"));
        var pending = await run.Submitted(Scene.Post("other://pending"));
        if (ends)
            await run.Agent.Delete("sessions/current");
        else
            clocked.Pass(1);
        await IsAsync(scene, null, new() { ["cancelled"] = [pending, approved, released], ["failed"] = [executing], ["pending"] = [], ["released"] = [] });
        Assert.Equal("unknown", (await scene.Admin.Look(executing)).Text("outcome"));
        // A clock that runs on changes nothing that is settled.
        clocked.Pass(1000);
        await IsAsync(scene, null, new() { ["cancelled"] = [pending, approved, released], ["failed"] = [executing], ["expired"] = [] });
    }

    [Fact]
    public async Task Pages_go_on_where_they_ended_whatever_came_meanwhile()
    {
        var scene = await clocked.SceneAsync(Rules);
        var run = await scene.SessionAsync();
        var made = new List<string>();
        for (var i = 0; i < 7; i++)
            made.Add((await run.Submitted(Scene.Post($"other://{i}", type: i % 2 == 0 ? "forum.post" : "mail.send"))).Text("id"));
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await scene.Admin.Get($"actions?agentId={scene.AgentId}&limit=3{(cursor is null ? "" : $"&cursor={cursor}")}")).Is(HttpStatusCode.OK);
            seen.AddRange(page["items"]!.AsArray().Select(a => a!.Text("id")));
            cursor = (string?)page["nextCursor"];
            await run.Submitted(Scene.Post("other://new"));
        }
        while (cursor is not null);

        Assert.Equal(made.AsEnumerable().Reverse(), seen);
        Assert.Equal(made.Order(StringComparer.Ordinal), made);
        Assert.Equal(3, (await scene.Admin.Get($"actions?sessionId={run.Id}&type=mail.send")).Is(HttpStatusCode.OK)["items"]!.AsArray().Count);
        Assert.Empty((await scene.Admin.Get($"actions?burstId={Guid.CreateVersion7()}")).Is(HttpStatusCode.OK)["items"]!.AsArray());
        Assert.Empty((await scene.Admin.Get($"actions?agentId={Guid.CreateVersion7()}")).Is(HttpStatusCode.OK)["items"]!.AsArray());
        foreach (var query in new[] { "limit=0", "limit=201", "limit=x", "cursor=x", "status=unknown", "agentId=x", "sessionId=x", "burstId=x" })
            (await scene.Admin.Get($"actions?{query}")).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
    }

    private async Task<JsonNode> ReleasedAsync(Run run, string resource)
    {
        var action = await run.Submitted(Scene.Post(resource));
        clocked.Pass(30);
        return action;
    }

    private static async Task IsAsync(Scene scene, Run? run, Dictionary<string, JsonNode[]> expected)
    {
        foreach (var (status, actions) in expected)
        {
            var ids = actions.Select(a => a.Text("id")).Order(StringComparer.Ordinal).ToArray();
            foreach (var caller in new[] { scene.Admin, run?.Agent }.OfType<Person>())
            {
                var list = (await caller.Get($"actions?agentId={scene.AgentId}&status={status}")).Is(HttpStatusCode.OK)["items"]!.AsArray();
                Assert.Equal(ids, list.Select(a => a!.Text("id")).Order(StringComparer.Ordinal));
            }

            foreach (var action in actions.Where(_ => !status.Contains(',', StringComparison.Ordinal)))
                Assert.Equal(status, (await scene.Admin.Look(action)).Text("status"));
        }
    }
}
