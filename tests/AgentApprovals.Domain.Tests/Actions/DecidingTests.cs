using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Domain.Sessions;
using Xunit;

namespace AgentApprovals.Domain.Tests.Actions;

public sealed class DecidingTests
{
    [Fact]
    public void An_action_past_its_expiry_cannot_be_approved_and_one_millisecond_before_it_can()
    {
        var stage = new Stage(Stage.Rule() with { ExpiresAfterSeconds = 60 });
        var reviewer = stage.Person("one@example.com");
        var (late, early) = (stage.Ask(stage.Open()), stage.Ask(stage.Open()));
        stage.Now = new(early.ExpiresAt.Milliseconds - 1);
        Assert.Equal(ActionStatus.Released, stage.Approve(reviewer, early).Status);
        stage.Now = late.ExpiresAt;
        Assert.Equal("action_expired", stage.RefusalOf(stage.Approving(reviewer, late)));
    }

    [Fact]
    public void Approved_early_it_still_waits_for_its_window_and_the_hold()
    {
        var stage = new Stage(Stage.Rule() with { ConfirmationWindowSeconds = 60, HoldAfterApprovalSeconds = 10, PermitSeconds = 300 });
        var reviewer = stage.Person("one@example.com");
        var session = stage.Open();
        var (first, second) = (stage.Ask(session), stage.Ask(session));
        Assert.Equal(first.SubmittedAt.PlusSeconds(60), stage.Approve(reviewer, first).ReleaseAt);
        stage.Pass(55);
        var held = stage.Approve(reviewer, second);
        Assert.Equal((second.SubmittedAt.PlusSeconds(65), second.SubmittedAt.PlusSeconds(365)), (held.ReleaseAt!.Value, held.PermitExpiresAt!.Value));
        stage.Now = new(held.ReleaseAt.Value.Milliseconds - 1);
        Assert.Equal("not_released", stage.RefusalOf(new Redeem(session, second.Id, null)));
        stage.Now = held.ReleaseAt.Value;
        Assert.Equal(ActionStatus.Executing, stage.Do(new Redeem(session, second.Id, null)).Action.Status);
        stage.Now = held.PermitExpiresAt.Value.PlusSeconds(-5);
        Assert.Equal("action_expired", stage.RefusalOf(new Redeem(session, first.Id, null)));
    }

    [Fact]
    public void An_approval_taken_back_falls_to_pending_or_to_expired_where_the_time_has_passed()
    {
        var stage = new Stage(Stage.Rule() with { ConfirmationWindowSeconds = 60, ExpiresAfterSeconds = 60, HoldAfterApprovalSeconds = 60 });
        var reviewer = stage.Person("one@example.com");
        var session = stage.Open();
        var (first, second) = (stage.Approve(reviewer, stage.Ask(session)), stage.Approve(reviewer, stage.Ask(session)));
        Assert.Equal(ActionStatus.Pending, stage.Do(new TakeBack(reviewer, first.Id)).Action.Status);
        Assert.Equal("not_found", stage.RefusalOf(new TakeBack(reviewer, first.Id)));
        stage.Approve(reviewer, first);
        stage.Now = new(first.ExpiresAt.Milliseconds - 1);
        stage.Do(new TakeBack(reviewer, second.Id));
        stage.Approve(reviewer, second);
        stage.Now = second.ExpiresAt;
        Assert.Equal(ActionStatus.Expired, stage.Do(new TakeBack(reviewer, second.Id)).Action.Status);
        Assert.Equal("not_pending", stage.RefusalOf(new TakeBack(reviewer, first.Id)));
    }

    [Fact]
    public void An_approval_in_time_is_not_lost_to_the_clock()
    {
        var stage = new Stage(Stage.Rule() with { ConfirmationWindowSeconds = 60, ExpiresAfterSeconds = 60, HoldAfterApprovalSeconds = 100 });
        var action = stage.Approve(stage.Person("one@example.com"), stage.Ask(stage.Open()));
        stage.Pass(99);
        Assert.Equal(ActionStatus.Approved, stage.StateOf(action).Status);
        stage.Pass(1);
        Assert.Equal(ActionStatus.Released, stage.StateOf(action).Status);
    }

