using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Domain.Bursts;

/// <summary>
/// Many like actions of one agent in a short time, gathered into one card: the same type, over all its sessions. Its members say so
/// themselves (<see cref="ActionState.BurstSequence"/>), so the row changes only when somebody denies it; how many there are,
/// and whether it is still open, is read off them (<see cref="BurstExtent"/>).
/// </summary>
public sealed record BurstState : IRow
{
    public long Sequence { get; init; }
    public required BurstId Id { get; init; }
    public required long AgentSequence { get; init; }
    public required string Type { get; init; }

    /// <summary>It closes this long after the last like one.</summary>
    public required int PerSeconds { get; init; }
    public required Moment OpenedAt { get; init; }

    /// <summary>The no that was said to all of it, and that holds for like ones on arrival while it is open; null: none was said.</summary>
    public Denial? Denial { get; init; }

    /// <summary>Whether that no is written down on every member that waited when it was said.</summary>
    public bool Settled { get; init; } = true;
}

/// <summary>How far a burst reaches.</summary>
/// <param name="Count">Its members.</param>
/// <param name="FirstAt">When the first of them was submitted; <paramref name="LastAt"/>: the last.</param>
public sealed record BurstExtent(int Count, Moment FirstAt, Moment LastAt)
{
    public bool IsOpen(BurstState burst, Moment now)
    {
        ArgumentNullException.ThrowIfNull(burst);
        return new BurstMark(burst.Sequence, burst.PerSeconds, LastAt).IsOpenAt(now);
    }
}

/// <summary>The latest burst of an agent and type, as far as the next submission needs it.</summary>
public readonly record struct BurstMark(long Sequence, int PerSeconds, Moment LastAt)
{
    /// <summary>Half-open, as all times are: at the instant itself it is closed.</summary>
    public bool IsOpenAt(Moment now) => now < LastAt.PlusSeconds(PerSeconds);
}
