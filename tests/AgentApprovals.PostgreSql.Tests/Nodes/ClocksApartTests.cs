using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Nodes;

/// <summary>Whatever the nodes' own clocks say, the database's decides; and a step of that one decides nothing until a person has accepted it.</summary>
public sealed partial class ClocksApartTests(ClocksApart clocks, ITestOutputHelper output) : IClassFixture<ClocksApart>
{
    /// <summary>How late an answer may be: what a node knows of the database's clock is as old as its last answer was long on the line.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(0.5);

    [Fact]
    public async Task Nothing_is_released_or_expires_early_or_late_on_nodes_ten_minutes_apart()
    {
        Assert.SkipWhen(ClocksApart.Missing is not null, ClocksApart.Missing ?? "");
        var pair = clocks.Nodes;
        var run = await pair.SessionAsync(pair.A);
        var looks = 0;
        for (var round = 0; round < Soak.Times(1); round++)
        {
            var held = await Task.WhenAll(new[] { pair.A, pair.B }.Select(n => Submitted(n, run, "wiki.edit")));
            var over = await Task.WhenAll(new[] { pair.A, pair.B }.Select(n => Submitted(n, run, "mail.send")));
            var judged = held.Select(a => (a, "releaseAt", "released")).Concat(over.Select(a => (a, "expiresAt", "expired")));
            var told = await Task.WhenAll(judged.SelectMany(j => new[] { pair.A, pair.B }.Select(n => FollowAsync(n.As(run), j.a, j.a.At(j.Item2), j.Item3))));
            looks += told.Sum();
            // Nor redeemed early or approved late, at the other node than the one that was asked.
            Assert.All(await Task.WhenAll(held.Select((a, i) => (i == 0 ? pair.B : pair.A).As(run).Post($"actions/{a["id"]}/redeem"))), r => r.Is(HttpStatusCode.OK));
            Assert.All(await Task.WhenAll(over.Select((a, i) => (i == 0 ? pair.B : pair.A).Admin.Approve(a))), r => r.IsRefused(HttpStatusCode.Conflict, "action_expired"));
        }

        output.WriteLine($"Clocks ten minutes apart: 0 early and 0 late of {looks} looks.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_step_of_the_database_s_clock_releases_nothing_holds_back_nothing_and_is_told_until_a_person_accepts_it(int hours)
    {
        Assert.SkipWhen(ClocksApart.Missing is not null, ClocksApart.Missing ?? "");
        var (pair, clock) = (clocks.Nodes, clocks.OfDatabase);
        var run = await pair.SessionAsync(pair.A);
        await ClockAsync("healthy");
        var held = await Submitted(pair.A, run, "forum.post");
        var released = await Submitted(pair.B, run, "other.do");
        (await pair.A.Admin.Approve(released)).Is(HttpStatusCode.OK);

        clock.Set(clock.Ahead + TimeSpan.FromHours(hours));
        foreach (var reason in await ClockAsync("degraded"))
        {
            Assert.InRange(int.Parse(Seconds().Match(reason).Value, CultureInfo.InvariantCulture), 3598, 3602);
            Assert.Contains(hours > 0 ? "ahead of" : "behind", reason, StringComparison.Ordinal);
        }

        foreach (var node in new[] { pair.A, pair.B })
        {
            Assert.Equal("approved", (await node.Admin.Look(held)).Text("status"));
            Assert.Equal("released", (await node.Admin.Look(released)).Text("status"));
            Assert.InRange((await Submitted(node, run, "other.do")).At("submittedAt") - held.At("submittedAt"), TimeSpan.Zero, TimeSpan.FromMinutes(1));
        }

        // One that went back is set right first: accepted as it is, it would hold up ledger time until it has come to it.
        if (hours < 0)
            clock.Set(clock.Ahead - TimeSpan.FromHours(hours));
        (await pair.B.Admin.Post("clock/accept", new { reason = "The host was set right" })).Is(HttpStatusCode.OK);
        await ClockAsync("healthy");
        var after = await pair.SessionAsync(pair.B);
        foreach (var node in new[] { pair.A, pair.B })
            Assert.InRange((await Submitted(node, after, "other.do")).At("submittedAt") - clock.Now, -TimeSpan.FromMinutes(1), Slack);
        Assert.Equal(hours < 0, (await pair.A.Admin.Look(held)).Text("status") == "approved");
        await pair.A.Admin.LedgerIsWhole();

        async Task<IReadOnlyList<string>> ClockAsync(string status)
        {
            var told = new List<string>();
            foreach (var node in new[] { pair.A, pair.B })
            {
                JsonNode check = null!;
                await Eventually.IsAsync(async () => (check = (await node.Admin.Get("/health/ready")).Body!["checks"]!["clock"]!).Text("status") == status, 40);
                told.Add(check.Text("reason"));
            }

            return told;
        }
    }

    [Fact]
    public async Task A_node_that_was_frozen_before_its_commit_and_is_thawed_an_hour_later_by_its_clock_commits_nothing_stale()
    {
        Assert.SkipWhen(ClocksApart.Missing is not null, ClocksApart.Missing ?? "");
        var pair = clocks.Nodes;
        var run = await pair.SessionAsync(pair.B);
        var late = await FrozenTests.LateAsync(pair, run, async () =>
        {
            await FrozenTests.StoppedAsync(pair, run);
            clocks.OfB.Set(clocks.OfB.Ahead + TimeSpan.FromHours(1));
        });
        clocks.OfB.Set(clocks.OfB.Ahead - TimeSpan.FromHours(1));
        Assert.Contains(late.Code, new[] { "session_stopped", "unavailable" });
        Assert.Empty(await pair.A.Admin.ActionsOf(run));
    }

    /// <summary>Looks until it has come to what it falls due to, and judges every answer by the clock around it.</summary>
    private async Task<int> FollowAsync(Person who, JsonNode action, DateTimeOffset due, string status)
    {
        for (var looks = 1; ; looks++)
        {
            var asked = clocks.OfDatabase.Now;
            var isDue = (await who.Look(action)).Text("status") == status;
            var answered = clocks.OfDatabase.Now;
            Assert.True(!isDue || answered >= due, $"{status} {due - answered} early");
            Assert.True(isDue || asked <= due + Slack, $"{status} {asked - due} late");
            if (isDue)
                return looks;
        }
    }

    private static async Task<JsonNode> Submitted(Node at, Run run, string type) =>
        (await at.As(run).Post("actions", Scene.Post($"{type}://{Guid.NewGuid():N}", type: type))).Is(HttpStatusCode.Created);

    [GeneratedRegex(@"\d+")]
    private static partial Regex Seconds();
}
