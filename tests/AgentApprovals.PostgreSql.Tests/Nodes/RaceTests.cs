using System.Net;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Nodes;

/// <summary>What is asked of two nodes at once happens once.</summary>
[Collection(SharedPair.Name)]
public sealed class RaceTests(SharedPair nodes, ITestOutputHelper output)
{
    [Fact]
    public async Task Posts_decisions_and_redeems_that_race_across_nodes_are_done_once_and_none_is_lost()
    {
        var pair = await nodes.WholeAsync();
        var run = await pair.SessionAsync(pair.A);
        Person[] agents = [run.Agent, pair.B.As(run)];
        Person[] people = [pair.A.Admin, pair.B.Admin];
        var rounds = Soak.Times(50);
        for (var round = 0; round < rounds; round++)
        {
            var key = $"key {round}";
            var posted = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => agents[i % 2].Post("actions", Scene.Post($"forum://{key}"), key)));
            var action = posted[0].Is(HttpStatusCode.Created);
            Assert.All(posted, p => Assert.Equal(action.ToString()[..60], p.Is(HttpStatusCode.Created).ToString()[..60]));
            Assert.Equal(5, posted.Count(p => p.Response.Headers.Contains("Idempotent-Replayed")));

            var decided = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => people[i % 2].Approve(action)));
            Assert.Single(decided, d => d.Status == HttpStatusCode.OK);
            Assert.All(decided.Where(d => d.Status != HttpStatusCode.OK), d => Assert.Equal(HttpStatusCode.Conflict, d.Status));

            var redeemed = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => agents[i % 2].Post($"actions/{action["id"]}/redeem")));
            Assert.Single(redeemed, r => r.Status == HttpStatusCode.OK);
            Assert.All(redeemed.Where(r => r.Status != HttpStatusCode.OK), r => r.IsRefused(HttpStatusCode.Conflict, "already_redeemed"));
        }

        var all = await pair.B.Admin.ActionsOf(run);
        Assert.Equal(rounds, all.Count);
        Assert.All(all, a => Assert.Equal("executing", a.Text("status")));
        await pair.A.Admin.LedgerIsWhole();
        output.WriteLine($"{rounds} rounds of 6 posts, 4 decisions and 6 redeems at both nodes at once: each once.");
    }
}
