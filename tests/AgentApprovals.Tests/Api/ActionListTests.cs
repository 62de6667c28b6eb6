using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Api;

/// <summary>Lists of actions narrowed to what the figures of risk count, and the list of bursts.</summary>
public sealed class ActionListTests(ClockedConsole clocked) : IClassFixture<ClockedConsole>
{
    [Fact]
    public async Task Each_fact_that_a_figure_counts_narrows_the_list_to_just_those()
    {
        var scene = await clocked.SceneAsync(new[] { Scene.Rule(expires: 600, permit: 60, match: new { types = new[] { "forum.*", "wiki.*" } }) });
        var (named, email, _) = await scene.PersonAsync([]);
        var reviewer = await scene.ReviewerAsync();
        var run = await scene.SessionAsync();
        var plain = await run.Submitted();
        var claimed = await run.Submitted(Scene.Post(payload: new { n = 1 }, directedBy: email));
        var confirmed = await run.Submitted(Scene.Post(payload: new { n = 2 }, directedBy: email));
        var disowned = await run.Submitted(Scene.Post(payload: new { n = 3 }, directedBy: email));
        (await named.Post($"actions/{confirmed.Text("id")}/direction", new { confirmed = true })).Is(HttpStatusCode.OK);
        (await named.Post($"actions/{disowned.Text("id")}/direction", new { confirmed = false })).Is(HttpStatusCode.OK);
        (await reviewer.Approve(plain)).Is(HttpStatusCode.OK);
        clocked.Pass(50);
        (await reviewer.Deny(claimed)).Is(HttpStatusCode.OK);
        var unruled = await run.Submitted(Scene.Post(type: "unheard.of"));
        (await scene.Admin.Put($"agents/{scene.AgentId}/permissions", new { version = 1, items = new[] { new { type = "forum.*", resource = "*" } } })).Is(HttpStatusCode.OK);
        var beyond = await run.Submitted(Scene.Post(type: "wiki.edit"));
        clocked.Pass(600);

        await IsAsync("directed=none", plain, unruled, beyond);
        await IsAsync("directed=claimed", claimed);
        await IsAsync("directed=confirmed,disowned", confirmed, disowned);
        await IsAsync("ruled=false", unruled);
        await IsAsync("ruled=true", plain, claimed, confirmed, disowned, beyond);
        await IsAsync("permitted=false", beyond);
        // One that people approved and nobody redeemed has expired as well, and not for lack of a person.
        await IsAsync("status=expired", plain, confirmed, disowned);
        await IsAsync("unanswered=true", confirmed, disowned);
        await IsAsync("unanswered=true&status=denied");
        await IsAsync("decidedAfterSeconds=0", plain, claimed);
        await IsAsync("decidedAfterSeconds=50", claimed);
        await IsAsync("decidedAfterSeconds=51");
        await IsAsync("directed=none&ruled=true&permitted=true", plain);
        await IsAsync("inBurst=true");

        async Task IsAsync(string query, params JsonNode[] expected)
        {
            foreach (var asker in new[] { scene.Admin, run.Agent })
            {
                var found = (await asker.Get($"actions?sessionId={run.Id}&{query}")).Is(HttpStatusCode.OK)["items"]!.AsArray().Select(a => a!.Text("id"));
                Assert.Equal(expected.Select(a => a.Text("id")).OrderDescending(StringComparer.Ordinal), found);
            }
        }
    }

    [Theory]
    [InlineData("directed=maybe")]
    [InlineData("inBurst=yes")]
    [InlineData("ruled=1")]
    [InlineData("permitted=TRUE")]
    [InlineData("unanswered=no")]
    [InlineData("decidedAfterSeconds=-1")]
    [InlineData("decidedAfterSeconds=soon")]
    public async Task A_value_that_is_none_is_refused(string query) =>
        (await clocked.Console.Admin.Get($"actions?{query}")).IsRefused(HttpStatusCode.BadRequest, "invalid_request");

    [Fact]
    public async Task Bursts_are_listed_newest_first_for_whoever_may_see_all_their_agent_asks_for()
    {
        var burst = Scene.Rule(extra: new { burst = new { count = 1, perSeconds = 60 } });
        var (scene, other) = (await clocked.SceneAsync(new[] { burst }, new { owner = "bursts@example.com" }), await clocked.SceneAsync(new[] { burst }));
        var (run, otherRun) = (await scene.SessionAsync(), await other.SessionAsync());
        var ids = new List<string>();
        foreach (var type in new[] { "forum.post", "wiki.edit", "email.delete" })
            ids.Add(await BurstAsync(run, type));
        var foreign = await BurstAsync(otherRun, "forum.post");

        var page = (await scene.Admin.Get($"bursts?agentId={scene.AgentId}&limit=2")).Is(HttpStatusCode.OK);
        Assert.Equal([ids[2], ids[1]], Ids(page));
        Assert.Equal(("email.delete", 2, "open"), (page["items"]![0]!.Text("type"), (int)page["items"]![0]!["count"]!, page["items"]![0]!.Text("state")));
        Assert.Equal([ids[0]], Ids((await scene.Admin.Get($"bursts?agentId={scene.AgentId}&limit=2&cursor={page.Text("nextCursor")}")).Is(HttpStatusCode.OK)));
        var all = Ids((await scene.Admin.Get("bursts?limit=200")).Is(HttpStatusCode.OK)).ToList();
        Assert.Equal(foreign, all[0]);

        var owner = (await scene.PersonAsync([], email: "bursts@example.com")).Person;
        Assert.Equal(ids.AsEnumerable().Reverse(), Ids((await owner.Get("bursts")).Is(HttpStatusCode.OK)));
        Assert.Empty(Ids((await (await scene.PersonAsync([])).Person.Get("bursts")).Is(HttpStatusCode.OK)));
        Assert.Empty(Ids((await scene.Admin.Get($"bursts?agentId={Guid.NewGuid()}")).Is(HttpStatusCode.OK)));
        Assert.Equal(2, (await scene.Admin.Get($"actions?sessionId={run.Id}&inBurst=true&type=wiki.edit")).Is(HttpStatusCode.OK)["items"]!.AsArray().Count);
    }

    private static IEnumerable<string> Ids(JsonNode page) => page["items"]!.AsArray().Select(b => b!.Text("id"));

    private static async Task<string> BurstAsync(Run run, string type)
    {
        await run.Submitted(Scene.Post(type: type));
        return (await run.Submitted(Scene.Post(type: type, payload: new { n = 2 }))).Text("burstId");
    }
}
