using System.Collections.Immutable;
using System.Text.Json;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Domain.Tests.Policies;
using CsCheck;
using Xunit;

namespace AgentApprovals.Domain.Tests.Risk;

public sealed class RiskScoringTests
{
    private static readonly Moment Now = new(1_800_000_000_000);

    private static readonly Gen<RiskInput> Inputs = Gen.Select(
        Pick.Among("forum.post", "email.read", "email.delete", "payment.send", "unheard.of"),
        Gen.Long[0, 1_000_000],
        Gen.Int[0, 40],
        Gen.Select(Pick.Among("submitted", "denied", "expired", "stopped", "sessions_stopped", "bypassed", "beyond", "type:forum.post"), Gen.Int[0, 50]).List[0, 5],
        Gen.Bool,
        (type, audience, like, counts, isNew) => Asking(type) with
        {
            Payload = new(audience, [], []),
            LikeInLastMinute = like,
            ResourceIsNew = isNew,
            Days = [counts.Aggregate(new AgentDay(1, Now.Day - 1, ImmutableSortedDictionary<string, int>.Empty), (day, c) => day.Plus(c.Item1, c.Item2))],
        });

    [Fact]
    public void A_post_that_nobody_directed_is_high() => Assert.Equal(RiskLevel.High, RiskScoring.Assess(Asking("forum.post") with { Payload = new(1200, [], []) }).Level);

    [Fact]
    public void Reading_what_a_person_asked_for_is_low() =>
        Assert.Equal(RiskLevel.Low, RiskScoring.Assess(Asking("email.read") with { Directed = Directed.Confirmed }).Level);

    [Fact]
    public void A_burst_of_deletions_is_critical_from_the_eleventh_on()
    {
        Assert.True(RiskScoring.Assess(Asking("email.delete")).Level >= RiskLevel.Medium);
        Assert.Equal(RiskLevel.Critical, RiskScoring.Assess(Asking("email.delete") with { LikeInLastMinute = 10 }).Level);
    }

    [Fact]
    public void What_nobody_described_counts_as_sensitive_and_irreversible() =>
        Assert.Equal(
            RiskScoring.Assess(Asking("unheard.of")).Score,
            RiskScoring.Assess(Asking("unheard.of") with { Type = new("unheard.of", "Described", 50, false) }).Score);

    [Fact]
    public void A_score_stays_in_its_bounds_and_says_why() => Inputs.Sample(it =>
    {
        var risk = RiskScoring.Assess(it);
        return risk.Score is >= 0 and <= 100
            && risk.Score == Math.Min(100, risk.Factors.Sum(f => f.Points))
            && risk.Factors.All(f => f.Points > 0 && f.Why.Length > 0);
    });

    [Fact]
    public void No_claim_of_the_agent_lowers_a_score() => Inputs.Sample(it =>
        RiskScoring.Assess(it with { Directed = Directed.Claimed }).Score >= RiskScoring.Assess(it with { Directed = Directed.None }).Score
        && RiskScoring.Assess(it with { Directed = Directed.Disowned }).Score >= RiskScoring.Assess(it with { Directed = Directed.Claimed }).Score);

    [Fact]
    public void What_is_worse_never_scores_less() => Gen.Select(Inputs, Pick.Among("denied", "expired", "stopped", "sessions_stopped", "bypassed", "denied and beyond")).Sample((it, more) =>
    {
        var score = RiskScoring.Assess(it).Score;
        var day = more.Split(" and ").Aggregate(it.Days.First(), (d, name) => d.Plus(name));
        return RiskScoring.Assess(it with { Days = [day] }).Score >= score
            && RiskScoring.Assess(it with { LikeInLastMinute = it.LikeInLastMinute + 1 }).Score >= score
            && RiskScoring.Assess(it with { Payload = new(it.Payload.Audience + 1000, ["U+200B"], ["AWS key"]) }).Score >= score;
    });

    [Fact]
    public void An_old_denial_weighs_less_than_a_new_one()
    {
        var (recent, old) = (Denied(daysAgo: 0), Denied(daysAgo: 29));
        Assert.True(RiskScoring.Assess(Asking("email.read") with { Days = [recent] }).Score > RiskScoring.Assess(Asking("email.read") with { Days = [old] }).Score);
    }

