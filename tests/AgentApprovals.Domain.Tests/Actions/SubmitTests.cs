using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using Xunit;

namespace AgentApprovals.Domain.Tests.Actions;

public sealed class SubmitTests
{
    [Fact]
    public void Denied_stays_denied_and_the_third_repeat_stops_the_session()
    {
        var stage = new Stage(Stage.Rule() with { DeniedMemorySeconds = 3000 });
        var reviewer = stage.Person("one@example.com");
        stage.Deny(reviewer, stage.Ask(stage.Open()));
        stage.Pass(1000);
        var session = stage.Open();
        Assert.Equal(ActionStatus.Pending, stage.Ask(session, """{"body":"another"}""").Status);
        for (var i = 0; i < 3; i++)
            Assert.Equal("repeats_denied", stage.Ask(session).Denial?.Code);
        Assert.Equal("session_stopped", stage.RefusalOf(Stage.Asking(session)));
        Assert.Null(stage.World.Agents.Get(stage.Agent.Sequence).StoppedBy);
    }

    [Theory]
    [InlineData(599, true)]
    [InlineData(600, false)]
    public void The_second_session_stopped_for_repeats_within_ten_minutes_stops_the_agent(int seconds, bool stops)
    {
        var stage = new Stage(Stage.Rule());
        stage.Deny(stage.Person("one@example.com"), stage.Ask(stage.Open()));
        Repeat(stage, stage.Open(), 3);
        stage.Pass(seconds);
        Repeat(stage, stage.Open(), 3);
        Assert.Equal(stops ? "agent_stopped" : null, stage.RefusalOf(stage.Opening()));
        Assert.Equal(stops ? 1 : 0, stage.World.Stops.All.Count(s => s is { Scope: StopScope.Agent, By.Kind: "system" }));
    }

    [Fact]
    public void A_denial_is_remembered_for_its_rules_time_by_what_was_submitted()
    {
        var stage = new Stage(Stage.Rule(requires: "2 Reviewer") with { DeniedMemorySeconds = 60 });
        var reviewer = stage.Person("one@example.com");
        stage.Deny(reviewer, stage.Approve(reviewer, stage.Ask(stage.Open()), """{"body":"edited"}"""));
        Assert.Equal("repeats_denied", stage.Ask(stage.Open()).Denial?.Code);
        Assert.Null(stage.Ask(stage.Open(), """{"body":"edited"}""").Denial);
        Assert.Null(stage.Ask(stage.Open(), resource: "forum://other").Denial);
        stage.Pass(60);
        Assert.Null(stage.Ask(stage.Open()).Denial);
    }

    [Fact]
    public void What_a_policy_denies_is_remembered_and_a_repeat_is_not()
    {
        var stage = new Stage(Stage.Rule(RuleMode.Deny) with { DeniedMemorySeconds = 60 });
        Assert.Equal("denied_by_policy", stage.Ask(stage.Open()).Denial?.Code);
        stage.Pass(40);
        Assert.Equal("repeats_denied", stage.Ask(stage.Open()).Denial?.Code);
        stage.Pass(20);
        Assert.Equal("denied_by_policy", stage.Ask(stage.Open()).Denial?.Code);
    }

    [Fact]
    public void What_nobody_permitted_is_denied_and_from_the_eleventh_in_a_minute_on_refused()
    {
        var stage = new Stage(Stage.Rule(RuleMode.Allow));
        stage.Do(new PutPermissions(stage.Admin, stage.Agent.Id, 1, [new("forum.*", "forum://*", null, stage.Now.PlusSeconds(60))]));
        var session = stage.Open();
        Assert.Equal(ActionStatus.Released, stage.Ask(session).Status);
        for (var i = 0; i < 10; i++)
            Assert.Equal("not_permitted", stage.Ask(session, type: "email.read").Denial?.Code);
        Assert.Equal("too_many_requests", stage.RefusalOf(Stage.Asking(session, type: "email.read")));
        Assert.Equal("not_permitted", stage.Ask(stage.Open(), resource: "mail://").Denial?.Code);
        stage.Pass(60);
        Assert.Equal("not_permitted", stage.Ask(session).Denial?.Code);
    }

