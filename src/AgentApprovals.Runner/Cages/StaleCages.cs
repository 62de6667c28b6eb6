namespace AgentApprovals.Runner.Cages;

/// <summary>What a runner left that was killed together with its guardian.</summary>
internal static class StaleCages
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Kills what is in such groups and takes them away; answers how many processes there were.</summary>
    public static int Empty(IEnumerable<string> places)
    {
        var killed = 0;
        foreach (var group in Cgroup.Stale(places).ToList())
            try
            {
                killed += group.Processes().Count;
                group.Kill();
                if (group.WaitPopulated(false, Patience))
                    group.Remove();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another user's, or another runner is at the same work.
            }

        return killed;
    }
}
