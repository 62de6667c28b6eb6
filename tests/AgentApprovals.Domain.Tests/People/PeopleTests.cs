using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using Xunit;

namespace AgentApprovals.Domain.Tests.People;

public sealed class PeopleTests
{
    private static ChangePerson Change(Stage stage, PersonActor person, Roles? roles = null, string[]? groups = null, bool? active = null) =>
        new(stage.Admin, person.Person, null, null, roles, groups, active);

    [Fact]
    public void Deactivating_takes_back_approvals_of_what_is_not_released_and_stops_the_sessions_on_their_behalf()
    {
        var stage = new Stage(Stage.Rule() with { ConfirmationWindowSeconds = 60 });
        var (dana, session, other) = (stage.Person("Dana@example.com"), stage.Open(), stage.Open("eve@example.com"));
        var released = stage.Approve(dana, stage.Ask(other));
        stage.Pass(60);
        var (approved, theirs) = (stage.Approve(dana, stage.Ask(other)), stage.Ask(session));

        stage.Do(Change(stage, dana, active: false));

        Assert.Equal((ActionStatus.Pending, ActionStatus.Released, ActionStatus.Stopped),
            (stage.StateOf(approved).Status, stage.StateOf(released).Status, stage.StateOf(theirs).Status));
        Assert.Empty(stage.StateOf(approved).Approvals);
        Assert.Equal("session_stopped", stage.RefusalOf(Stage.Asking(session)));
        Assert.Equal("unauthenticated", stage.RefusalOf(stage.Approving(dana, approved)));
        Assert.Equal("principal_not_allowed", stage.RefusalOf(stage.Opening(" dana@example.com")));
        Assert.Null(stage.RefusalOf(Stage.Asking(other)));
    }

    [Fact]
    public void Who_loses_the_role_they_approved_with_has_not_approved()
    {
        var stage = new Stage(Stage.Rule() with { ConfirmationWindowSeconds = 60 });
        var reviewer = stage.Person("one@example.com", Roles.Reviewer | Roles.Auditor);
        var action = stage.Approve(reviewer, stage.Ask(stage.Open()));
        stage.Do(Change(stage, reviewer, Roles.Auditor));
        Assert.Equal(ActionStatus.Pending, stage.StateOf(action).Status);
        Assert.Empty(stage.StateOf(action).Approvals);
    }

    [Fact]
    public void Who_keeps_another_role_that_is_asked_for_counts_as_that()
    {
        var stage = new Stage(Stage.Rule(requires: "Manager | Reviewer + group:security") with { ConfirmationWindowSeconds = 60 });
        var person = stage.Person("one@example.com", Roles.Reviewer | Roles.Manager, "security");
        var action = stage.Approve(person, stage.Ask(stage.Open()));
        stage.Do(Change(stage, person, Roles.Reviewer));
        Assert.Equal((ActionStatus.Pending, 1), (stage.StateOf(action).Status, stage.StateOf(action).Approvals.Count));
        stage.Do(Change(stage, person, Roles.Reviewer | Roles.Manager, []));
        Assert.Equal(ActionStatus.Pending, stage.StateOf(action).Status);
        Assert.Equal(ActionStatus.Approved, stage.Approve(stage.Person("guard@example.com", Roles.None, "security"), action).Status);
    }

    [Fact]
    public void A_role_that_is_given_changes_nothing_that_was_said()
    {
        var stage = new Stage(Stage.Rule(requires: "Reviewer + Manager"));
        var reviewer = stage.Person("one@example.com");
        var action = stage.Approve(reviewer, stage.Ask(stage.Open()));
        stage.Do(Change(stage, reviewer, Roles.Reviewer | Roles.Manager));
        Assert.Equal(action.Approvals, stage.StateOf(action).Approvals);
    }

    [Fact]
    public void The_last_administrator_stays_one()
    {
        var stage = new Stage();
        Assert.Equal("invalid_request", stage.RefusalOf(Change(stage, stage.Admin, active: false)));
        Assert.Equal("invalid_request", stage.RefusalOf(Change(stage, stage.Admin, Roles.Manager)));
    }

    [Fact]
    public void Nobody_takes_the_setups_place_once_there_is_somebody() =>
        Assert.Equal("forbidden", new Stage().RefusalOf(new AddPerson(new SystemActor("setup"), "eve@example.com", "Eve", Roles.Administrator, [], null)));

    [Fact]
    public void A_set_up_link_is_used_once_and_voids_the_others()
    {
        var stage = new Stage();
        var (person, first, second) = (stage.Person("one@example.com"), SecretHash.Of("first"), SecretHash.Of("second"));
        stage.Do(new MakeSetupLink(stage.Admin, person.Person, first));
        stage.Do(new MakeSetupLink(stage.Admin, person.Person, second));
        Assert.True(stage.Do(new UseSetupLink(second)).HasLogin);
        Assert.Equal("not_found", stage.RefusalOf(new UseSetupLink(first)));
        Assert.Equal("not_found", stage.RefusalOf(new UseSetupLink(second)));
        stage.Do(new MakeSetupLink(stage.Admin, person.Person, SecretHash.Of("third")));
        stage.Pass(7 * 86_400);
        Assert.Equal("not_found", stage.RefusalOf(new UseSetupLink(SecretHash.Of("third"))));
    }

    [Fact]
    public void No_token_makes_one_wider_than_itself_or_a_way_into_an_account()
    {
        var stage = new Stage();
        var (person, narrow) = (stage.Person("one@example.com"), stage.WithToken(stage.Admin, MayDecide.High));
        MakePersonToken Make(PersonActor by, MayDecide mayDecide) => new(by, person.Person, "script", mayDecide, SecretHash.Of($"{by} {mayDecide}"));
        Assert.Null(stage.RefusalOf(new MakeSetupLink(narrow, person.Person, SecretHash.Of("a"))));
        Assert.Null(stage.RefusalOf(Make(narrow, MayDecide.High)));
        Assert.Equal("token_may_not_decide", stage.RefusalOf(Make(narrow, MayDecide.All)));
        Assert.Equal("token_may_not_decide", stage.RefusalOf(new MakeSetupLink(narrow, person.Person, SecretHash.Of("b"))));
        Assert.Null(stage.RefusalOf(new MakeSetupLink(stage.Admin, person.Person, SecretHash.Of("c"))));
    }

    [Fact]
    public void A_decision_made_with_somebody_elses_token_shows_its_name_and_maker()
    {
        var stage = new Stage(Stage.Rule());
        var token = stage.WithToken(stage.Person("one@example.com"), MayDecide.All);
        Assert.Equal("script, made by Root", stage.Approve(token, stage.Ask(stage.Open())).Approvals.Single().Via);
    }

    [Fact]
    public void A_deleted_token_opens_nothing()
    {
        var stage = new Stage(Stage.Rule());
        var person = stage.Person("one@example.com");
        var token = stage.WithToken(person, MayDecide.All);
        var action = stage.Ask(stage.Open());
        stage.Do(new DeletePersonToken(person, person.Person, token.Token!.Value));
        Assert.Equal("unauthenticated", stage.RefusalOf(stage.Approving(token, action)));
    }
}
