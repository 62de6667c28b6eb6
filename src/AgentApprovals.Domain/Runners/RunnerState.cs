using AgentApprovals.Domain.People;

namespace AgentApprovals.Domain.Runners;

/// <summary>What holds an agent's process, as its runner found when it started. Only <see cref="Cgroup"/> can also freeze.</summary>
public enum Mechanism
{
    Cgroup = 0,
    PidNamespace = 1,
    User = 2,

    /// <summary>Nothing does: stop can't reach the process for sure.</summary>
    None = 3,
}

/// <summary>How the console stands with a runner.</summary>
public enum RunnerContact
{
    /// <summary>It was heard within its lease.</summary>
    Connected = 0,

    /// <summary>It was not, or not yet.</summary>
    Lost = 1,

    /// <summary>It has proved that nothing of its process is left.</summary>
    Dead = 2,
}

/// <summary>What a runner says of itself when it opens a session, and the hash of the token it is given.</summary>
public sealed record RunnerClaim(string Host, Mechanism Mechanism, bool Isolated, SecretHash TokenHash);

/// <summary>The last that a runner said of its process tree's end.</summary>
/// <param name="At">Ledger time at which the console had it.</param>
/// <param name="Count">Processes that were killed.</param>
/// <param name="Left">Those that are still there; null where the runner can't tell.</param>
/// <param name="Milliseconds">By the runner's own clock, from its order to this count.</param>
/// <param name="Cause"><c>stop</c>, <c>lease</c> or <c>exit</c>.</param>
/// <param name="NetworkCut">Whether its only way out was closed; null where it had no isolation.</param>
/// <param name="AfterMs">From the console's order to the answer; null where the runner reported by itself.</param>
public sealed record CageEnd(Moment At, int Count, int? Left, long Milliseconds, string Cause, bool? NetworkCut, int? ExitCode, long? AfterMs);

/// <summary>A session's runner: what it said when it opened the session, and what it has shown since. The lease is agreed then, and stays.</summary>
public sealed record RunnerState(string Host, Mechanism Mechanism, bool Isolated, int LeaseSeconds)
{
    /// <summary>Since when it has not been heard; null while it is, or was not missed yet.</summary>
    public Moment? LostAt { get; init; }

    public CageEnd? End { get; init; }

    /// <summary>Whether stop reaches the process, with proof.</summary>
    public bool Holds => Mechanism != Mechanism.None;

    public bool CanFreeze => Mechanism == Mechanism.Cgroup;

    /// <summary>Proved, for good: nothing of the process is left.</summary>
    public bool IsDead => Holds && End is { Left: 0 };
}
