using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Risk;
using Xunit;

namespace AgentApprovals.Domain.Tests.Actions;

public sealed class EditingTests
{
    private const string Edited = """{"body":"Do not flush the cache"}""";
    private const string Risky = """{"body":"password=hunter22hunter22 \u202e","audience":100000}""";

    /// <summary>What is critical falls under the first rule, everything else under the second.</summary>
    private static Rule[] Stricter(Rule risky) => [risky with { Name = "Risky", Match = risky.Match with { MinRisk = 75 } }, Stage.Rule()];

    [Fact]
    public void An_edit_voids_earlier_approvals_and_counts_as_one_of_the_new_digest()
    {
        var stage = new Stage(Stage.Rule(requires: "2 Reviewer"));
        var (one, two) = (stage.Person("one@example.com"), stage.Person("two@example.com"));
        var action = stage.Approve(one, Reading(stage));

        var after = stage.Approve(two, action, Edited);

        Assert.Equal((ActionStatus.Pending, true), (after.Status, after.Edited));
        Assert.NotEqual(action.PayloadDigest, after.PayloadDigest);
        Assert.Equal(action.SubmittedDigest, after.SubmittedDigest);
        Assert.Equal([two.Person], after.Approvals.Select(a => a.Person));
        Assert.Equal(ActionStatus.Released, stage.Approve(one, after).Status);
    }

    [Fact]
    public void An_edit_that_changes_nothing_is_an_approval_and_no_second_one()
    {
        var stage = new Stage(Stage.Rule(requires: "2 Reviewer"));
        var one = stage.Person("one@example.com");
        var action = Reading(stage, Edited);

        Assert.False(stage.Approve(one, action, Edited).Edited);
        Assert.Equal("already_decided", stage.RefusalOf(stage.Approving(one, action, Edited)));
        Assert.Single(stage.StateOf(action).Approvals);
    }

    [Fact]
    public void A_token_may_not_edit_into_a_risk_that_it_may_not_approve()
    {
        var stage = new Stage(Stage.Rule());
        var token = stage.WithToken(stage.Person("one@example.com"), MayDecide.High);
        var action = stage.Ask(stage.Open());
        Assert.True(action.Risk.Level < RiskLevel.Critical);

        Assert.Equal("token_may_not_decide", stage.RefusalOf(stage.Approving(token, action, Risky)));
        Assert.Equal(action, stage.StateOf(action));
    }

    [Fact]
    public void Who_may_not_decide_alone_may_not_edit_into_that_rule_either()
    {
        var stage = new Stage(Stricter(Stage.Rule(secondPerson: true)));
        var dana = stage.Person("dana@example.com");
        var action = stage.Ask(stage.Open());

        Assert.Equal("second_person_required", stage.RefusalOf(stage.Approving(dana, action, Risky)));
        Assert.Equal(action, stage.StateOf(action));
    }

    [Fact]
    public void An_edit_whose_rule_left_less_time_than_has_passed_is_refused()
    {
        var stage = new Stage(Stricter(Stage.Rule() with { ExpiresAfterSeconds = 60 }));
        var action = stage.Ask(stage.Open());
        stage.Pass(60);

        Assert.Equal("edit_refused", stage.RefusalOf(stage.Approving(stage.Person("one@example.com"), action, Risky)));
        Assert.Equal(action, stage.StateOf(action));
    }

    [Fact]
    public void An_edit_that_a_rule_denies_is_refused_and_changes_nothing()
    {
        var stage = new Stage(Stricter(Stage.Rule(RuleMode.Deny)));
        var action = stage.Ask(stage.Open());

        Assert.Equal("edit_refused", stage.RefusalOf(stage.Approving(stage.Person("one@example.com"), action, Risky)));
        Assert.Equal(action, stage.StateOf(action));
    }

    [Fact]
    public void The_stricter_outcome_holds_after_an_edit()
    {
        var stage = new Stage(Stricter(Stage.Rule(requires: "Manager") with { ConfirmationWindowSeconds = 50, HoldAfterApprovalSeconds = 9, ExpiresAfterSeconds = 90 }));
        var action = stage.Ask(stage.Open());

        var after = stage.Approve(stage.Person("one@example.com"), action, Risky);

        Assert.Equal(ActionStatus.Pending, after.Status);
        Assert.Equal("1 Reviewer and 1 Manager", Approvals.InWords(after.Verdict.Requires));
        Assert.Equal(action.SubmittedAt.PlusSeconds(50), after.ConfirmationEndsAt);
        Assert.Equal(action.SubmittedAt.PlusSeconds(90), after.ExpiresAt);
        stage.Pass(45);
        var enough = stage.Approve(stage.Person("two@example.com", Roles.Manager), after);
        Assert.Equal(action.SubmittedAt.PlusSeconds(54), enough.ReleaseAt);
    }

    [Theory]
    [InlineData(Risky, Edited)]
    [InlineData(Edited, Risky)]
    public void At_high_risk_before_or_after_the_edit_the_editor_alone_is_not_enough(string payload, string edit)
    {
        var stage = new Stage(Stage.Rule());
        var action = stage.Ask(stage.Open(), payload, type: "wiki.edit");

        var after = stage.Approve(stage.Person("one@example.com"), action, edit);

        Assert.Equal((ActionStatus.Pending, "2 Reviewers"), (after.Status, Approvals.InWords(after.Verdict.Requires)));
        Assert.Equal(ActionStatus.Released, stage.Approve(stage.Person("two@example.com"), after).Status);
    }

    [Fact]
    public void At_low_risk_the_editor_alone_may_be_enough()
    {
        var stage = new Stage(Stage.Rule());
        Assert.Equal(ActionStatus.Released, stage.Approve(stage.Person("one@example.com"), Reading(stage), Edited).Status);
    }

    [Fact]
    public void What_was_new_when_it_was_asked_for_is_still_new_when_it_is_judged_again()
    {
        var stage = new Stage(Stage.Rule());
        var action = stage.Ask(stage.Open());

        Assert.Contains(action.Risk.Factors, f => f.Name == "first_use_of_type");
        Assert.Equal(action.Risk.Score, stage.Approve(stage.Person("one@example.com"), action, Edited).Risk.Score);
    }

    [Fact]
    public void An_action_is_not_counted_as_its_own_like_when_it_is_judged_again()
    {
        var stage = new Stage(Stage.Rule());
        var session = stage.Open();
        var actions = Enumerable.Range(0, 5).Select(_ => stage.Ask(session, type: "email.read")).ToList();

        Assert.DoesNotContain(actions[4].Risk.Factors, f => f.Name == "burst");
        Assert.DoesNotContain(stage.Approve(stage.Person("one@example.com"), actions[4], Edited).Risk.Factors, f => f.Name == "burst");
    }

    private static ActionState Reading(Stage stage, string? payload = null) => stage.Ask(stage.Open(), payload, type: "forum.read");
}
