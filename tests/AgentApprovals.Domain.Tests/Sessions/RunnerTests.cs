using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Domain.Runners;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using Xunit;

namespace AgentApprovals.Domain.Tests.Sessions;

public sealed class RunnerTests
{
    [Theory]
    [InlineData(null, "runner_required")]
    [InlineData(Mechanism.None, "runner_required")]
    [InlineData(Mechanism.User, null)]
    [InlineData(Mechanism.Cgroup, null)]
    public void An_agent_that_requires_a_runner_opens_no_session_without_one_that_holds_it(Mechanism? mechanism, string? refusal)
    {
        var stage = new Stage();
        stage.Do(new ChangeAgent(stage.Admin, stage.Agent.Id, null, null, null, null, null, l => l, new(RequiresRunner: true), Retire: false));
        Assert.Equal(refusal, stage.RefusalOf(Opening(stage, mechanism)));
    }

    [Fact]
    public void The_lease_is_agreed_at_the_opening_and_stays()
    {
        var stage = new Stage();
        var session = Open(stage);
        stage.Do(new ChangeAgent(stage.Admin, stage.Agent.Id, null, null, null, null, null, l => l with { LeaseSeconds = 60 }, new(), Retire: false));
        Assert.Equal(15, stage.StateOf(session).Runner!.LeaseSeconds);
        Assert.Equal(60, stage.StateOf(Open(stage)).Runner!.LeaseSeconds);
    }

