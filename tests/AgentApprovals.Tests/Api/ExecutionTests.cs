using System.Net;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Api;

/// <summary>What an agent does with its actions, and how it is refused.</summary>
public sealed class ExecutionTests(ClockedConsole clocked) : IClassFixture<ClockedConsole>
{
    private static readonly object[] Free = [Scene.Rule("allow", permit: 60)];

    [Fact]
    public async Task A_redeem_says_why_there_is_nothing_to_redeem()
    {
        var scene = await clocked.SceneAsync(new[] { Scene.Rule(permit: 60) });
        var run = await scene.SessionAsync();
        var reviewer = await scene.ReviewerAsync();
        var (denied, expired, withdrawn, redeemed) = (await run.Submitted(Scene.Post("a://1")), await run.Submitted(Scene.Post("a://2")), await run.Submitted(Scene.Post("a://3")), await run.Submitted(Scene.Post("a://4")));
        await RefusedAsync(denied, "not_released");
        (await reviewer.Deny(denied)).Is(HttpStatusCode.OK);
        (await run.Agent.Delete($"actions/{withdrawn["id"]}")).Is(HttpStatusCode.OK);
        (await reviewer.Approve(expired)).Is(HttpStatusCode.OK);
        (await reviewer.Approve(redeemed)).Is(HttpStatusCode.OK);
        (await run.Agent.Post($"actions/{redeemed["id"]}/redeem")).Is(HttpStatusCode.OK);
        clocked.Pass(60);
        await RefusedAsync(denied, "not_released");
        await RefusedAsync(withdrawn, "not_released");
        await RefusedAsync(expired, "action_expired");
        await RefusedAsync(redeemed, "already_redeemed");
        (await run.Agent.Post($"actions/{redeemed["id"]}/result", new { outcome = "succeeded" })).Is(HttpStatusCode.OK);
        await RefusedAsync(redeemed, "already_redeemed");

        async Task RefusedAsync(System.Text.Json.Nodes.JsonNode action, string code) =>
            (await run.Agent.Post($"actions/{action["id"]}/redeem")).IsRefused(HttpStatusCode.Conflict, code);
    }

    [Fact]
    public async Task Only_what_waits_can_be_withdrawn()
    {
        var scene = await clocked.SceneAsync(Free);
        var run = await scene.SessionAsync();
        var released = await run.Submitted();
        Assert.Equal("cancelled", (await run.Agent.Delete($"actions/{released["id"]}")).Is(HttpStatusCode.OK).Text("status"));
        (await run.Agent.Delete($"actions/{released["id"]}")).IsRefused(HttpStatusCode.Conflict, "not_pending");
        var executing = await run.Submitted();
        (await run.Agent.Post($"actions/{executing["id"]}/redeem")).Is(HttpStatusCode.OK);
        (await run.Agent.Delete($"actions/{executing["id"]}")).IsRefused(HttpStatusCode.Conflict, "not_pending");
    }

    [Fact]
    public async Task A_result_is_told_once_and_only_of_what_is_being_executed()
    {
        var scene = await clocked.SceneAsync(Free);
        var run = await scene.SessionAsync();
        var action = await run.Submitted();
        var path = $"actions/{action["id"]}/result";
        (await run.Agent.Post(path, new { outcome = "succeeded" })).IsRefused(HttpStatusCode.Conflict, "not_executing");
        (await run.Agent.Post($"actions/{action["id"]}/redeem")).Is(HttpStatusCode.OK);
        foreach (var body in new object[] { new { }, new { outcome = "unknown" }, new { outcome = "Succeeded" }, new { outcome = 1 }, new { outcome = "failed", detail = new string('x', 4001) } })
            (await run.Agent.Post(path, body)).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        var failed = (await run.Agent.Post(path, new { outcome = "failed", detail = "No such thread" })).Is(HttpStatusCode.OK);
        Assert.Equal(("failed", "failed"), (failed.Text("status"), failed.Text("outcome")));
        (await run.Agent.Post(path, new { outcome = "failed", detail = "No such thread" })).Is(HttpStatusCode.OK);
        (await run.Agent.Post(path, new { outcome = "succeeded" })).IsRefused(HttpStatusCode.Conflict, "not_executing");
    }

    [Fact]
    public async Task What_another_session_made_is_not_found_of_the_same_agent_too()
    {
        var scene = await clocked.SceneAsync(Free);
        var (run, other) = (await scene.SessionAsync(), await scene.SessionAsync());
        var id = (await run.Submitted())["id"];
        (await other.Agent.Get($"actions/{id}")).IsRefused(HttpStatusCode.NotFound, "not_found");
        (await other.Agent.Get($"actions/{id}?wait=5")).IsRefused(HttpStatusCode.NotFound, "not_found");
        (await other.Agent.Delete($"actions/{id}")).IsRefused(HttpStatusCode.NotFound, "not_found");
        (await other.Agent.Post($"actions/{id}/redeem")).IsRefused(HttpStatusCode.NotFound, "not_found");
        (await other.Agent.Post($"actions/{id}/result", new { })).IsRefused(HttpStatusCode.NotFound, "not_found");
        Assert.Empty((await other.Agent.Get($"actions?sessionId={run.Id}")).Is(HttpStatusCode.OK)["items"]!.AsArray());
        Assert.Empty((await other.Agent.Get("actions")).Is(HttpStatusCode.OK)["items"]!.AsArray());
        Assert.Single((await run.Agent.Get("actions")).Is(HttpStatusCode.OK)["items"]!.AsArray());
    }

