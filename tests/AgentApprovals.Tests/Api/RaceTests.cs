using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Storage;
using AgentApprovals.Tests.Drivers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Api;

/// <summary>Two at the same moment: whoever comes first, what comes out is one of the two orders and nothing between.</summary>
public sealed class RaceTests : IAsyncDisposable
{
    private readonly TestConsole _console = new(hangfire: false);

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task Two_reviewers_who_decide_at_the_same_moment_are_told_what_holds()
    {
        var scene = await SceneAsync(Scene.Rule(window: 600));
        var run = await scene.SessionAsync();
        var (first, second) = (await scene.ReviewerAsync(), await scene.ReviewerAsync());
        var won = new ConcurrentDictionary<string, int>();
        await Soak.RunAsync(Soak.Times(1000), 12, async i =>
        {
            var action = await run.Submitted(Scene.Post($"a://{i}"));
            var both = i % 2 == 0
                ? await Task.WhenAll(first.Approve(action), second.Approve(action))
                : await Task.WhenAll(first.Approve(action), second.Deny(action));
            if (i % 2 == 0)
            {
                // One approval is what is asked for: the other comes too late and is told so.
                var late = both.Single(a => a.Status != HttpStatusCode.OK);
                late.IsRefused(HttpStatusCode.Conflict, "not_pending");
                Assert.Single((await first.Look(action))["approvals"]!.AsArray());
                won.AddOrUpdate(both[0] == late ? "second" : "first", 1, (_, n) => n + 1);
            }
            else
            {
                both[1].Is(HttpStatusCode.OK);
                if (both[0].Status != HttpStatusCode.OK)
                    both[0].IsRefused(HttpStatusCode.Conflict, "not_pending");
                Assert.Equal("denied", (await first.Look(action)).Text("status"));
            }
        });
        Assert.Equal(Soak.Times(1000) / 2, won.Values.Sum());
    }

    [Fact]
    public async Task After_a_stop_answered_nothing_is_approved_or_accepted()
    {
        var scene = await SceneAsync(Scene.Rule());
        var reviewer = await scene.ReviewerAsync();
        var outcomes = await RaceAsync(scene, (run, action) => reviewer.Approve(action), async (run, action) =>
        {
            (await reviewer.Approve(action)).IsRefused(HttpStatusCode.Conflict, "action_stopped");
            (await run.Submit()).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        });
        Assert.Equal(["200", "action_stopped"], outcomes);
    }

    [Fact]
    public async Task After_a_stop_answered_nothing_is_redeemed_and_before_it_once()
    {
        var scene = await SceneAsync(Scene.Rule("allow", extra: new { burst = new { count = 10_000 } }));
        var outcomes = await RaceAsync(scene, async (run, action) =>
        {
            var path = $"actions/{action["id"]}/redeem";
            var both = await Task.WhenAll(run.Agent.Post(path, key: "one"), run.Agent.Post(path, key: "two"));
            Assert.InRange(both.Count(a => a.Status == HttpStatusCode.OK), 0, 1);
            return both.FirstOrDefault(a => a.Status == HttpStatusCode.OK) ?? both[0];
        }, async (run, action) => (await run.Agent.Post($"actions/{action["id"]}/redeem", key: "one")).IsRefused(HttpStatusCode.Forbidden, "session_stopped"));
        Assert.Equal(["200", "session_stopped"], outcomes);
    }

    [Fact]
    public async Task Without_a_stop_the_same_is_approved_accepted_and_redeemed()
    {
        var scene = await SceneAsync(Scene.Rule());
        var run = await scene.SessionAsync();
        var reviewer = await scene.ReviewerAsync();
        for (var i = 0; i < 20; i++)
        {
            var action = await run.Submitted(Scene.Post($"a://{i}"));
            (await reviewer.Approve(action)).Is(HttpStatusCode.OK);
            (await run.Agent.Post($"actions/{action["id"]}/redeem")).Is(HttpStatusCode.OK);
        }
    }

    /// <summary>Each time a new session with one action: <paramref name="act"/> races a stop, then <paramref name="after"/> is tried. Answers which outcomes the racing had.</summary>
    private async Task<string[]> RaceAsync(Scene scene, Func<Run, JsonNode, Task<Answer>> act, Func<Run, JsonNode, Task> after)
    {
        var outcomes = new ConcurrentDictionary<string, int>();
        var times = Soak.Times(1000);
        await Soak.RunAsync(times, 12, async i =>
        {
            var run = await scene.SessionAsync();
            var action = await run.Submitted();
            // Now and then one waits for the other, so that both orders are there for certain.
            Task<Answer> acting, stopping;
            if (i % 2 == 0)
            {
                acting = act(run, action);
                if (i % 50 == 0)
                    await acting;
                stopping = scene.Admin.Post($"sessions/{run.Id}/stop");
            }
            else
            {
                stopping = scene.Admin.Post($"sessions/{run.Id}/stop");
                if (i % 50 == 1)
                    await stopping;
                acting = act(run, action);
            }

            (await stopping).Is(HttpStatusCode.Accepted);
            await after(run, action);
            var acted = await acting;
            outcomes.AddOrUpdate(acted.Status == HttpStatusCode.OK ? "200" : acted.Code ?? "", 1, (_, n) => n + 1);
        });
        Assert.Equal(times, await StopsAreLastAsync());
        return [.. outcomes.Keys.Order()];
    }

    /// <summary>In the ledger's order: nothing of a session happens after its stop but being written down as stopped. Answers how many stops there were.</summary>
    private async Task<int> StopsAreLastAsync()
    {
        await using var db = await _console.Services.GetRequiredService<IDbContextFactory<LedgerContext>>().CreateDbContextAsync();
        var stopped = new HashSet<long>();
        string[] after = ["stop.layer", "stop.settled", "session.stopped", "action.stopped", "action.refused"];
        foreach (var entry in await db.Entries.AsNoTracking().OrderBy(e => e.Sequence).ToListAsync())
        {
            if (entry.SessionSequence is not { } session)
                continue;
            if (entry.Kind == "stop.ordered")
                Assert.True(stopped.Add(session));
            else
                Assert.True(!stopped.Contains(session) || after.Contains(entry.Kind), $"{entry.Kind} at {entry.Sequence} comes after the stop of its session.");
        }

        return stopped.Count;
    }

    private Task<Scene> SceneAsync(object rule) => Scene.SetAsync(_console, new[] { rule },
        new { limits = new { maxSessions = 1000, maxActionsPerMinute = 1_000_000, maxPending = 1_000_000 } });
}