    [Fact]
    public void A_runner_that_is_missed_is_lost_once_and_found_once()
    {
        var stage = new Stage();
        var session = Open(stage);
        stage.Do(new LoseRunner(session.Session));
        stage.Do(new LoseRunner(session.Session));
        Assert.NotNull(stage.StateOf(session).Runner!.LostAt);
        stage.Do(new FindRunner(session.Session));
        stage.Do(new FindRunner(session.Session));
        Assert.Null(stage.StateOf(session).Runner!.LostAt);
        Assert.Equal([Kinds.RunnerLost, Kinds.RunnerReturned], stage.Entries.Select(e => e.Kind).Where(k => k.StartsWith("session.runner_", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_session_whose_runner_was_not_heard_for_two_leases_is_stopped_as_by_a_person()
    {
        var stage = new Stage(Stage.Rule());
        var session = Open(stage);
        var waiting = stage.Ask(session);
        var stop = stage.Do(new StopUnheard(session.Session))!;
        Assert.Equal((StopScope.Session, "lease"), (stop.Scope, stop.By.Name));
        Assert.Equal(SessionStatus.Stopped, stage.StateOf(session).Status);
        Assert.Equal(ActionStatus.Stopped, stage.StateOf(waiting).Status);
        Assert.Null(stage.Do(new StopUnheard(session.Session)));
    }

    [Theory]
    [InlineData("exit", SessionStatus.Ended)]
    [InlineData("lease", SessionStatus.Stopped)]
    [InlineData("stop", SessionStatus.Active)]
    public void A_session_whose_process_is_gone_is_over(string cause, SessionStatus status)
    {
        var stage = new Stage();
        var session = Open(stage);
        stage.Do(new FileCageEnd(session.Session, End(cause: cause)));
        Assert.Equal(status, stage.StateOf(session).Status);
    }

    [Fact]
    public void What_was_proved_of_the_end_stays_and_is_entered_once()
    {
        var stage = new Stage();
        var session = Open(stage);
        stage.Do(new FileCageEnd(session.Session, End(left: 2)));
        stage.Do(new FileCageEnd(session.Session, End(left: 2)));
        Assert.False(stage.StateOf(session).Runner!.IsDead);
        stage.Do(new FileCageEnd(session.Session, End(left: 0)));
        stage.Do(new FileCageEnd(session.Session, End(left: 5)));
        Assert.True(stage.StateOf(session).Runner!.IsDead);
        Assert.Equal(2, stage.Entries.Count(e => e.Kind == Kinds.RunnerReported));
    }

    [Theory]
    [InlineData(Roles.Reviewer, null)]
    [InlineData(Roles.Manager, null)]
    [InlineData(Roles.Administrator, null)]
    [InlineData(Roles.Auditor, "forbidden")]
    [InlineData(Roles.Verifier, "not_found")]
    [InlineData(Roles.None, "forbidden", "dana@example.com")]
    public void Who_may_pause_is_as_the_table_says(Roles roles, string? refusal, string email = "someone@example.com")
    {
        var stage = new Stage();
        var session = Open(stage);
        Assert.Equal(refusal, stage.RefusalOf(new PauseSession(stage.Person(email, roles), session.Session, true, End())));
        Assert.Equal(refusal is null, stage.StateOf(session).Paused);
    }

    [Fact]
    public void A_pause_is_entered_when_the_runner_has_confirmed_it_and_once()
    {
        var stage = new Stage();
        var session = Open(stage);
        Assert.False(stage.Do(new PauseSession(stage.Admin, session.Session, true)).Session.Paused);
        Assert.True(stage.Do(new PauseSession(stage.Admin, session.Session, true, End())).Session.Paused);
        Assert.True(stage.Do(new PauseSession(stage.Admin, session.Session, true, End())).Session.Paused);
        Assert.False(stage.Do(new PauseSession(stage.Admin, session.Session, false, End())).Session.Paused);
        Assert.Equal([Kinds.SessionPaused, Kinds.SessionContinued], stage.Entries.Select(e => e.Kind).Where(k => k is Kinds.SessionPaused or Kinds.SessionContinued));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Mechanism.PidNamespace)]
    [InlineData(Mechanism.User)]
    [InlineData(Mechanism.None)]
    public void Only_a_control_group_can_be_paused(Mechanism? mechanism)
    {
        var stage = new Stage();
        var session = new SessionActor(stage.Do(Opening(stage, mechanism)).Session.Id);
        Assert.Equal("no_runner", stage.RefusalOf(new PauseSession(stage.Admin, session.Session, true, End())));
    }

    [Fact]
    public void What_is_over_is_neither_paused_nor_continued()
    {
        var stage = new Stage();
        var session = Open(stage);
        stage.Do(new PauseSession(stage.Admin, session.Session, true, End()));
        stage.Stop(stage.Admin, session);
        Assert.Equal("no_runner", stage.RefusalOf(new PauseSession(stage.Admin, session.Session, false, End())));
    }

    [Theory]
    [InlineData(null, 1, 6)]
    [InlineData(Mechanism.None, 1, 6)]
    [InlineData(Mechanism.User, 0, 5)]
    [InlineData(Mechanism.Cgroup, 0, 5)]
    public void A_session_that_nothing_holds_counts_against_its_agent(Mechanism? mechanism, int counted, int points)
    {
        var stage = new Stage();
        stage.Do(Opening(stage, mechanism));
        var days = stage.World.Desks.Get(stage.Agent.Sequence).Days.ToList();
        Assert.Equal(counted, days.Sum(d => d[Counters.Unheld]));
        Assert.Equal(points, Points(stage.AgentOf(stage.Agent.Id), days, stage.Now));
        // What may only run where it is held is no longer exposed.
        Assert.Equal(0, Points(stage.AgentOf(stage.Agent.Id) with { RequiresRunner = true }, days, stage.Now));
    }

    [Fact]
    public void However_many_sessions_nothing_held_they_weigh_ten_at_most()
    {
        var day = new AgentDay(1, 1, AgentDay.NoCounts).Plus(Counters.Unheld, 500);
        Assert.Equal(10, Points(new Stage().Agent, [day], new(86_400_000)));
    }

    private static int Points(AgentState agent, IReadOnlyCollection<AgentDay> days, Moment now) =>
        AgentRisk.Assess(agent, days, new(0, 0), now).Factors.SingleOrDefault(f => f.Name == "no_runner")?.Points ?? 0;

    internal static OpenSession Opening(Stage stage, Mechanism? mechanism = Mechanism.Cgroup, bool isolated = false) => stage.Opening() with
    {
        Runner = mechanism is { } m ? new("build-7", m, isolated, SecretHash.Of($"runner {Guid.NewGuid()}")) : null,
    };

    internal static CageEnd End(int count = 7, int? left = 0, string cause = "stop", bool? networkCut = null, long? afterMs = 41) =>
        new(default, count, left, 5, cause, networkCut, null, afterMs);

    private static SessionActor Open(Stage stage) => new(stage.Do(Opening(stage)).Session.Id);
}