    [Fact]
    public async Task An_agent_that_must_acknowledge_its_instructions_is_handed_them_until_it_does()
    {
        var scene = await clocked.SceneAsync(Free, new { requiresInstructionsDigest = true });
        (await scene.Admin.Put($"agents/{scene.AgentId}/instructions", new { text = "Confirm first." })).Is(HttpStatusCode.OK);
        var run = await scene.SessionAsync();
        foreach (var instructionsDigest in new[] { null, "sha256:old" })
        {
            var stale = await run.Agent.Post("actions", new { type = "forum.post", resource = "a://1", summary = "s", payload = 1, instructionsDigest });
            stale.IsRefused(HttpStatusCode.Conflict, "instructions_stale");
            Assert.Equal("Confirm first.", stale.Body!["instructions"]!.Text("text"));
        }

        var now = (await run.Agent.Get("sessions/current")).Is(HttpStatusCode.OK)["instructions"]!.Text("digest");
        (await run.Agent.Post("actions", new { type = "forum.post", resource = "a://1", summary = "s", payload = 1, instructionsDigest = now })).Is(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("maxPending", "too_many_pending")]
    [InlineData("maxActionsPerMinute", "too_many_requests")]
    [InlineData("maxPerHour", "too_many_requests")]
    [InlineData("beyond", "too_many_requests")]
    public async Task Over_a_limit_nothing_is_recorded_and_the_answer_says_when_to_come_back(string limit, string code)
    {
        var most = limit == "beyond" ? 10 : 3;
        var limits = new Dictionary<string, int> { ["sessionSeconds"] = 86_400 };
        if (limit is "maxPending" or "maxActionsPerMinute")
            limits[limit] = most;
        var scene = await clocked.SceneAsync(new[] { Scene.Rule(limit == "maxPending" ? "review" : "allow") }, new { limits });
        if (limit is "maxPerHour" or "beyond")
        {
            (await scene.Admin.Put($"agents/{scene.AgentId}/permissions", new { version = 1, items = limit == "beyond" ? [] : new object[] { new { type = "*", resource = "*", maxPerHour = most } } }))
                .Is(HttpStatusCode.OK);
        }

        var run = await scene.SessionAsync();
        for (var i = 0; i < most; i++)
        {
            await run.Submitted(Scene.Post($"a://{i}"));
            clocked.Pass(1);
        }

        var over = await run.Submit();
        over.IsRefused(HttpStatusCode.TooManyRequests, code);
        Assert.Equal(most, (await run.Agent.Get("actions")).Is(HttpStatusCode.OK)["items"]!.AsArray().Count);
        var seconds = over.Response.Headers.RetryAfter!.Delta!.Value.TotalSeconds;
        if (limit == "maxPending")
        {
            await run.Agent.Delete($"actions/{(await run.Agent.Get("actions")).Body!["items"]![0]!["id"]}");
        }
        else
        {
            clocked.Pass(seconds - 1);
            (await run.Submit()).IsRefused(HttpStatusCode.TooManyRequests, code);
            clocked.Pass(1);
        }

        await run.Submitted();
    }

    [Fact]
    public async Task A_rehearsal_says_what_would_happen_and_changes_nothing()
    {
        var scene = await clocked.SceneAsync(new[] { Scene.Rule() });
        var run = await scene.SessionAsync();
        var head = await HeadAsync();
        var would = (await run.Agent.Post("actions?dryRun=true", Scene.Post(), key: "k")).Is(HttpStatusCode.OK);
        Assert.Equal("pending", would.Text("status"));
        Assert.NotNull(would["requires"]);
        Assert.NotNull(would["risk"]!["score"]);
        Assert.Equal(head, await HeadAsync());
        (await run.Agent.Get($"actions/{would["id"]}")).IsRefused(HttpStatusCode.NotFound, "not_found");
        (await run.Agent.Post("actions?dryRun=maybe", Scene.Post())).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        (await run.Agent.Post("actions?dryRun=true", new { })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        (await run.Submit(key: "k")).Is(HttpStatusCode.Created);
        (await run.Agent.Post("actions?dryRun=false", Scene.Post())).Is(HttpStatusCode.Created);

        async Task<long> HeadAsync() => (long)(await scene.Admin.Get("ledger/verify?from=1&to=1")).Is(HttpStatusCode.OK)["head"]!["sequence"]!;
    }
}
