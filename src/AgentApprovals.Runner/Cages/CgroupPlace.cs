using AgentApprovals.Runner.Host;

namespace AgentApprovals.Runner.Cages;

/// <summary>Where a runner may look for room for a group of its own.</summary>
internal static class CgroupPlace
{
    public static IReadOnlyList<string> Current() => Candidates(MountTable.Current(), File.ReadAllText("/proc/self/cgroup"));

    /// <summary>
    /// Below the runner's own group, beside it, at the top: a user to whom an administrator delegated a tree may write to the first alone. Hosts that still mount
    /// the first hierarchy have the second somewhere else than <c>/sys/fs/cgroup</c>, so its place is read and not known.
    /// </summary>
    public static IReadOnlyList<string> Candidates(MountTable mounts, string selfCgroup)
    {
        if (mounts.Mounts.LastOrDefault(m => m.FileSystem == "cgroup2") is not { } mount)
            return [];
        var own = selfCgroup.Split('\n').Where(l => l.StartsWith("0::/", StringComparison.Ordinal)).Select(l => l[3..]).FirstOrDefault();
        if (own is null || own.Contains("/..", StringComparison.Ordinal) || !MountTable.IsUnder(own, mount.Root))
            return [mount.Point];
        var inside = own[mount.Root.TrimEnd('/').Length..].TrimEnd('/');
        var parent = inside.LastIndexOf('/') is > 0 and var cut ? inside[..cut] : "";
        return [.. new[] { mount.Point + inside, mount.Point + parent, mount.Point }.Distinct()];
    }
}