    [Theory]
    [InlineData("""{ "to": "a@x.org; b@x.org" }""", 2L)]
    [InlineData("""{ "to": ["a", "b", "c"], "cc": ["d"] }""", 3L)]
    [InlineData("""{ "members": { "a": 1, "b": 1 } }""", 2L)]
    [InlineData("""{ "method": "POST", "body": { "audience": 1240 } }""", 1240L)]
    [InlineData("""{ "tool": "send", "arguments": { "to": ["a", "b"] } }""", 2L)]
    [InlineData("""{ "body": ["a", "b"] }""", null)]
    [InlineData("""{ "count": 1e18 }""", 1_000_000_000_000_000)]
    [InlineData("""{ "count": -5 }""", null)]
    [InlineData("""[1, 2]""", null)]
    public void An_audience_is_found_where_it_is_commonly_named(string payload, long? audience) =>
        Assert.Equal(audience, PreparedPayload.Of(JsonElement.Parse(payload)).Facts.Audience);

    [Fact]
    public void An_audience_is_found_where_the_catalogue_says_and_never_counts_for_less()
    {
        var type = new ActionType("a", "A", 0, true, AudiencePath: "/deep/0/list~1of");
        Assert.Equal(3, PreparedPayload.Of(JsonElement.Parse("""{ "deep": [{ "list/of": [1, 2, 3] }], "to": ["x"] }""")).FactsFor(type).Audience);
        Assert.Equal(2, PreparedPayload.Of(JsonElement.Parse("""{ "deep": [{ "list/of": [] }], "to": ["x", "y"] }""")).FactsFor(type).Audience);
        Assert.Equal(2, PreparedPayload.Of(JsonElement.Parse("""{ "body": { "deep": [{ "list/of": [1, 2] }] } }""")).FactsFor(type).Audience);
        Assert.Null(PreparedPayload.Of(JsonElement.Parse("""{ "deep": [] }""")).FactsFor(type).Audience);
    }

    [Fact]
    public void Deception_counts_wherever_it_stands()
    {
        var stage = new Stage(Stage.Rule());
        var session = stage.Open();
        Assert.DoesNotContain("deceptive_text", Factors(stage.Ask(session)));
        Assert.Contains("deceptive_text", Factors(stage.Ask(session, """{"body":"x‮y"}""")));
        Assert.Contains("deceptive_text", Factors(stage.Ask(session, resource: "https://раураӏ.com/")));
        Assert.Contains("deceptive_text", Factors(stage.Do(Stage.Asking(session) with { Summary = "x​y" }).Action));
    }

    [Fact]
    public void A_stopped_session_is_remembered_also_where_nothing_waited()
    {
        var stage = new Stage(Stage.Rule());
        stage.Stop(stage.Admin, stage.Open());
        Assert.Contains("stops", Factors(stage.Ask(stage.Open())));
        Assert.Equal(1, stage.World.Desks.Get(stage.Agent.Sequence).Days.Single()[AgentDay.SessionsStopped]);
    }

    [Fact]
    public void At_an_hour_at_which_it_never_works_it_scores_more_from_fifty_actions_on()
    {
        AgentDay Worked(int times) => new(1, Now.Day, ImmutableSortedDictionary<string, int>.Empty.Add("submitted", times).Add($"hour:{(Now.Hour + 12) % 24:00}", times));
        Assert.DoesNotContain(RiskScoring.Assess(Asking("email.read") with { Days = [Worked(49)] }).Factors, f => f.Name == "unusual_hour");
        Assert.Contains(RiskScoring.Assess(Asking("email.read") with { Days = [Worked(50)] }).Factors, f => f.Name == "unusual_hour");
    }

    private static IEnumerable<string> Factors(ActionState action) => action.Risk.Factors.Select(f => f.Name);

    private static AgentDay Denied(int daysAgo) => new(1, Now.Day - daysAgo, ImmutableSortedDictionary<string, int>.Empty.Add("denied", 4));

    private static RiskInput Asking(string type) =>
        new(Catalogue.BuiltIn.Find(type), type, PayloadFacts.Nothing, Directed.None, ResourceIsNew: true, 0, 10, InBurst: false, [], Now);
}
