using AgentApprovals.Console.Policies;
using AgentApprovals.Console.Shared;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Policies;
using Xunit;

namespace AgentApprovals.Tests.Console.Policies;

/// <summary>The form of a rule says what the rule says, and its faults are the API's.</summary>
public sealed class RuleInputTests
{
    private static readonly Rule Full = new()
    {
        Name = "Money, and more",
        Match = new(["payment.*", "invoice.create"], ["pay://*"], ["desk-*"], ["finance"], 25, Directed.Confirmed),
        Mode = RuleMode.Veto,
        Requires = new([[new("Reviewer", 1), new("group:security", 2)], [new("Manager", 1)]]),
        SecondPerson = false,
        ConfirmationWindowSeconds = 61,
        HoldAfterApprovalSeconds = 11,
        ExpiresAfterSeconds = 1801,
        PermitSeconds = 301,
        ExecuteSeconds = 901,
        DeniedMemorySeconds = 86401,
        Burst = new(11, 62),
        ExpiresAt = new Moment(1_800_000_000_000),
        Budget = new(7, 3600),
    };

    [Fact]
    public void A_rule_that_is_opened_and_taken_back_unchanged_is_the_same_rule()
    {
        Assert.Equal(RuleReader.Write([Full]), RuleReader.Write([Read(RuleInput.Of(Full))]));
        Assert.Equal(RuleReader.Write([Judgement.DefaultRule with { Name = "x" }]), RuleReader.Write([Read(RuleInput.Of(Judgement.DefaultRule with { Name = "x" }))]));
    }

    [Fact]
    public void What_a_mode_has_not_is_left_out_and_not_refused()
    {
        var input = RuleInput.Of(Full);
        input.Mode = "review";
        var rule = Read(input);
        Assert.Null(rule.Budget);
        Assert.Null(rule.ExpiresAt);
    }

    [Fact]
    public void Nothing_typed_as_a_pattern_is_anything()
    {
        var input = RuleInput.Of(Full);
        (input.Types, input.Resources, input.Agents) = ("", " ", "\n");
        Assert.All([Read(input).Match.Types, Read(input).Match.Resources, Read(input).Match.Agents], patterns => Assert.Equal(["*"], patterns));
    }

    [Theory]
    [InlineData("name", "It is empty.")]
    [InlineData("confirmationWindowSeconds", "An integer from 0 to 31622400 is expected.")]
    [InlineData("expiresAfterSeconds", "It may not be below the confirmation window.")]
    [InlineData("requires", "Each part has a count: an integer from 1 to 10.")]
    [InlineData("match.minRisk", "An integer from 0 to 100 is expected.")]
    [InlineData("expiresAt", "An RFC 3339 time is expected")]
    public void A_fault_stands_under_its_field_in_the_words_of_the_api(string field, string message)
    {
        var input = RuleInput.Of(Full);
        _ = field switch
        {
            "name" => input.Name = "  ",
            "confirmationWindowSeconds" => input.ConfirmationWindowSeconds = "a minute",
            "expiresAfterSeconds" => input.ExpiresAfterSeconds = "10",
            "requires" => input.Requires[0][0].Count = "11",
            "match.minRisk" => input.MinRisk = "101",
            _ => input.ExpiresAt = "tomorrow",
        };
        var read = FormBody.Read(RuleInput.Body([], 0, input), RuleReader.Read);
        Assert.Contains(message, read.Refusal.Fault($"rules[0].{field}"), StringComparison.Ordinal);
    }

    private static Rule Read(RuleInput input) => FormBody.Read(RuleInput.Body([Judgement.DefaultRule with { Name = "first" }], 1, input), RuleReader.Read).Require()[1];
}
