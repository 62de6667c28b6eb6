using AgentApprovals.Domain.Runners;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Domain.Tests.Sessions;
using Xunit;

namespace AgentApprovals.Domain.Tests.Stops;

public sealed class RunnerLayersTests
{
    private readonly Stage _stage = new();

    [Fact]
    public void A_kill_that_is_proved_is_confirmed_with_its_count_and_its_time()
    {
        var layers = Layers([Open(Mechanism.Cgroup, RunnerTests.End())]);
        Assert.Equal(new("process", LayerState.Confirmed, 41, "7 processes killed on build-7, 0 left (cgroup)"), layers[0]);
        Assert.Equal(new("network", LayerState.Absent, null, "no isolation was set up"), layers[1]);
        Assert.Equal(new("lease", LayerState.Absent, null, "not needed: the runner answered"), layers[2]);
    }

    [Fact]
    public void Without_a_runner_the_receipt_says_that_stop_cannot_reach_the_process()
    {
        Assert.Equal(new("process", LayerState.Absent, null, "no runner: stop cannot reach its process"), Layers([Open(null)])[0]);
        Assert.Equal("no runner in 2 sessions: stop cannot reach their processes", Layers([Open(null), Open(null)])[0].Detail);
        Assert.Equal(new("process", LayerState.Absent, null, "no session was open"), Layers([])[0]);
        Assert.All(Layers([Open(null)]), l => Assert.Equal(LayerState.Absent, l.State));
    }

    [Theory]
    [InlineData(Mechanism.None, null)]
    [InlineData(Mechanism.None, 0)]
    [InlineData(Mechanism.Cgroup, 1)]
    [InlineData(Mechanism.User, null)]
    public void What_is_not_proved_to_be_gone_is_never_confirmed(Mechanism mechanism, int? left)
    {
        var process = Layers([Open(mechanism, RunnerTests.End(left: left))], after: 3600)[0];
        Assert.Equal((LayerState.Failed, null), (process.State, process.AfterMs));
    }

    [Fact]
    public void Many_are_confirmed_only_when_all_are()
    {
        var proved = Open(Mechanism.Cgroup, RunnerTests.End(afterMs: 12));
        var late = Open(Mechanism.PidNamespace, RunnerTests.End(count: 3, afterMs: 55));
        Assert.Equal(new("process", LayerState.Confirmed, 55, "10 processes killed on build-7, 0 left (cgroup, pidNamespace)"), Layers([proved, late])[0]);

        Assert.Equal(LayerState.Waiting, Layers([proved, Open(Mechanism.Cgroup)])[0].State);
        Assert.Equal((LayerState.Failed, "7 processes killed on build-7, 0 left (cgroup); 1 session without a runner: stop cannot reach its process"),
            (Layers([proved, Open(null)])[0].State, Layers([proved, Open(null)])[0].Detail));
    }

    [Fact]
    public void Where_nothing_answers_the_lease_is_waited_for_and_confirmed_at_twice_its_length()
    {
        var silent = Open(Mechanism.Cgroup);
        Assert.Equal(LayerState.Waiting, Layers([silent], after: 29)[2].State);
        Assert.Equal((LayerState.Confirmed, 30_000L), (Layers([silent], after: 30)[2].State, Layers([silent], after: 30)[2].AfterMs!.Value));
        Assert.Equal(LayerState.Waiting, Layers([silent], after: 30)[0].State);

        var reported = Layers([Open(Mechanism.Cgroup, RunnerTests.End(cause: "lease", afterMs: null))], after: 30);
        Assert.Equal((LayerState.Confirmed, "build-7 killed 7 processes by its own clock"), (reported[2].State, reported[2].Detail));
        Assert.Equal(LayerState.Confirmed, reported[0].State);
    }

    [Fact]
    public void Nobodys_lease_proves_a_kill_where_nothing_holds_the_process()
    {
        var layers = Layers([Open(Mechanism.None)], after: 3600);
        Assert.Equal([LayerState.Waiting, LayerState.Absent, LayerState.Absent], layers.Select(l => l.State));
    }

    [Theory]
    [InlineData(true, LayerState.Confirmed)]
    [InlineData(false, LayerState.Failed)]
    [InlineData(null, LayerState.Failed)]
    public void An_isolated_agents_way_out_is_confirmed_as_closed_by_its_runner_alone(bool? cut, LayerState state) =>
        Assert.Equal(state, Layers([Open(Mechanism.Cgroup, RunnerTests.End(networkCut: cut), isolated: true)])[1].State);

    private SessionState Open(Mechanism? mechanism, CageEnd? end = null, bool isolated = false)
    {
        var session = _stage.Do(RunnerTests.Opening(_stage, mechanism, isolated)).Session;
        return end is null ? session : session with { Runner = session.Runner! with { End = end } };
    }

    private IReadOnlyList<StopLayer> Layers(IReadOnlyCollection<SessionState> sessions, int after = 0)
    {
        var stop = _stage.Do(new OrderStop(_stage.Admin, StopScope.Everything, null, null));
        _stage.Do(new Resume(_stage.Admin, null, null));
        return RunnerLayers.Of(stop, sessions, stop.At.PlusSeconds(after));
    }
}
