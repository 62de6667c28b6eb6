using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Sessions;
using Xunit;

namespace AgentApprovals.Domain.Tests.Actions;

public sealed class DirectionTests
{
    private const string Claimed = "boss@example.com";

    /// <summary>What a person confirmed falls under the first rule, everything else under the second.</summary>
    private static Rule[] Opening(Rule confirmed, Rule otherwise) =>
        [confirmed with { Name = "Confirmed", Match = confirmed.Match with { Directed = Directed.Confirmed } }, otherwise];

    [Fact]
    public void A_confirmed_direction_opens_a_milder_rule_of_the_version_of_its_submission()
    {
        var stage = new Stage(Opening(Stage.Rule(RuleMode.Allow) with { HoldAfterApprovalSeconds = 10 }, Stage.Rule() with { ConfirmationWindowSeconds = 60 }));
        var boss = stage.Person(Claimed, Roles.None);
        var action = Ask(stage);
        stage.Policy(Stage.Rule(RuleMode.Deny));
        stage.Pass(55);

        var after = Say(stage, boss, action, true);

        Assert.Equal((ActionStatus.Approved, Directed.Confirmed, "Confirmed"), (after.Status, after.Directed, after.Verdict.RuleName));
        Assert.Equal(action.SubmittedAt.PlusSeconds(65), after.ReleaseAt);
        Assert.Equal((action.ConfirmationEndsAt, action.ExpiresAt), (after.ConfirmationEndsAt, after.ExpiresAt));
    }

    [Fact]
    public void A_rule_of_an_older_version_still_has_its_budget()
    {
        var stage = new Stage(Opening(Stage.Rule(RuleMode.Allow) with { Budget = new(1, 600) }, Stage.Rule()));
        var boss = stage.Person(Claimed, Roles.None);
        var (one, two) = (Ask(stage), Ask(stage));
        stage.Policy(Stage.Rule());

        Assert.Equal(ActionStatus.Released, Say(stage, boss, one, true).Status);
        Assert.Equal(ActionStatus.Pending, Say(stage, boss, two, true).Status);
    }

    [Fact]
    public void What_a_budget_let_pass_is_not_held_against_itself()
    {
        var stage = new Stage(Stage.Rule(RuleMode.Veto) with { ConfirmationWindowSeconds = 60, Budget = new(1, 600) });
        Assert.Equal(ActionStatus.Approved, Say(stage, stage.Person(Claimed, Roles.None), Ask(stage), true).Status);
    }

    [Fact]
    public void Approvals_stay_when_a_direction_is_confirmed()
    {
        var stage = new Stage(Opening(Stage.Rule(), Stage.Rule(requires: "2 Reviewer")));
        var boss = stage.Person(Claimed, Roles.None);
        var action = stage.Approve(stage.Person("one@example.com"), Ask(stage));

        Assert.Equal(ActionStatus.Released, Say(stage, boss, action, true).Status);
    }

    [Fact]
    public void Under_a_rule_that_asks_for_a_second_person_an_earlier_yes_of_somebody_involved_does_not_count()
    {
        var stage = new Stage(Opening(Stage.Rule(secondPerson: true), Stage.Rule(requires: "2 Reviewer")));
        var boss = stage.Person(Claimed, Roles.None);
        var action = stage.Approve(stage.Person("dana@example.com"), Ask(stage));

        Assert.Equal(ActionStatus.Pending, Say(stage, boss, action, true).Status);
        Assert.Equal(ActionStatus.Released, stage.Approve(stage.Person("one@example.com"), action).Status);
    }

    [Fact]
    public void What_was_approved_waits_again_where_the_confirmed_rule_asks_for_more()
    {
        var stage = new Stage(Opening(Stage.Rule(requires: "Manager"), Stage.Rule() with { ConfirmationWindowSeconds = 60 }));
        var boss = stage.Person(Claimed, Roles.None);
        var action = stage.Approve(stage.Person("one@example.com"), Ask(stage));

        Assert.Equal((ActionStatus.Pending, null), (Say(stage, boss, action, true).Status, stage.StateOf(action).ReleaseAt));
    }

