using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Policies;
using CsCheck;
using Xunit;

namespace AgentApprovals.Domain.Tests.Policies;

public sealed class JudgementTests
{
    private static readonly Moment Now = new(1_800_000_000_000);

    private static readonly Case Post = new("forum.post", "forum://engineering/1", "forum-helper", ["pilot"], 50, Directed.None, false, Now, (_, _) => 0);

    private static readonly Gen<Rule> Rules = Gen.Select(
        Pick.Among(RuleMode.Allow, RuleMode.Veto, RuleMode.Review, RuleMode.Deny),
        Pick.Among<Directed?>(null, Directed.None, Directed.Claimed, Directed.Confirmed, Directed.Disowned),
        Pick.Among("*", "forum.*", "email.delete", "unheard.of"),
        Gen.Int[0, 100],
        Pick.Among("Reviewer", "Manager"),
        Gen.Int[0, 100],
        Gen.Bool,
        (mode, directed, type, risk, from, seconds, second) => Rule(mode, directed, type) with
        {
            Match = new([type], ["*"], ["*"], [], risk, directed),
            Requires = new([[new(from, 1)]]),
            ConfirmationWindowSeconds = seconds,
            HoldAfterApprovalSeconds = 100 - seconds,
            ExpiresAfterSeconds = 100 + seconds,
            SecondPerson = second,
        });

    private static readonly Gen<Policy> PoliciesOf = Rules.List[0, 5].Select(rules => new Policy(3, rules));

    private static readonly Gen<string> Types = Pick.Among("forum.post", "forum.read", "email.delete", "unheard.of");

    [Fact]
    public void No_rule_means_review_by_one_reviewer_with_the_published_values()
    {
        var verdict = Judge(Post);
        Assert.Equal((RuleMode.Review, null, 60, 10, 1800), (verdict.Mode, verdict.RuleName, verdict.ConfirmationWindowSeconds, verdict.HoldAfterApprovalSeconds, verdict.ExpiresAfterSeconds));
        Assert.Equal((300, 900, 86400, new BurstLimit(10, 60)), (verdict.PermitSeconds, verdict.ExecuteSeconds, verdict.DeniedMemorySeconds, verdict.Burst));
        Assert.True(verdict.SecondPerson);
        Assert.Equal("1 Reviewer", Approvals.InWords(verdict.Requires));
    }

    [Fact]
    public void The_first_rule_that_matches_wins() =>
        Assert.Equal(RuleMode.Veto, Judge(Post, Rule(RuleMode.Deny, null, "email.*"), Rule(RuleMode.Veto), Rule(RuleMode.Deny)).Mode);

    [Theory]
    [InlineData(RuleMode.Allow)]
    [InlineData(RuleMode.Veto)]
    public void A_mild_rule_past_its_end_or_budget_or_after_compaction_is_review(RuleMode mode)
    {
        Assert.Equal(mode, Judge(Post, Rule(mode) with { ExpiresAt = new(Now.Milliseconds + 1) }).Mode);
        Assert.Equal(RuleMode.Review, Judge(Post, Rule(mode) with { ExpiresAt = Now }).Mode);
        var budget = Rule(mode) with { Budget = new(2, 60) };
        Assert.Equal(mode, Judge(Post with { Spent = (_, _) => 1 }, budget).Mode);
        Assert.Equal(RuleMode.Review, Judge(Post with { Spent = (_, _) => 2 }, budget).Mode);
        Assert.Equal(RuleMode.Review, Judge(Post with { Compacted = true }, Rule(mode)).Mode);
        Assert.Equal(RuleMode.Review, Judge(Post with { Type = "unheard.of" }, Rule(mode)).Mode);
    }

    [Fact]
    public void A_type_that_nobody_described_is_still_denied_where_a_rule_denies() =>
        Assert.Equal(RuleMode.Deny, Judge(Post with { Type = "unheard.of" }, Rule(RuleMode.Deny)).Mode);

    [Fact]
    public void What_cannot_be_undone_waits_the_minimum_in_every_mode() => Gen.Select(PoliciesOf, Types).Sample((policy, type) =>
    {
        var verdict = Judgement.Judge(policy, Catalogue.BuiltIn, Post with { Type = type }, 10);
        return Catalogue.BuiltIn.Find(type) is { Reversible: true } || verdict.ConfirmationWindowSeconds >= 10;
    });

