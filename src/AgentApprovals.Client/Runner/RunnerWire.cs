namespace AgentApprovals.Client.Runner;

/// <summary>What console and runner call on each other over <c>/hubs/runner</c> (SignalR, JSON). The runner authenticates with its runner token.</summary>
public static class RunnerHub
{
    /// <summary>Where the console listens.</summary>
    public const string Path = "/hubs/runner";

    /// <summary>Runner to console, no argument, answers a <see cref="Lease"/>: the runner is there, and its child goes on.</summary>
    public const string Renew = "Renew";

    /// <summary>Runner to console, one <see cref="CageReport"/>: what the runner did by itself (a lease that ran out, a child that ended), told once the console is back; and once more what it answered to <see cref="Stop"/>, before it ends.</summary>
    public const string Report = "Report";

    /// <summary>Console to runner, no argument, answered by a <see cref="CageReport"/>: kill the whole tree.</summary>
    public const string Stop = "Stop";

    /// <summary>Console to runner, no argument, answered by a <see cref="CageReport"/>: freeze the tree.</summary>
    public const string Pause = "Pause";

    /// <summary>Console to runner, no argument, answered by a <see cref="CageReport"/>: thaw it.</summary>
    public const string Continue = "Continue";
}

/// <summary>How long the runner may go on without another answer.</summary>
/// <param name="LeaseSeconds">Counted by the runner from when it sent the call that this answers.</param>
/// <param name="Paused">Whether a person has paused the session: the tree stands frozen.</param>
public sealed record Lease(int LeaseSeconds, bool Paused);

/// <summary>What was done to the process tree.</summary>
/// <param name="Count">Processes it was done to.</param>
/// <param name="Left">Processes that are still there, or null where the runner can't tell; a kill is proved by 0 alone.</param>
/// <param name="Milliseconds">From the order's arrival (or the runner's own resolve) to this count.</param>
/// <param name="Mechanism"><c>cgroup</c>, <c>pidNamespace</c>, <c>user</c> or <c>none</c>.</param>
/// <param name="Cause"><c>stop</c>, <c>pause</c>, <c>continue</c>, <c>lease</c>, <c>exit</c>.</param>
/// <param name="NetworkCut">Whether the tree's only way out was closed; null where it had no isolation.</param>
/// <param name="ExitCode">The child's, where it ended by itself.</param>
public sealed record CageReport(int Count, int? Left, long Milliseconds, string? Mechanism = null, string? Cause = null, bool? NetworkCut = null, int? ExitCode = null);
