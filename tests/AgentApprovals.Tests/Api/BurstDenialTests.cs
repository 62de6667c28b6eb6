using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using Xunit;
using static AgentApprovals.Tests.Api.Bursting;

namespace AgentApprovals.Tests.Api;

/// <summary>One no to a whole burst, by whoever might deny each of it, and to what still comes of it.</summary>
public sealed class BurstDenialTests(ClockedConsole clocked) : IClassFixture<ClockedConsole>
{
    private const HttpStatusCode Forbidden = HttpStatusCode.Forbidden, Conflict = HttpStatusCode.Conflict, Found = HttpStatusCode.OK;

    [Fact]
    public async Task Denying_a_burst_denies_what_waits_and_what_arrives_until_it_closes()
    {
        var scene = await clocked.SceneAsync(new[] { Rule("review", window: 0, requires: "Reviewer"), Scene.Rule() });
        var run = await scene.SessionAsync();
        var (reviewer, name, id) = await scene.PersonAsync(["Reviewer"]);
        var members = new List<JsonNode>();
        for (var i = 0; i < 8; i++)
            members.Add(await SubmitAsync(run, i));
        var burst = members[^1].Text("burstId");
        Assert.Equal("released", (await reviewer.Approve(members[4])).Is(Found).Text("status"));
        await reviewer.Approve(members[5]);
        (await run.Agent.Post($"actions/{members[5]["id"]}/redeem")).Is(Found);
        (await run.Agent.Delete($"actions/{members[6]["id"]}")).Is(Found);

        (await reviewer.Post($"bursts/{burst}/deny", new { })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        var denied = (await reviewer.Post($"bursts/{burst}/deny", new { comment = "Nobody asked for this" })).Is(Found);
        Assert.Equal((8, "open", id), ((int)denied["count"]!, denied.Text("state"), denied["denied"]!["by"]!.Text("id")));
        string[] expected = ["denied", "denied", "denied", "denied", "denied", "executing", "cancelled", "denied"];
        for (var i = 0; i < members.Count; i++)
            Assert.Equal(expected[i], (await reviewer.Look(members[i])).Text("status"));
        foreach (var payload in new[] { 100, 101, 0 })
        {
            var arrived = await SubmitAsync(run, payload);
            Assert.Equal(("denied", burst), (arrived.Text("status"), arrived.Text("burstId")));
            var decision = (await reviewer.Look(arrived))["decision"]!;
            Assert.Equal(("denied_by_person", name, "Nobody asked for this"), (decision.Text("code"), decision["by"]!.Text("name"), decision.Text("comment")));
        }

        (await reviewer.Post($"bursts/{burst}/deny", new { comment = "Again" })).IsRefused(Conflict, "already_decided");
        (await (await scene.ReviewerAsync()).Post($"bursts/{burst}/deny", new { comment = "I too" })).IsRefused(Conflict, "not_pending");
        clocked.Pass(60);
        Assert.Equal("pending", (await SubmitAsync(run, 200)).Text("status"));
    }

    [Fact]
    public async Task Each_denies_what_they_might_deny_alone()
    {
        var scene = await clocked.SceneAsync(new[] { Rule("review", window: 0, requires: "Reviewer"), Scene.Rule() });
        var (dana, danaEmail, _) = await scene.PersonAsync([]);
        Run[] runs = [await scene.SessionAsync(danaEmail), await scene.SessionAsync("lee@example.com")];
        var members = new List<JsonNode>();
        for (var i = 0; i < 6; i++)
            members.Add(await SubmitAsync(runs[i % 2], i));
        var burst = members[^1].Text("burstId");
        (await (await scene.PersonAsync(["Auditor"])).Person.Post($"bursts/{burst}/deny", new { comment = "No" })).IsRefused(Forbidden, "forbidden");
        (await (await scene.PersonAsync([])).Person.Post($"bursts/{burst}/deny", new { comment = "No" })).IsRefused(HttpStatusCode.NotFound, "not_found");
        (await runs[0].Agent.Post($"bursts/{burst}/deny", new { comment = "No" })).IsRefused(Forbidden, "forbidden");
        (await (await scene.PersonAsync(["Reviewer"], mayDecide: "none")).Person.Post($"bursts/{burst}/deny", new { comment = "No" })).IsRefused(Forbidden, "token_may_not_decide");

        (await dana.Post($"bursts/{burst}/deny", new { comment = "Not in my name" })).Is(Found);
        var reviewer = await scene.ReviewerAsync();
        for (var i = 0; i < 6; i++)
            Assert.Equal(i % 2 == 0 ? "denied" : "pending", (await reviewer.Look(members[i])).Text("status"));
        Assert.Equal("denied", (await SubmitAsync(runs[0], 100)).Text("status"));
        Assert.Equal("pending", (await SubmitAsync(runs[1], 101)).Text("status"));
        (await reviewer.Post($"bursts/{burst}/deny", new { comment = "None of it" })).Is(Found);
        Assert.Equal("denied", (await SubmitAsync(runs[1], 102)).Text("status"));
        Assert.Empty((await reviewer.Get($"actions?burstId={burst}&status=pending")).Is(Found)["items"]!.AsArray());
    }

    [Fact]
    public async Task After_a_no_to_all_was_answered_nothing_of_it_is_redeemed_and_nothing_that_arrives_waits()
    {
        var scene = await clocked.SceneAsync(new[] { Rule("review", window: 0, requires: "Reviewer"), Scene.Rule() });
        var run = await scene.SessionAsync();
        var reviewer = await scene.ReviewerAsync();
        var members = new List<JsonNode>();
        for (var i = 0; i < 60; i++)
            members.Add(await SubmitAsync(run, i));
        var burst = members[^1].Text("burstId");
        await Soak.RunAsync(60, 8, async i => (await reviewer.Approve(members[i])).Is(Found));

        var redeeming = Soak.RunAsync(60, 8, i => run.Agent.Post($"actions/{members[i]["id"]}/redeem"));
        var arriving = Soak.RunAsync(60, 8, i => run.Submit(Post(1000 + i)));
        (await reviewer.Post($"bursts/{burst}/deny", new { comment = "Enough" })).Is(Found);
        var at = members.ConvertAll(m => m["id"]!.ToString());
        var redeemed = new HashSet<string>();
        foreach (var id in at)
        {
            var status = (await reviewer.Get($"actions/{id}")).Is(Found).Text("status");
            Assert.Contains(status, new[] { "executing", "denied" });
            if (status == "executing")
                redeemed.Add(id);
        }

        await Task.WhenAll(redeeming, arriving);
        foreach (var id in at)
            Assert.Equal(redeemed.Contains(id) ? "executing" : "denied", (await reviewer.Get($"actions/{id}")).Is(Found).Text("status"));
        Assert.Empty((await reviewer.Get($"actions?burstId={burst}&status=pending,approved,released")).Is(Found)["items"]!.AsArray());
    }

    [Fact]
    public async Task Many_members_are_denied_in_batches_and_none_is_left()
    {
        var many = Soak.Times(450);
        var scene = await clocked.SceneAsync(new[] { Rule("review", window: 0, requires: "Reviewer"), Scene.Rule() }, new { limits = new { maxPending = 1_000_000, maxActionsPerMinute = 1_000_000 } });
        var run = await scene.SessionAsync();
        await Soak.RunAsync(many, 32, i => SubmitAsync(run, i));
        var burst = (await SubmitAsync(run, many)).Text("burstId");
        var reviewer = await scene.ReviewerAsync();
        Assert.Equal(many + 1, (int)(await reviewer.Post($"bursts/{burst}/deny", new { comment = "All of it" })).Is(Found)["count"]!);
        Assert.Empty((await reviewer.Get($"actions?burstId={burst}&status=pending,approved,released")).Is(Found)["items"]!.AsArray());
        Assert.True((bool)(await clocked.Console.Admin.Get("ledger/verify")).Is(Found)["valid"]!);
    }
}