    [Fact]
    public void A_permission_that_is_used_up_refuses_and_another_with_room_serves()
    {
        var stage = new Stage(Stage.Rule(RuleMode.Allow));
        stage.Do(new PutPermissions(stage.Admin, stage.Agent.Id, 1, [new("forum.*", "*", 1, null), new("forum.post", "*", 1, null)]));
        var session = stage.Open();
        Assert.Equal(["forum.* *", "forum.post *"], [stage.Ask(session).PermissionKey, stage.Ask(session).PermissionKey]);
        Assert.Equal("too_many_requests", stage.RefusalOf(Stage.Asking(session)));
        stage.Pass(3599);
        Assert.Equal("too_many_requests", stage.RefusalOf(Stage.Asking(session)));
        stage.Pass(1);
        Assert.Equal("token_expired", stage.RefusalOf(Stage.Asking(session)));
        Assert.Null(stage.RefusalOf(Stage.Asking(stage.Open())));
    }

    [Fact]
    public void What_waits_is_counted_as_it_stands_now()
    {
        var stage = new Stage(Stage.Rule() with { ExpiresAfterSeconds = 60 });
        Limit(stage, l => l with { MaxPending = 2 });
        var (session, other, reviewer) = (stage.Open(), stage.Open(), stage.Person("one@example.com"));
        var first = stage.Ask(session);
        stage.Pass(30);
        stage.Ask(other);
        Assert.Equal("too_many_pending", stage.RefusalOf(Stage.Asking(session)));
        stage.Approve(reviewer, first);
        stage.Ask(session);
        Assert.Equal("too_many_pending", stage.RefusalOf(Stage.Asking(session)));
        stage.Do(new EndSession(other));
        stage.Ask(session);
        Assert.Equal("too_many_pending", stage.RefusalOf(Stage.Asking(session)));
        stage.Pass(60);
        stage.Ask(session);
        stage.Reload(stage.Agent);
        stage.Ask(session);
        Assert.Equal("too_many_pending", stage.RefusalOf(Stage.Asking(session)));
    }

    [Fact]
    public void So_many_a_minute_and_no_more()
    {
        var stage = new Stage(Stage.Rule(RuleMode.Allow));
        Limit(stage, l => l with { MaxActionsPerMinute = 2 });
        var session = stage.Open();
        stage.Ask(session);
        stage.Pass(30);
        stage.Ask(session);
        Assert.Equal("too_many_requests", stage.RefusalOf(Stage.Asking(session)));
        stage.Pass(30);
        stage.Ask(session);
        Assert.Equal("too_many_requests", stage.RefusalOf(Stage.Asking(session)));
    }

    [Fact]
    public void A_budget_lets_so_many_pass_and_the_next_waits_for_a_reviewer()
    {
        var stage = new Stage(Stage.Rule(RuleMode.Veto, "Manager") with { Budget = new(2, 60) });
        var session = stage.Open();
        stage.Ask(session);
        stage.Pass(10);
        stage.Ask(session);
        var third = stage.Ask(session);
        Assert.Equal((ActionStatus.Pending, "1 Reviewer"), (third.Status, Approvals.InWords(third.Verdict.Requires)));
        stage.Reload(stage.Agent);
        Assert.Equal(ActionStatus.Pending, stage.Ask(session).Status);
        stage.Pass(50);
        Assert.Equal(ActionStatus.Released, stage.Ask(session).Status);
    }

    [Fact]
    public void An_idempotency_key_makes_one_action_also_where_limits_would_refuse()
    {
        var stage = new Stage(Stage.Rule());
        Limit(stage, l => l with { MaxActionsPerMinute = 1 });
        var (session, key) = (stage.Open(), new IdempotencyKey("key", "body"));
        var first = stage.Do(Stage.Asking(session, key: key));
        stage.Deny(stage.Person("one@example.com"), first.Action);
        var again = stage.Do(Stage.Asking(session, key: key));
        Assert.Equal((first.Action.Id, true, ActionStatus.Denied), (again.Action.Id, again.Replayed, again.Action.Status));
        Assert.Equal("idempotency_conflict", stage.RefusalOf(Stage.Asking(session, key: key with { BodyHash = "other" })));
    }

