using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Sessions;
using Xunit;

namespace AgentApprovals.Domain.Tests.Sessions;

public sealed class SessionTests
{
    [Fact]
    public void A_renewed_session_ends_its_seconds_from_then_and_never_past_its_most()
    {
        var stage = new Stage();
        var session = stage.Open();
        var start = stage.Now;
        stage.Pass(3599);
        Assert.Equal(stage.Now.PlusSeconds(3600), stage.Do(new RenewSession(stage.Key, session.Session)).Session.ExpiresAt);
        for (var i = 0; i < 30; i++)
        {
            stage.Pass(3000);
            stage.Try(new RenewSession(stage.Key, session.Session));
        }

        Assert.Equal(start.PlusSeconds(86_400), stage.StateOf(session).ExpiresAt);
        Assert.Equal("token_expired", stage.RefusalOf(new RenewSession(stage.Key, session.Session)));
    }

    [Fact]
    public void A_session_renewed_under_a_shorter_limit_is_shorter()
    {
        var stage = new Stage();
        var session = stage.Open();
        stage.Do(new ChangeAgent(stage.Admin, stage.Agent.Id, null, null, null, null, null, l => l with { SessionSeconds = 60 }, new(), false));
        Assert.Equal(stage.Now.PlusSeconds(60), stage.Do(new RenewSession(stage.Key, session.Session)).Session.ExpiresAt);
    }

    [Fact]
    public void Why_a_session_is_refused_says_what_became_of_it()
    {
        var stage = new Stage(Stage.Rule());
        var (ended, stopped, expired) = (stage.Open(), stage.Open(), stage.Open());
        var other = stage.KeyOf(stage.Register("other"));
        Assert.Equal("not_found", stage.RefusalOf(new RenewSession(other, ended.Session)));
        stage.Do(new EndSession(ended));
        stage.Stop(stage.Admin, stopped);
        stage.Pass(3600);
        foreach (var (session, code) in new[] { (ended, "session_ended"), (stopped, "session_stopped"), (expired, "token_expired") })
        {
            Assert.Equal(code, stage.RefusalOf(Stage.Asking(session)));
            Assert.Equal(code, stage.RefusalOf(new EndSession(session)));
            Assert.Equal(code, stage.RefusalOf(new MarkCompacted(session)));
            Assert.Equal(code, stage.RefusalOf(new RenewSession(stage.Key, session.Session)));
        }
    }

    [Theory]
    [InlineData("*", "anyone@example.com", null)]
    [InlineData("*@example.com", " Dana@EXAMPLE.com ", null)]
    [InlineData("*@example.com", "dana@example.org", "principal_not_allowed")]
    [InlineData("dana@example.com", "DANA@example.com", null)]
    public void It_acts_only_for_whom_it_may(string actsFor, string onBehalfOf, string? refusal)
    {
        var stage = new Stage();
        var key = stage.KeyOf(stage.Register("other", actsFor: actsFor));
        Assert.Equal(refusal, stage.RefusalOf(stage.Opening(onBehalfOf, key)));
    }

    [Fact]
    public void A_person_of_this_console_is_answered_in_the_stored_spelling()
    {
        var stage = new Stage();
        stage.Person("Dana@Example.com");
        Assert.Equal("Dana@Example.com", stage.StateOf(stage.Open(" dana@example.com ")).OnBehalfOf);
        Assert.Equal("Eve@example.com", stage.StateOf(stage.Open(" Eve@example.com ")).OnBehalfOf);
    }

    [Fact]
    public void Sessions_that_are_over_make_room_for_others()
    {
        var stage = new Stage();
        stage.Do(new ChangeAgent(stage.Admin, stage.Agent.Id, null, null, null, null, null, l => l with { MaxSessions = 2 }, new(), false));
        var first = stage.Open();
        stage.Open();
        Assert.Equal("too_many_requests", stage.RefusalOf(stage.Opening()));
        stage.Do(new EndSession(first));
        stage.Open();
        Assert.Equal("too_many_requests", stage.RefusalOf(stage.Opening()));
        stage.Pass(3600);
        stage.Open();
    }

    [Fact]
    public void After_a_compaction_a_person_looks_at_everything()
    {
        var stage = new Stage(Stage.Rule(RuleMode.Allow, "Manager"));
        var session = stage.Open();
        Assert.Equal(Domain.Actions.ActionStatus.Released, stage.Ask(session).Status);
        stage.Do(new MarkCompacted(session));
        var action = stage.Ask(session);
        Assert.Equal((Domain.Actions.ActionStatus.Pending, "1 Reviewer"), (action.Status, Approvals.InWords(action.Verdict.Requires)));
    }

    [Fact]
    public void Standing_instructions_are_one_text_with_one_digest()
    {
        var stage = new Stage();
        stage.Do(new PutInstructions(stage.Admin, null, "Be kind."));
        stage.Do(new PutInstructions(stage.Admin, stage.Agent.Id, "Confirm before you delete."));
        var standing = stage.Do(stage.Opening()).Standing;
        Assert.Equal((2, "Be kind.\n\nConfirm before you delete."), (standing.Version, standing.Text));
        Assert.Equal(Domain.Json.CanonicalJson.Digest(System.Text.Encoding.UTF8.GetBytes(standing.Text)), standing.Digest);
    }
}
