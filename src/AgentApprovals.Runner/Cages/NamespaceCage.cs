using AgentApprovals.Runner.Host;

namespace AgentApprovals.Runner.Cages;

/// <summary>A PID namespace: when its init is killed, the kernel ends everything in it before init itself counts as ended (pid_namespaces(7)). Works for ordinary users.</summary>
internal sealed class NamespaceCage : Cage
{
    // Its start time beside its pid: the number alone may have been given to someone else.
    private const string OnEnd = """
        pid=$1; start=$2
        set -- $(cat "/proc/$pid/stat")
        [ "${22}" = "$start" ] && kill -9 "$pid"
        """;

    private BubblewrapChild? inside;

    public override string Mechanism => "pidNamespace";

    protected override void Begin(Launch launch)
    {
        // Until the guardian stands, bwrap's own --die-with-parent does its work.
        inside = BubblewrapChild.Start(Child, launch, [], fd => Bubblewrap.Arguments(launch, HostView.Current(), fd));
        Guardian = Guardian.Start(OnEnd, inside.Init.ToString(System.Globalization.CultureInfo.InvariantCulture), inside.StartTime ?? "-");
    }

    protected override int? Leader() => inside?.Leader();

    protected override int Count() => inside is null ? 0 : ProcessTable.Descendants(inside.Init).Count;

    protected override void OrderKill() => inside?.Handle?.Send(Linux.SigKill);

    protected override bool? WaitEmpty(TimeSpan limit) => inside?.Handle?.WaitEnd(limit) ?? true;

    protected override void Clean()
    {
        Guardian?.Dispose();
        inside?.Dispose();
    }
}
