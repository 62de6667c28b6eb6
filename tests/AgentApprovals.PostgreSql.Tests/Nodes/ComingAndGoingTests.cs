using System.Net;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Live;
using Xunit;

namespace AgentApprovals.Tests.Nodes;

/// <summary>Nodes that are killed, or end one after another for a new version, under agents who ask and people who decide.</summary>
[Collection(SharedPair.Name)]
public sealed class ComingAndGoingTests(SharedPair nodes, ITestOutputHelper output)
{
    [Fact]
    public async Task Nothing_answered_is_lost_with_a_node_that_is_killed_and_who_follows_misses_nothing()
    {
        var pair = await nodes.WholeAsync();
        var run = await pair.SessionAsync(pair.A);
        await using var follower = new Follower();
        var (answered, torn, missed) = (0, 0, 0L);
        for (var round = 0; round < Soak.Times(2); round++)
        {
            await follower.ConnectAsync(pair.B);
            await using var load = new Load(pair, run, $"{round}");
            await load.MoreAsync(40);
            await pair.B.KillAsync();
            // Somebody goes on at the other node before they are back.
            await load.MoreAsync(20);
            var had = follower.Last;
            await using var forgetful = await EventClient.OpenAsync(pair.A.Admin);
            await follower.ConnectAsync(pair.A);
            await load.MoreAsync(20);
            await load.EndAsync();

            await load.IsAllThereAsync(pair.A);
            Assert.All(load.Refused, IsHealed);
            var last = (long)(await pair.A.Admin.Get("ledger/verify")).Is(HttpStatusCode.OK)["head"]!["sequence"]!;
            await follower.UntilAsync(last);
            follower.HasMissedNothing();
            answered += load.Accepted.Count + load.Decided.Count;
            torn += load.Torn;
            missed += forgetful.Sequences[0] - had - 1;
            await pair.RestartBAsync();
        }

        // The control: who comes back without saying what they have.
        Assert.True(missed > 0);
        output.WriteLine($"{Soak.Times(2)} nodes killed under load: 0 of {answered} answers lost ({torn} requests broke off), 0 entries missed by who resumes, {missed} by who does not.");
        await pair.A.Admin.LedgerIsWhole();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_rolling_restart_refuses_nothing_that_a_retry_does_not_heal(bool balanced)
    {
        Assert.SkipUnless(!balanced || Balancer.IsThere, Balancer.Missing);
        var pair = await nodes.WholeAsync();
        var run = await pair.SessionAsync(pair.A);
        await using var balancer = balanced ? await Balancer.StartAsync(pair) : null;
        await using var follower = new Follower();
        await using var load = new Load(pair, run, balanced ? "behind nginx" : "rolling", balancer);
        await load.MoreAsync(20);
        await follower.ConnectAsync(pair.A);
        await pair.A.EndAsync();
        await load.MoreAsync(20);
        await follower.ConnectAsync(pair.B);
        await pair.RestartAAsync();
        await pair.B.EndAsync();
        await load.MoreAsync(20);
        await follower.ConnectAsync(pair.A);
        await pair.RestartBAsync();
        await load.MoreAsync(20);
        await load.EndAsync();

        await load.IsAllThereAsync(pair.B);
        Assert.All(load.Refused, IsHealed);
        await follower.UntilAsync((long)(await pair.B.Admin.Get("ledger/verify")).Is(HttpStatusCode.OK)["head"]!["sequence"]!);
        follower.HasMissedNothing();
        output.WriteLine($"Both nodes restarted under load{(balanced ? " behind nginx" : "")}: {load.Accepted.Count} submissions and {load.Decided.Count} decisions, {load.Refused.Count} refused as busy or unavailable and healed, {load.Torn} that found nobody or broke off.");
    }

    /// <summary>The only refusal is to come back, and it says when.</summary>
    private static void IsHealed(Answer answer)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Contains(answer.Code, new[] { "busy", "unavailable" });
        Assert.NotNull(answer.Response.Headers.RetryAfter);
    }
}
