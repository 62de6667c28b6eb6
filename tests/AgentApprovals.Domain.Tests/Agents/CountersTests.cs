using System.Collections.Immutable;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Domain.Stops;
using CsCheck;
using Xunit;

namespace AgentApprovals.Domain.Tests.Agents;

public sealed class CountersTests
{
    /// <summary>A quantile read off buckets is never further from the true one than a bucket is wide.</summary>
    [Fact]
    public void A_median_from_buckets_is_right_to_within_a_quarter() =>
        Gen.Long[10, 600_000_000].Array[1, 200].Select(Gen.Double[0.05, 0.95]).Sample((times, share) =>
        {
            var buckets = times.GroupBy(t => Durations.BucketOf(TimeSpan.FromMilliseconds(t))).ToDictionary(g => g.Key, g => g.LongCount());
            var exact = times.Order().ElementAt(Math.Max(0, (int)Math.Ceiling(share * times.Length) - 1));
            var read = Durations.Quantile(buckets, share)!.Value.TotalMilliseconds;
            Assert.InRange(read / exact, 0.78, 1.28);
        }, iter: 2000);

    [Fact]
    public void Nothing_decided_has_no_median() => Assert.Null(Durations.Quantile(new Dictionary<int, long>(), 0.5));

    [Fact]
    public void An_agent_that_makes_up_types_does_not_make_its_record_grow_without_end()
    {
        var stage = new Stage(Stage.Rule(RuleMode.Review));
        var session = stage.Open();
        for (var i = 0; i < 130; i++)
            stage.Ask(session, type: $"made.up_{i}");
        var day = stage.World.Desks.Get(stage.Agent.Sequence).Days.Single();
        Assert.Equal(130, day[Counters.Submitted]);
        Assert.Equal(101, day.Counts.Keys.Count(k => k.StartsWith(Counters.Type, StringComparison.Ordinal)));
        Assert.Equal(30, day[Counters.Type + AgentDay.OtherTypes]);
        Assert.Equal("made.up_3", day.NameOf("made.up_3"));
    }

    [Fact]
    public void A_batch_writes_a_row_for_each_counter_however_many_submissions_it_holds()
    {
        var stage = new Stage(Stage.Rule());
        var session = stage.Open();
        stage.World.Now = stage.Now;
        for (var i = 0; i < 200; i++)
            Assert.Null(Stage.Asking(session, $$"""{"n":{{i}}}""").Decide(stage.World).Refusal);
        var moved = stage.World.Fleet.Moved.ToDictionary(m => m.Name, m => m.By);
        Assert.Equal(200, moved[Counters.Submitted]);
        Assert.InRange(moved.Count, 4, 8);
        var (standing, words) = Assert.Single(stage.World.ChangedStandings());
        Assert.Equal((stage.Agent.Sequence, stage.Now.Milliseconds / 60_000 * 60_000), (standing.AgentSequence, standing.SeenAt!.Value.Milliseconds));
        Assert.Null(words);
        stage.World.Committed();
        Assert.Empty(stage.World.Fleet.Moved);
        Assert.Empty(stage.World.ChangedStandings());
    }

    [Fact]
    public void What_nobody_answered_is_told_apart_from_what_the_agent_did_not_fetch()
    {
        var stage = new Stage(Stage.Rule() with { PermitSeconds = 60 });
        var session = stage.Open();
        stage.Ask(session);
        var approved = stage.Ask(session, """{"n":1}""");
        stage.Approve(stage.Person("rita@example.com"), approved);
        stage.Pass(3600);
        stage.Sweep();
        var day = stage.World.Desks.Get(stage.Agent.Sequence).Days.Aggregate((a, b) => new(1, 0, a.Counts.AddRange(b.Counts)));
        Assert.Equal((2, 1, 1), (day["expired"], day[Counters.Unanswered], day[Counters.Decisions]));
    }

    [Fact]
    public void A_stop_is_contained_when_its_last_layer_is_confirmed_and_not_before()
    {
        var stop = new StopState { Id = new(Guid.NewGuid()), Scope = StopScope.Everything, By = ActorStamp.System("test"), At = new(1), Layers = [] };
        StopLayer Layer(LayerState state, long? after) => new("x", state, after, "");
        Assert.Null((stop with { Layers = [Layer(LayerState.Confirmed, 5), Layer(LayerState.Waiting, null)] }).ContainedAfter);
        Assert.Null((stop with { Layers = [Layer(LayerState.Confirmed, 5), Layer(LayerState.Failed, null)] }).ContainedAfter);
        Assert.Null((stop with { Layers = [Layer(LayerState.Absent, null)] }).ContainedAfter);
        Assert.Equal(TimeSpan.FromMilliseconds(41), (stop with { Layers = [Layer(LayerState.Confirmed, 5), Layer(LayerState.Confirmed, 41), Layer(LayerState.Absent, null)] }).ContainedAfter);
    }

    [Fact]
    public void A_standing_that_grows_old_by_itself_says_until_when_it_holds()
    {
        var stage = new Stage(Stage.Rule());
        var now = stage.Now;
        AgentStanding Of(IReadOnlyCollection<AgentDay> days, params Permission[] permissions)
        {
            var agent = stage.Agent with { Permissions = permissions };
            return AgentStanding.Of(agent, days, Exposure.Of(agent, days, Catalogue.BuiltIn, now), Catalogue.BuiltIn, null, now);
        }

        Assert.Equal(int.MaxValue, Of([], new Permission("*", "*", null, null)).HoldsUntil);
        Assert.Equal(now.PlusSeconds(5 * 86_400).Day + 1, Of([], new Permission("*", "*", null, now.PlusSeconds(5 * 86_400))).HoldsUntil);
        Assert.Equal(now.Day + 1, Of([new(stage.Agent.Sequence, now.Day - 3, ImmutableSortedDictionary<string, int>.Empty.Add("submitted", 1))]).HoldsUntil);
    }
}