    [Fact]
    public void Who_filled_a_part_already_keeps_it_and_another_may_fill_it_too()
    {
        var stage = new Stage(Stage.Rule(requires: "Reviewer + Manager"));
        var action = stage.Approve(stage.Person("one@example.com"), stage.Ask(stage.Open()));
        Assert.Equal((ActionStatus.Pending, 2), (stage.Approve(stage.Person("two@example.com"), action).Status, stage.StateOf(action).Approvals.Count));
        Assert.Equal(ActionStatus.Released, stage.Approve(stage.Person("boss@example.com", Roles.Manager), action).Status);
    }

    /// <summary>404, role 403, state 409, second person or group 403, digest 409.</summary>
    [Fact]
    public void What_is_wrong_is_told_in_the_contracts_order()
    {
        var stage = new Stage(Stage.Rule(requires: "group:security", secondPerson: true) with { ConfirmationWindowSeconds = 60 });
        var action = stage.Ask(stage.Open());
        var (dana, guard) = (stage.Person("dana@example.com"), stage.Person("guard@example.com", Roles.Reviewer, "security"));
        Approve Wrongly(PersonActor person) => stage.Approving(person, action) with { PayloadDigest = "sha256:old" };

        Assert.Equal("forbidden", stage.RefusalOf(new Approve(stage.Open(), action.Id, "", null, null)));
        Assert.Equal("forbidden", stage.RefusalOf(new Approve(stage.Key, action.Id, "", null, null)));
        Assert.Equal("not_found", stage.RefusalOf(Wrongly(stage.Person("stranger@example.com", Roles.None))));
        Assert.Equal("not_a_reviewer", stage.RefusalOf(Wrongly(stage.Person("auditor@example.com", Roles.Auditor))));
        Assert.Equal("token_may_not_decide", stage.RefusalOf(Wrongly(stage.WithToken(guard, MayDecide.None))));
        Assert.Equal("second_person_required", stage.RefusalOf(Wrongly(dana)));
        Assert.Equal("wrong_group", stage.RefusalOf(Wrongly(stage.Person("one@example.com"))));
        Assert.Equal("payload_changed", stage.RefusalOf(Wrongly(guard)));
        stage.Approve(guard, action);
        Assert.Equal("already_decided", stage.RefusalOf(Wrongly(guard)));
        Assert.Equal("not_pending", stage.RefusalOf(Wrongly(dana)));
    }

    [Theory]
    [InlineData("dana@example.com", true)]
    [InlineData("owner@example.com", false)]
    [InlineData("boss@example.com", true)]
    [InlineData("one@example.com", false)]
    public void The_person_acted_for_and_whoever_is_claimed_to_have_directed_it_are_refused(string email, bool refused)
    {
        var stage = new Stage(Stage.Rule(secondPerson: true));
        var person = stage.Person(email);
        if (email != "dana@example.com")
            stage.Person("dana@example.com");
        var action = stage.Ask(stage.Open(), directedBy: " Boss@example.com");
        Assert.Equal(refused ? "second_person_required" : null, stage.RefusalOf(stage.Approving(person, action)));
    }

    [Fact]
    public void Where_the_person_acted_for_is_nobody_of_this_console_the_owner_counts_as_them()
    {
        var stage = new Stage(Stage.Rule(secondPerson: true));
        Assert.Equal("second_person_required", stage.RefusalOf(stage.Approving(stage.Person("owner@example.com"), stage.Ask(stage.Open()))));
    }

    [Fact]
    public void A_no_is_open_to_whoever_is_involved_also_without_a_role()
    {
        var stage = new Stage(Stage.Rule(secondPerson: true));
        foreach (var email in new[] { "dana@example.com", "owner@example.com", "boss@example.com" })
            Assert.Equal("denied_by_person", stage.Deny(stage.Person(email, Roles.None), stage.Ask(stage.Open(), $$"""{"for":"{{email}}"}""", directedBy: "boss@example.com")).Denial!.Code);
    }

