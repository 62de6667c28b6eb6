using AgentApprovals.Runner.Host;

namespace AgentApprovals.Runner.Cages;

/// <param name="Works">It was done: started, frozen where it can freeze, killed, and nothing left.</param>
/// <param name="Detail">In how many milliseconds, or why not and what to do.</param>
internal sealed record Trial(string Mechanism, bool Works, string Detail, Func<Cage>? Create = null);

/// <summary>The ways to hold an agent, strongest first; each is tried on this very host before it is relied on.</summary>
internal static class Mechanisms
{
    public static readonly IReadOnlyList<string> Names = ["cgroup", "pidNamespace", "user"];

    public static Trial Try(string name, string? outlet = null) => name switch
    {
        "cgroup" => TryCgroup(outlet),
        "pidNamespace" => Try(name, outlet, () => new NamespaceCage()),
        "user" => Try(name, outlet, () => new UserCage()),
        _ => throw new RefusedException($"there is no mechanism {name}: cgroup, pidNamespace or user"),
    };

    /// <summary>The strongest that works here.</summary>
    public static Trial Choose(string? only, string? outlet)
    {
        var failed = new List<Trial>();
        foreach (var name in only is null ? Names : [only])
        {
            var trial = Try(name, outlet);
            if (trial.Works)
                return trial;
            failed.Add(trial);
        }

        throw new RefusedException($"""
            this host offers no way to hold an agent so that it can be stopped:
            {string.Join('\n', failed.Select(f => $"  {f.Mechanism}: {f.Detail}"))}
            `agent-runner doctor` says more; --uncontained runs it all the same, and the console shows that a stop can't reach its process.
            """);
    }

    private static Trial TryCgroup(string? outlet)
    {
        var places = CgroupPlace.Current();
        if (places.Count == 0)
            return new("cgroup", false, "no cgroup v2 is mounted");
        Trial? last = null;
        foreach (var place in places)
        {
            last = Try("cgroup", outlet, () => new CgroupCage(place));
            if (last.Works)
                break;
        }

        return last!;
    }

    private static Trial Try(string name, string? outlet, Func<Cage> create)
    {
        try
        {
            using var cage = create();
            cage.Start(Launch.ForTrial(outlet: outlet));
            if (cage.CanFreeze && (cage.Freeze(true, "pause").Count == 0 || cage.Freeze(false, "continue").Count == 0))
                return new(name, false, "its group can't be frozen");
            var report = cage.Kill("stop");
            return report is { Left: 0, Count: > 0 }
                ? new(name, true, $"{report.Count} processes killed in {report.Milliseconds} ms, 0 left", create)
                : new(name, false, $"{report.Count} processes killed, {report.Left} left: {cage.Complaints}");
        }
        catch (Exception e) when (e is RefusedException or IOException or UnauthorizedAccessException)
        {
            return new(name, false, e is RefusedException ? e.Message : $"{e.Message} (an administrator can delegate a group: systemd-run --user --scope -p Delegate=yes agent-runner …)");
        }
    }
}
