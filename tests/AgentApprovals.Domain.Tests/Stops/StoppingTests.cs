using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using Xunit;

namespace AgentApprovals.Domain.Tests.Stops;

public sealed class StoppingTests
{
    [Theory]
    [InlineData(StopScope.Session)]
    [InlineData(StopScope.Agent)]
    [InlineData(StopScope.Everything)]
    public void A_stop_takes_effect_with_its_one_row_and_asked_again_is_the_same(StopScope scope)
    {
        var stage = new Stage(Stage.Rule());
        var session = stage.Open();
        var waiting = stage.Ask(session);
        var released = stage.Approve(stage.Person("one@example.com"), stage.Ask(session));

        var stop = Order(stage, stage.Admin, scope, session);

        Assert.Equal(stop.Id, Order(stage, stage.Admin, scope, session).Id);
        Assert.Equal(ActionStatus.Stopped, stage.StateOf(waiting).Status);
        Assert.Equal("session_stopped", stage.RefusalOf(Stage.Asking(session)));
        Assert.Equal("session_stopped", stage.RefusalOf(new Redeem(session, released.Id, null)));
        Assert.Equal("action_stopped", stage.RefusalOf(stage.Approving(stage.Person("two@example.com"), waiting)));
    }

    [Fact]
    public void The_reason_of_a_stop_is_given_once_by_whoever_ordered_it()
    {
        var stage = new Stage();
        var manager = stage.Person("manager@example.com", Roles.Manager);
        var stop = stage.Do(new OrderStop(manager, StopScope.Agent, stage.Agent.Id.Value, null));
        Assert.Equal("forbidden", stage.RefusalOf(new ExplainStop(stage.Admin, stop.Id, "Not mine to say")));
        Assert.Equal("It deletes what it should keep", stage.Do(new ExplainStop(manager, stop.Id, "It deletes what it should keep")).Reason);
        Assert.Equal("already_decided", stage.RefusalOf(new ExplainStop(manager, stop.Id, "Another story")));
        Assert.Equal("already_decided", stage.RefusalOf(new ExplainStop(manager, stage.Do(new OrderStop(manager, StopScope.Everything, null, "Said at once")).Id, "Again")));
    }

    [Theory]
    [InlineData(StopScope.Agent)]
    [InlineData(StopScope.Everything)]
    public void Resuming_brings_nothing_back_also_before_the_stop_is_written_down(StopScope scope)
    {
        var stage = new Stage(Stage.Rule());
        var session = stage.Open();
        var action = stage.Ask(session);
        Order(stage, stage.Admin, scope, session);
        Assert.Equal(scope == StopScope.Agent ? "agent_stopped" : "everything_stopped", stage.RefusalOf(stage.Opening()));

        stage.Do(new Resume(stage.Admin, scope == StopScope.Agent ? stage.Agent.Id : null, null));

        Assert.Equal(SessionStatus.Active, stage.World.Sessions.Find(session.Session.Value)!.Status);
        Assert.Equal("session_stopped", stage.RefusalOf(Stage.Asking(session)));
        Assert.Equal(ActionStatus.Stopped, stage.StateOf(action).Status);
        Assert.Equal(ActionStatus.Pending, stage.Ask(stage.Open()).Status);
    }