    [Fact]
    public void Matching_says_what_a_plain_reading_of_the_rules_says() => Gen.Select(PoliciesOf, Types, Gen.Int[0, 100], Gen.Bool).Sample((policy, type, risk, confirmed) =>
    {
        var it = Post with { Type = type, Risk = risk, Directed = confirmed ? Directed.Confirmed : Directed.None };
        var expected = policy.Rules.FirstOrDefault(r => r.Match.Types[0] is var t
            && (t == "*" || t == type || (t == "forum.*" && type.StartsWith("forum.", StringComparison.Ordinal)))
            && risk >= r.Match.MinRisk && (r.Match.Directed is null || r.Match.Directed == it.Directed));
        return Judgement.Judge(policy, Catalogue.BuiltIn, it, 10).RuleName == expected?.Name;
    });

    [Fact]
    public void A_claim_is_never_judged_milder_than_saying_nothing() => Gen.Select(PoliciesOf, Types, Pick.Among(Directed.Claimed, Directed.Disowned)).Sample((policy, type, said) =>
        IsAtLeast(
            Judgement.Judge(policy, Catalogue.BuiltIn, Post with { Type = type, Directed = said }, 10),
            Judgement.Judge(policy, Catalogue.BuiltIn, Post with { Type = type }, 10)));

    [Fact]
    public void A_claim_does_not_slip_past_a_rule_for_what_nobody_directed() =>
        Assert.Equal(RuleMode.Deny, Judge(Post with { Directed = Directed.Claimed }, Rule(RuleMode.Deny, Directed.None), Rule(RuleMode.Allow)).Mode);

    [Fact]
    public void Only_a_confirmed_direction_opens_a_rule_for_it()
    {
        var rule = Rule(RuleMode.Allow, Directed.Confirmed);
        Assert.Equal(RuleMode.Allow, Judge(Post with { Directed = Directed.Confirmed }, rule).Mode);
        Assert.All([Directed.None, Directed.Claimed, Directed.Disowned], said => Assert.Equal(RuleMode.Review, Judge(Post with { Directed = said }, rule).Mode));
    }

    [Fact]
    public void The_stricter_of_two_is_never_milder_than_either_and_the_same_from_both_sides() => Gen.Select(Rules, Rules).Sample((x, y) =>
    {
        var (a, b) = (Judge(Post, Always(x)), Judge(Post, Always(y)));
        var (ab, ba) = (Judgement.Stricter(a, b), Judgement.Stricter(b, a));
        return IsAtLeast(ab, a) && IsAtLeast(ab, b) && IsAtLeast(ab, ba) && IsAtLeast(ba, ab) && Judgement.Stricter(a, a) == a;
    });

    private static bool IsAtLeast(Verdict strict, Verdict mild) =>
        strict.Mode >= mild.Mode
        && (mild.SecondPerson ? strict.SecondPerson : true)
        && strict.ConfirmationWindowSeconds >= mild.ConfirmationWindowSeconds
        && strict.HoldAfterApprovalSeconds >= mild.HoldAfterApprovalSeconds
        && strict.ExpiresAfterSeconds <= mild.ExpiresAfterSeconds
        && (strict.Mode != RuleMode.Review || mild.Mode != RuleMode.Review || mild.Requires.Alternatives.Any(m =>
            strict.Requires.Alternatives.All(s => m.All(part => s.Any(p => p.From == part.From && p.Count >= part.Count)))));

    private static Verdict Judge(Case it, params Rule[] rules) => Judgement.Judge(new(1, rules), Catalogue.BuiltIn, it, 10);

    private static Rule Always(Rule rule) => rule with { Match = new(["*"], ["*"], ["*"], [], 0, null) };

    private static Rule Rule(RuleMode mode, Directed? directed = null, string type = "*") => new()
    {
        Name = $"{mode} {directed} {type}",
        Match = new([type], ["*"], ["*"], [], 0, directed),
        Mode = mode,
        Requires = Judgement.OneReviewer,
    };
}