    [Fact]
    public void A_redeem_is_once_and_its_key_gets_the_same_again()
    {
        var stage = new Stage(Stage.Rule(RuleMode.Allow) with { ExecuteSeconds = 60 });
        var (session, key) = (stage.Open(), new IdempotencyKey("key", "body"));
        var action = stage.Ask(session);
        var redeemed = stage.Do(new Redeem(session, action.Id, key));
        Assert.Equal(redeemed.Action.RedeemSequence, stage.Do(new Redeem(session, action.Id, key)).Action.RedeemSequence);
        Assert.Equal("idempotency_conflict", stage.RefusalOf(new Redeem(session, action.Id, key with { BodyHash = "other" })));
        Assert.Equal("already_redeemed", stage.RefusalOf(new Redeem(session, action.Id, null)));
        Assert.Equal("not_found", stage.RefusalOf(new Redeem(stage.Open(), action.Id, null)));
        stage.Pass(60);
        Assert.Equal((ActionStatus.Failed, Outcome.Unknown), (stage.StateOf(action).Status, stage.StateOf(action).Outcome));
        Assert.Equal("not_executing", stage.RefusalOf(new ReportResult(session, action.Id, Outcome.Succeeded, null)));
        Assert.Equal("already_redeemed", stage.RefusalOf(new Redeem(session, action.Id, null)));
    }

    [Fact]
    public void A_result_is_taken_once_and_the_same_again_is_answered()
    {
        var stage = new Stage(Stage.Rule(RuleMode.Allow));
        var session = stage.Open();
        var action = stage.Ask(session);
        ReportResult Saying(Outcome outcome) => new(session, action.Id, outcome, "detail");
        Assert.Equal("not_executing", stage.RefusalOf(Saying(Outcome.Succeeded)));
        stage.Do(new Redeem(session, action.Id, null));
        Assert.Equal(ActionStatus.Failed, stage.Do(Saying(Outcome.Failed)).Action.Status);
        Assert.True(stage.Do(Saying(Outcome.Failed)).Replayed);
        Assert.Equal("not_executing", stage.RefusalOf(Saying(Outcome.Succeeded)));
    }

    [Fact]
    public void An_agent_that_must_acknowledge_its_instructions_is_handed_them_again()
    {
        var stage = new Stage(Stage.Rule());
        stage.Do(new PutInstructions(stage.Admin, stage.Agent.Id, "Confirm before you delete."));
        stage.Do(new ChangeAgent(stage.Admin, stage.Agent.Id, null, null, null, null, null, l => l, new(RequiresInstructionsDigest: true), false));
        var session = stage.Open();
        var refusal = stage.Try(Stage.Asking(session) with { InstructionsDigest = "sha256:old" }).Refusal!;
        Assert.Equal(("instructions_stale", "Confirm before you delete."), (refusal.Code, refusal.Instructions!.Text));
        Assert.Null(stage.RefusalOf(Stage.Asking(session) with { InstructionsDigest = refusal.Instructions.Digest }));
        stage.Do(new PutInstructions(stage.Admin, null, "Be kind."));
        Assert.Equal("instructions_stale", stage.RefusalOf(Stage.Asking(session) with { InstructionsDigest = refusal.Instructions.Digest }));
    }

    [Fact]
    public void A_rehearsal_uses_up_no_room_for_refusals_that_are_entries()
    {
        var stage = new Stage(Stage.Rule());
        stage.Do(new ChangeAgent(stage.Admin, stage.Agent.Id, null, null, null, null, null, l => l, new(RequiresInstructionsDigest: true), false));
        var session = stage.Open();
        for (var i = 0; i < 20; i++)
            Assert.Equal("instructions_stale", stage.RefusalOf(Stage.Asking(session) with { DryRun = true }));
        Assert.DoesNotContain(stage.Entries, e => e.Kind == Kinds.ActionRefused);
        stage.RefusalOf(Stage.Asking(session));
        Assert.Single(stage.Entries, e => e.Kind == Kinds.ActionRefused);
    }

    [Fact]
    public void Only_the_session_itself_reaches_its_action()
    {
        var stage = new Stage(Stage.Rule());
        var action = stage.Ask(stage.Open());
        Assert.Equal("not_found", stage.RefusalOf(new Withdraw(stage.Open(), action.Id)));
        Assert.Equal("forbidden", stage.RefusalOf(new Withdraw(stage.Person("one@example.com", Roles.Administrator), action.Id)));
        Assert.Equal("forbidden", stage.RefusalOf(new Deny(stage.Open(), action.Id, "No.")));
    }

    private static void Repeat(Stage stage, SessionActor session, int times)
    {
        for (var i = 0; i < times; i++)
            Assert.Equal("repeats_denied", stage.Ask(session).Denial?.Code);
    }

    private static void Limit(Stage stage, Func<AgentLimits, AgentLimits> limits) =>
        stage.Do(new ChangeAgent(stage.Admin, stage.Agent.Id, null, null, null, null, null, limits, new(), false));
}
