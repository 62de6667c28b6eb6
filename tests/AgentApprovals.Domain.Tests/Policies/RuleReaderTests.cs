using System.Text;
using System.Text.Json;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Policies;
using Xunit;

namespace AgentApprovals.Domain.Tests.Policies;

public sealed class RuleReaderTests
{
    [Fact]
    public void What_is_left_out_has_the_published_value_and_what_is_unknown_is_ignored()
    {
        var (rules, body) = Read("""{ "name": "Posts", "mode": "review", "colour": "red" }""");
        Assert.True(body.IsValid);
        Assert.Equal(new BurstLimit(10, 60), rules[0].Burst);
        Assert.Equal("1 Reviewer", Approvals.InWords(rules[0].Requires));
        Assert.Equal(["*"], rules[0].Match.Types);
    }

    [Theory]
    [InlineData("""{ "mode": "review" }""", "rules[0].name")]
    [InlineData("""{ "name": "a", "mode": "perhaps" }""", "rules[0].mode")]
    [InlineData("""{ "name": "a", "mode": "review", "requires": [] }""", "rules[0].requires")]
    [InlineData("""{ "name": "a", "mode": "review", "requires": [[]] }""", "rules[0].requires")]
    [InlineData("""{ "name": "a", "mode": "review", "requires": [[{ "from": "Boss", "count": 1 }]] }""", "rules[0].requires")]
    [InlineData("""{ "name": "a", "mode": "review", "requires": [[{ "from": "group:", "count": 1 }]] }""", "rules[0].requires")]
    [InlineData("""{ "name": "a", "mode": "review", "requires": [[{ "from": "Reviewer", "count": 0 }]] }""", "rules[0].requires")]
    [InlineData("""{ "name": "a", "mode": "review", "requires": [[{ "from": "Reviewer", "count": 11 }]] }""", "rules[0].requires")]
    [InlineData("""{ "name": "a", "mode": "review", "permitSeconds": -1 }""", "rules[0].permitSeconds")]
    [InlineData("""{ "name": "a", "mode": "review", "permitSeconds": 1.5 }""", "rules[0].permitSeconds")]
    [InlineData("""{ "name": "a", "mode": "review", "expiresAfterSeconds": 59 }""", "rules[0].expiresAfterSeconds")]
    [InlineData("""{ "name": "a", "mode": "review", "budget": { "count": 1, "perSeconds": 1 } }""", "rules[0].budget")]
    [InlineData("""{ "name": "a", "mode": "deny", "expiresAt": "2026-11-23T02:10:00.000Z" }""", "rules[0].expiresAt")]
    [InlineData("""{ "name": "a", "mode": "review", "match": { "minRisk": 101 } }""", "rules[0].match.minRisk")]
    [InlineData("""{ "name": "a", "mode": "review", "match": { "directed": "maybe" } }""", "rules[0].match.directed")]
    public void A_fault_is_told_under_its_field(string rule, string field) => Assert.Contains(field, Read(rule).Body.Faults.Keys);

    [Fact]
    public void Every_fault_is_told_at_once() =>
        Assert.Equal(3, Read("""{ "mode": "perhaps", "permitSeconds": -1 }""").Body.Faults.Count);

    [Fact]
    public void Two_rules_of_one_name_are_refused() =>
        Assert.Contains("rules[1].name", Read("""{ "name": "a", "mode": "deny" }, { "name": "a", "mode": "deny" }""").Body.Faults.Keys);

    [Fact]
    public void What_is_kept_reads_back_as_it_was()
    {
        var (rules, _) = Read("""
            { "name": "Posts", "mode": "veto", "match": { "types": ["forum.*"], "directed": "confirmed", "labels": ["pilot"] },
              "requires": [[{ "from": "Reviewer", "count": 2 }, { "from": "group:security", "count": 1 }], [{ "from": "Manager", "count": 1 }]],
              "expiresAt": "2026-11-23T02:10:00.000Z", "budget": { "count": 5, "perSeconds": 60 } }
            """);
        var kept = RuleReader.Write(rules);
        var again = RuleReader.Load(kept);
        Assert.Equal(Encoding.UTF8.GetString(kept), Encoding.UTF8.GetString(RuleReader.Write(again)));
        Assert.Equal(["forum.*"], again[0].Match.Types);
        Assert.Equal(rules[0].Match.Directed, again[0].Match.Directed);
        Assert.Equal("2 Reviewers and 1 of security, or 1 Manager", Approvals.InWords(again[0].Requires));
        Assert.Equal((rules[0].Mode, rules[0].Budget, rules[0].ExpiresAt), (again[0].Mode, again[0].Budget, again[0].ExpiresAt));
    }

    [Fact]
    public void The_built_in_catalogue_is_one_that_a_person_could_have_put()
    {
        var kept = ActionTypeReader.Write(Catalogue.BuiltIn.Items);
        Assert.Equal(Catalogue.BuiltIn.Items, ActionTypeReader.Load(kept));
    }

    [Fact]
    public void An_exact_name_counts_before_the_longest_pattern()
    {
        var catalogue = new Catalogue(1, [new("*", "Anything", 1, true), new("forum.*", "Forum", 2, true), new("forum.post", "Post", 3, false)]);
        Assert.Equal(["Post", "Forum", "Anything"], new[] { "forum.post", "forum.read", "email.read" }.Select(t => catalogue.Find(t)!.Title));
    }

    private static (IReadOnlyList<Rule> Rules, Fields Body) Read(string rules)
    {
        var body = new Fields(JsonElement.Parse($$"""{ "rules": [{{rules}}] }"""));
        return (RuleReader.Read(body), body);
    }
}
