using System.Net;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Api;

/// <summary>The same request sent again does the same thing once.</summary>
public sealed class IdempotencyTests(ClockedConsole clocked) : IClassFixture<ClockedConsole>
{
    [Fact]
    public async Task Fifty_posts_that_race_with_one_key_make_one_action_and_without_it_fifty()
    {
        var scene = await clocked.SceneAsync();
        var run = await scene.SessionAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => run.Submit(key: "race")));
        Assert.All(answers, a => a.Is(HttpStatusCode.Created));
        Assert.Single(answers.Select(a => a.Text("id")).Distinct());
        Assert.Equal(49, answers.Count(IsReplay));
        Assert.Single((await run.Agent.Get("actions")).Body!["items"]!.AsArray());
        // People are told by its entries: of one that was asked for, once.
        Assert.Equal(1, await AskedAsync(scene, run));
        var control = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => run.Submit()));
        Assert.Equal(50, control.Select(a => a.Is(HttpStatusCode.Created).Text("id")).Distinct().Count());
        Assert.Equal(51, await AskedAsync(scene, run));
    }

    private static async Task<int> AskedAsync(Scene scene, Run run) =>
        (await scene.Admin.Get($"ledger?sessionId={run.Id}&limit=200")).Is(HttpStatusCode.OK)["items"]!.AsArray().Count(e => e!.Text("kind") == "action.submitted");

    [Fact]
    public async Task A_replay_has_the_status_and_id_of_the_first_and_the_thing_as_it_is_now()
    {
        var scene = await clocked.SceneAsync();
        var run = await scene.SessionAsync();
        var first = await run.Submit(key: "k");
        // Another spelling of the same canonical body.
        var spelled = new HttpRequestMessage(HttpMethod.Post, "actions")
        {
            Content = new StringContent("""{"directedBy":null,"payload":{"body":"Flush the\u0020cache"},"summary":"Answer the question","resource":"forum://engineering/threads/8841","type":"forum.post"}""", null, "application/json"),
        };
        spelled.Headers.Add("Idempotency-Key", "k");
        (await (await scene.ReviewerAsync()).Deny(first.Body!)).Is(HttpStatusCode.OK);
        var again = await run.Agent.Send(spelled);
        Assert.Equal(("denied", first.Text("id")), (again.Is(HttpStatusCode.Created).Text("status"), again.Text("id")));
        Assert.Equal(first.Response.Headers.Location, again.Response.Headers.Location);
        Assert.True(IsReplay(again));
        Assert.False(IsReplay(first));
        (await run.Submit(Scene.Post("a://other"), key: "k")).IsRefused(HttpStatusCode.UnprocessableEntity, "idempotency_conflict");
    }

    [Fact]
    public async Task A_key_is_compared_exactly_and_holds_for_its_session_and_route()
    {
        var scene = await clocked.SceneAsync(new[] { Scene.Rule("allow") });
        var (run, other) = (await scene.SessionAsync(), await scene.SessionAsync());
        var ids = new HashSet<string>();
        foreach (var (agent, key) in new[] { (run, "k"), (run, "K"), (run, "k2"), (other, "k"), (run, new string('~', 128)) })
            ids.Add((await agent.Submit(key: key)).Is(HttpStatusCode.Created).Text("id"));
        Assert.Equal(5, ids.Count);
        foreach (var id in ids.Take(2))
        {
            var redeemed = (await run.Agent.Post($"actions/{id}/redeem", key: "k")).Is(HttpStatusCode.OK);
            Assert.Equal(id, redeemed["action"]!.Text("id"));
            Assert.Equal(redeemed.Text("permit"), (await run.Agent.Post($"actions/{id}/redeem", key: "k")).Is(HttpStatusCode.OK).Text("permit"));
            (await run.Agent.Post($"actions/{id}/redeem", new { other = 1 }, "k")).IsRefused(HttpStatusCode.UnprocessableEntity, "idempotency_conflict");
            (await run.Agent.Post($"actions/{id}/redeem", key: "another")).IsRefused(HttpStatusCode.Conflict, "already_redeemed");
        }
    }

    [Fact]
    public async Task A_key_that_is_none_is_refused()
    {
        var run = await (await clocked.SceneAsync()).SessionAsync();
        foreach (var key in new[] { new string('a', 129), "é", "a\tb" })
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "actions") { Content = System.Net.Http.Json.JsonContent.Create(Scene.Post()) };
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
            (await run.Agent.Send(request)).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        }

        Assert.Empty((await run.Agent.Get("actions")).Body!["items"]!.AsArray());
    }

    [Fact]
    public async Task Only_successes_are_remembered_and_they_go_before_limits()
    {
        var scene = await clocked.SceneAsync(new[] { Scene.Rule(window: 60) }, new { limits = new { maxPending = 1 } });
        var run = await scene.SessionAsync();
        (await run.Submit(new { }, key: "k")).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        var action = (await run.Submit(key: "k")).Is(HttpStatusCode.Created);
        (await run.Submit(Scene.Post("a://2"), key: "k2")).IsRefused(HttpStatusCode.TooManyRequests, "too_many_pending");
        Assert.True(IsReplay(await run.Submit(key: "k")));
        (await run.Agent.Post($"actions/{action["id"]}/redeem", key: "r")).IsRefused(HttpStatusCode.Conflict, "not_released");
        (await (await scene.ReviewerAsync()).Approve(action)).Is(HttpStatusCode.OK);
        clocked.Pass(60);
        (await run.Submit(Scene.Post("a://2"), key: "k2")).Is(HttpStatusCode.Created);
        (await run.Agent.Post($"actions/{action["id"]}/redeem", key: "r")).Is(HttpStatusCode.OK);
        // The session's own state goes before the key.
        await run.Agent.Delete("sessions/current");
        (await run.Submit(key: "k")).IsRefused(HttpStatusCode.Forbidden, "session_ended");
    }

    private static bool IsReplay(Answer answer) =>
        answer.Response.Headers.TryGetValues("Idempotent-Replayed", out var values) && values.Single() == "true";
}
