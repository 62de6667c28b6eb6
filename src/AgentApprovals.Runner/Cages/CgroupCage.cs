using AgentApprovals.Runner.Host;

namespace AgentApprovals.Runner.Cages;

/// <summary>
/// A control group of its own, joined before the program is started, inside bubblewrap: without that, an agent of the runner's own user could write itself into
/// another group. Killed, counted and frozen by the kernel as one.
/// </summary>
internal sealed class CgroupCage(string parent) : Cage
{
    // Joined by the shell that then becomes bwrap: a process that is moved later leaves behind the children it had.
    private const string Join = """echo $$ > "$0/cgroup.procs" && exec "$@" """;

    private const string OnEnd = """
        echo 1 > "$1/cgroup.kill"
        i=0
        while ! rmdir "$1" && [ $i -lt 100 ]; do i=$((i + 1)); sleep 0.05; done
        """;

    private Cgroup? group;
    private BubblewrapChild? inside;

    public override string Mechanism => "cgroup";

    public override bool CanFreeze => true;

    protected override void Begin(Launch launch)
    {
        group = Cgroup.Create(parent);
        Guardian = Guardian.Start(OnEnd, group.Path);
        inside = BubblewrapChild.Start(Child, launch, ["/bin/sh", "-c", Join, group.Path], fd => Bubblewrap.Arguments(launch, HostView.Current(), fd));
    }

    protected override int? Leader() => inside?.Leader();

    protected override int Count() => group?.Processes().Count(p => p != inside?.Outer && p != inside?.Init) ?? 0;

    protected override void OrderKill() => group?.Kill();

    protected override bool? WaitEmpty(TimeSpan limit) => group?.WaitPopulated(false, limit) ?? true;

    protected override bool SetFrozen(bool frozen)
    {
        group?.SetFrozen(frozen);
        return group?.WaitFrozen(frozen, TimeSpan.FromMilliseconds(500)) ?? false;
    }

    protected override void Clean()
    {
        inside?.Dispose();
        try
        {
            group?.Remove();
        }
        catch (IOException)
        {
            // Something in it will not die yet: the guardian goes on where the runner ends, and the next runner after it.
            return;
        }

        Guardian?.Dispose();
    }
}
