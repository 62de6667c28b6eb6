using AgentApprovals.Runner.Host;

namespace AgentApprovals.Runner.Cages;

/// <summary>Nothing holds the child (<c>--uncontained</c>): its process group is killed, and what left that group lives on. The report never claims that nothing is left.</summary>
internal sealed class NoCage : Cage
{
    private const string OnEnd = """kill -9 "-$1" "$1" """;

    private BubblewrapChild? masked;
    private int leader;

    public override string Mechanism => "none";

    protected override void Begin(Launch launch)
    {
        if (Bubblewrap.Program is not null && Masks())
        {
            masked = BubblewrapChild.Start(Child, launch, [], fd => Bubblewrap.MaskOnly(launch, HostView.Current(), fd));
            leader = masked.Init;
        }
        else if (launch.Hidden.FirstOrDefault(File.Exists) is { } readable)
            throw new RefusedException($"uncontained, the child could read {readable}: give the key through a pipe, as in --key-file <(cat {readable}), or install bubblewrap");
        else
            leader = Child.Start([Tool.Find("setsid")!, .. WithoutPrivilege(), .. launch.Command], launch);

        Guardian = Guardian.Start(OnEnd, leader.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    protected override int? Leader() => leader == 0 ? null : leader;

    protected override int Count() => leader == 0 ? 0 : ProcessTable.Descendants(leader).Count + (ProcessTable.StartTime(leader) is null ? 0 : 1);

    protected override void OrderKill()
    {
        if (leader == 0 || Ended.IsCompleted)
            return;
        Linux.Kill(-leader, Linux.SigKill);
        Linux.Kill(leader, Linux.SigKill);
    }

    protected override bool? WaitEmpty(TimeSpan limit)
    {
        Ended.Wait(limit);
        return null;
    }

    protected override void Clean()
    {
        Guardian?.Dispose();
        masked?.Dispose();
    }

    private static bool Masks() => Tool.Run("bwrap", "--dev-bind", "/", "/", "--", "true").Succeeded;

    // Root may read any process's memory, unless it starts without that privilege.
    private static string[] WithoutPrivilege() => Linux.IsRoot ? [Tool.Find("setpriv")!, "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all", "--"] : [];
}