    [Fact]
    public void Someone_of_a_group_that_is_asked_for_sees_approves_and_denies_without_a_role()
    {
        var stage = new Stage(Stage.Rule(requires: "group:security"));
        var guard = stage.Person("guard@example.com", Roles.None, "security");
        var session = stage.Open();
        Assert.Equal(ActionStatus.Released, stage.Approve(guard, stage.Ask(session)).Status);
        Assert.Equal(ActionStatus.Denied, stage.Deny(guard, stage.Ask(session)).Status);
        stage.Policy(Stage.Rule());
        Assert.Equal("not_found", stage.RefusalOf(stage.Approving(guard, stage.Ask(stage.Open(), """{"body":"another"}"""))));
    }

    [Fact]
    public void A_no_is_open_until_it_is_redeemed()
    {
        var stage = new Stage(Stage.Rule(RuleMode.Allow));
        var (reviewer, session) = (stage.Person("one@example.com"), stage.Open());
        var (first, second) = (stage.Ask(session), stage.Ask(session, """{"body":"second"}"""));
        stage.Do(new Redeem(session, second.Id, null));
        Assert.Equal((ActionStatus.Denied, null), (stage.Deny(reviewer, first).Status, stage.StateOf(first).ReleaseAt));
        Assert.Equal("already_decided", stage.RefusalOf(new Deny(reviewer, first.Id, "No.")));
        Assert.Equal("not_pending", stage.RefusalOf(new Deny(reviewer, second.Id, "No.")));
        Assert.Equal("forbidden", stage.RefusalOf(new Deny(stage.Person("auditor@example.com", Roles.Auditor), second.Id, "No.")));
        Assert.Equal("token_may_not_decide", stage.RefusalOf(new Deny(stage.WithToken(reviewer, MayDecide.None), second.Id, "No.")));
    }

    [Theory]
    [InlineData(MayDecide.None, RiskLevel.Low, false)]
    [InlineData(MayDecide.High, RiskLevel.High, true)]
    [InlineData(MayDecide.High, RiskLevel.Critical, false)]
    [InlineData(MayDecide.All, RiskLevel.Critical, true)]
    public void A_token_approves_as_far_as_it_was_made_for(MayDecide mayDecide, RiskLevel level, bool may)
    {
        var stage = new Stage(Stage.Rule());
        var action = level switch
        {
            RiskLevel.Low => stage.Ask(stage.Open(), type: "forum.read"),
            RiskLevel.High => stage.Ask(stage.Open()),
            _ => stage.Ask(stage.Open(), """{"audience":1000000}""", "payment.send"),
        };
        Assert.Equal(level, action.Risk.Level);
        Assert.Equal(may ? null : "token_may_not_decide", stage.RefusalOf(stage.Approving(stage.WithToken(stage.Person("one@example.com"), mayDecide), action)));
    }

    [Fact]
    public void Refused_attempts_are_entries_at_most_ten_a_minute_then_with_their_number()
    {
        var stage = new Stage(Stage.Rule(secondPerson: true));
        var (dana, action) = (stage.Person("dana@example.com"), stage.Ask(stage.Open()));
        for (var i = 0; i < 15; i++)
            stage.RefusalOf(stage.Approving(dana, action));
        Assert.Equal(10, stage.Entries.Count(e => e.Kind == Kinds.ActionRefused));
        stage.Pass(60);
        stage.RefusalOf(stage.Approving(dana, action));
        Assert.Equal(11, stage.Entries.Count(e => e.Kind == Kinds.ActionRefused));
    }

    [Fact]
    public void A_session_that_ends_or_expires_cancels_what_waits()
    {
        var stage = new Stage(Stage.Rule());
        var (ending, expiring) = (stage.Open(), stage.Open());
        var (first, second) = (stage.Ask(ending), stage.Approve(stage.Person("one@example.com"), stage.Ask(expiring)));
        stage.Do(new EndSession(ending));
        Assert.Equal(ActionStatus.Cancelled, stage.StateOf(first).Status);
        Assert.Equal("not_pending", stage.RefusalOf(stage.Approving(stage.Person("two@example.com"), first)));
        stage.Pass(3600);
        Assert.Equal(ActionStatus.Expired, stage.StateOf(second).Status);
    }
}