    [Fact]
    public void A_stop_of_an_agent_leaves_the_sessions_of_others_alone()
    {
        var stage = new Stage(Stage.Rule());
        var other = stage.Open(key: stage.KeyOf(stage.Register("other")));
        Order(stage, stage.Admin, StopScope.Agent, stage.Open());
        Assert.Equal(ActionStatus.Pending, stage.Ask(other).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_session_that_is_over_gets_a_receipt_once_and_stays_what_it_was(bool ended)
    {
        var stage = new Stage(Stage.Rule());
        var session = stage.Open();
        if (ended)
            stage.Do(new EndSession(session));
        else
            stage.Pass(3600);
        var stop = stage.Stop(stage.Admin, session);

        Assert.Equal(stop.Id, stage.Stop(stage.Admin, session).Id);
        Assert.Equal(ended ? SessionStatus.Ended : SessionStatus.Expired, stage.StateOf(session).Status);
        Assert.DoesNotContain(stage.Entries, e => e.Kind == Kinds.SessionStopped);
    }

    [Fact]
    public void At_the_millisecond_of_a_sessions_expiry_the_stop_comes_after()
    {
        var stage = new Stage(Stage.Rule() with { ExpiresAfterSeconds = 7200 });
        var session = stage.Open();
        var action = stage.Ask(session);
        stage.Pass(3600);
        stage.Do(new OrderStop(stage.Admin, StopScope.Agent, stage.Agent.Id.Value, null));
        Assert.Equal(SessionStatus.Expired, stage.StateOf(session).Status);
        Assert.Equal(ActionStatus.Cancelled, stage.StateOf(action).Status);
    }

    [Fact]
    public void An_execution_that_a_stop_cuts_off_has_an_unknown_outcome()
    {
        var stage = new Stage(Stage.Rule(RuleMode.Allow));
        var session = stage.Open();
        var action = stage.Ask(session);
        stage.Do(new Redeem(session, action.Id, null));
        stage.Stop(stage.Admin, session);
        Assert.Equal((ActionStatus.Stopped, Outcome.Unknown), (stage.StateOf(action).Status, stage.StateOf(action).Outcome));
    }

    [Theory]
    [InlineData(Roles.Auditor, null, null, null)]
    [InlineData(Roles.Reviewer, null, null, null)]
    [InlineData(Roles.Verifier, "not_found", "not_found", "forbidden")]
    public void Who_may_stop_is_as_the_table_says(Roles roles, string? session, string? agent, string? everything)
    {
        var stage = new Stage(Stage.Rule());
        var person = stage.Person("someone@example.com", roles);
        var run = stage.Open();
        Assert.Equal(session, stage.RefusalOf(Ordered(stage, person, StopScope.Session, run)));
        Assert.Equal(agent, stage.RefusalOf(Ordered(stage, person, StopScope.Agent, run)));
        Assert.Equal(everything, stage.RefusalOf(Ordered(stage, person, StopScope.Everything, run)));
    }

    [Fact]
    public void Whose_agent_it_is_stops_it_without_a_role_and_not_everything()
    {
        var stage = new Stage(Stage.Rule());
        var owner = stage.Person("owner@example.com", Roles.None);
        var run = stage.Open();
        Assert.Null(stage.RefusalOf(Ordered(stage, owner, StopScope.Session, run)));
        Assert.Null(stage.RefusalOf(Ordered(stage, owner, StopScope.Agent, run)));
        Assert.Equal("forbidden", stage.RefusalOf(Ordered(stage, owner, StopScope.Everything, run)));
        Assert.Equal("forbidden", stage.RefusalOf(new Resume(owner, stage.Agent.Id, null)));
    }

    [Fact]
    public void A_deleted_key_and_a_retired_agent_stop_their_sessions()
    {
        var stage = new Stage(Stage.Rule());
        var session = stage.Open();
        stage.Do(new DeleteAgentKey(stage.Admin, stage.Agent.Id, stage.Key.Key));
        Assert.Equal("session_stopped", stage.RefusalOf(Stage.Asking(session)));
        Assert.Equal("unauthenticated", stage.RefusalOf(stage.Opening()));

        var other = stage.Register("other");
        var key = stage.KeyOf(other);
        var run = stage.Open(key: key);
        stage.Do(new ChangeAgent(stage.Admin, other.Id, null, null, null, null, null, l => l, new(), Retire: true));
        Assert.Equal("session_stopped", stage.RefusalOf(Stage.Asking(run)));
        Assert.Equal("agent_retired", stage.RefusalOf(stage.Opening(key: key)));
        stage.Do(new Resume(stage.Admin, other.Id, null));
        Assert.Equal("agent_retired", stage.RefusalOf(stage.Opening(key: key)));
    }

    [Fact]
    public void A_confirmed_layer_never_goes_back()
    {
        var stage = new Stage(Stage.Rule());
        var stop = stage.Stop(stage.Admin, stage.Open());
        Assert.All(stop.Layers, l => Assert.Equal(LayerState.Waiting, l.State));
        stage.Do(new SettleStop(stop.Id));
        stage.Do(new ConfirmLayers(stop.Id, [new("console", LayerState.Confirmed, 3, "3 actions stopped")]));
        var after = stage.Do(new ConfirmLayers(stop.Id, [new("console", LayerState.Waiting, null, "")]));
        Assert.Equal(new("console", LayerState.Confirmed, 3, "3 actions stopped"), after.Layers[0]);
    }

    private static StopState Order(Stage stage, PersonActor person, StopScope scope, SessionActor session) => stage.Do(Ordered(stage, person, scope, session));

    private static OrderStop Ordered(Stage stage, PersonActor person, StopScope scope, SessionActor session) => new(person, scope, scope switch
    {
        StopScope.Session => session.Session.Value,
        StopScope.Agent => stage.Agent.Id.Value,
        _ => null,
    }, "Enough.");
}