    [Fact]
    public void An_edits_stricter_outcome_still_holds_after_a_confirmation()
    {
        var stage = new Stage(Opening(Stage.Rule(RuleMode.Allow), Stage.Rule()));
        var boss = stage.Person(Claimed, Roles.None);
        var action = stage.Approve(stage.Person("one@example.com"), Ask(stage), """{"body":"edited"}""");
        Assert.Equal("2 Reviewers", Approvals.InWords(action.Verdict.Requires));

        Assert.Equal(ActionStatus.Pending, Say(stage, boss, action, true).Status);
    }

    [Fact]
    public void After_a_compaction_a_confirmation_opens_nothing()
    {
        var stage = new Stage(Opening(Stage.Rule(RuleMode.Allow), Stage.Rule()));
        var boss = stage.Person(Claimed, Roles.None);
        var session = stage.Open();
        var action = stage.Ask(session, directedBy: Claimed);
        stage.Do(new MarkCompacted(session));

        Assert.Equal(ActionStatus.Pending, Say(stage, boss, action, true).Status);
    }

    [Theory]
    [InlineData(RuleMode.Allow, "Manager", "1 Reviewer")]
    [InlineData(RuleMode.Veto, "Manager", "1 Reviewer")]
    [InlineData(RuleMode.Review, "Reviewer", "1 Reviewer")]
    [InlineData(RuleMode.Review, "Manager", "1 Manager and 1 Reviewer")]
    public void What_is_disowned_after_it_was_approved_waits_for_at_least_one_reviewer(RuleMode mode, string requires, string then)
    {
        var stage = new Stage(Stage.Rule(mode, requires) with { ConfirmationWindowSeconds = 60 });
        var boss = stage.Person(Claimed, Roles.None);
        var action = Ask(stage);
        if (mode == RuleMode.Review)
            stage.Approve(stage.Person("one@example.com", Roles.Reviewer | Roles.Manager), action);
        Assert.Equal(ActionStatus.Approved, stage.StateOf(action).Status);

        var after = Say(stage, boss, action, false);

        Assert.Equal((ActionStatus.Pending, then, null), (after.Status, Approvals.InWords(after.Verdict.Requires), after.ReleaseAt));
        Assert.Empty(after.Approvals);
    }

    [Fact]
    public void Disowning_closes_what_a_confirmation_had_opened()
    {
        var stage = new Stage(Opening(Stage.Rule(), Stage.Rule(requires: "2 Manager")));
        var boss = stage.Person(Claimed, Roles.None);
        var action = Say(stage, boss, Ask(stage), true);
        Assert.Equal("1 Reviewer", Approvals.InWords(action.Verdict.Requires));

        Say(stage, boss, action, false);

        Assert.Equal(ActionStatus.Pending, stage.Approve(stage.Person("one@example.com"), action).Status);
    }

    [Fact]
    public void Only_the_person_named_says_whether_they_directed_it_and_only_while_it_waits()
    {
        var stage = new Stage(Stage.Rule());
        var boss = stage.Person(" BOSS@example.com ", Roles.None);
        var action = Ask(stage);

        Assert.Equal("forbidden", stage.RefusalOf(new ConfirmDirection(stage.Person("one@example.com"), action.Id, true)));
        Assert.Equal("not_found", stage.RefusalOf(new ConfirmDirection(stage.Person("stranger@example.com", Roles.None), action.Id, true)));
        Assert.Equal(Directed.Confirmed, Say(stage, boss, action, true).Directed);
        stage.Approve(stage.Person("two@example.com"), action);
        Assert.Equal("not_pending", stage.RefusalOf(new ConfirmDirection(boss, action.Id, false)));
    }

    [Fact]
    public void A_direction_is_an_entry_and_a_disowned_one_of_its_own_kind()
    {
        var stage = new Stage(Stage.Rule());
        var boss = stage.Person(Claimed, Roles.None);
        var action = Ask(stage);
        Say(stage, boss, action, true);
        Say(stage, boss, action, false);
        Assert.Equal([Kinds.ActionDirected, Kinds.ActionDisowned], stage.Entries.TakeLast(2).Select(e => e.Kind));
    }

    private static ActionState Ask(Stage stage) => stage.Ask(stage.Open(), directedBy: Claimed);

    private static ActionState Say(Stage stage, PersonActor person, ActionState action, bool confirmed) =>
        stage.Do(new ConfirmDirection(person, action.Id, confirmed)).Action;
}
