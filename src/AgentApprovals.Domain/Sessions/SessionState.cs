using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Runners;

namespace AgentApprovals.Domain.Sessions;

/// <summary>The life of a session; all but <see cref="Active"/> are terminal.</summary>
public enum SessionStatus
{
    Active = 0,
    Ended = 1,
    Expired = 2,
    Stopped = 3,
}

/// <summary>What the agent's program says of itself. Never trusted, only shown.</summary>
public sealed record ClientInfo(string? Name, string? Version, string? Model, string? Host);

/// <summary>One run of an agent on behalf of a person.</summary>
public sealed record SessionState : IRow
{
    public long Sequence { get; init; }
    public required SessionId Id { get; init; }
    public required long AgentSequence { get; init; }

    /// <summary>The agent key that opened it; deleting the key stops the session.</summary>
    public required long KeySequence { get; init; }
    public required SecretHash TokenHash { get; init; }
    public required string OnBehalfOf { get; init; }
    public string? Purpose { get; init; }
    public ClientInfo? Client { get; init; }
    public required Moment StartedAt { get; init; }
    public required Moment ExpiresAt { get; init; }

    /// <summary>As written down; <see cref="SessionFate"/> says how it stands now.</summary>
    public SessionStatus Status { get; init; }
    public Moment? EndedAt { get; init; }
    public long? StoppedBy { get; init; }

    /// <summary>The agent's context was compacted: from then on a person looks at everything.</summary>
    public bool Compacted { get; init; }

    /// <summary>Its runner; null where none opened it, so that stop can't reach its process.</summary>
    public RunnerState? Runner { get; init; }
    public SecretHash? RunnerTokenHash { get; init; }

    /// <summary>Whether stop reaches its process, with proof.</summary>
    public bool IsHeld => Runner is { Holds: true };

    /// <summary>Its runner was told to run it although nothing holds it.</summary>
    public bool IsUncontained => Runner is { Holds: false };

    /// <summary>A person has its process stand still.</summary>
    public bool Paused { get; init; }

    /// <summary>How often it asked again for what had been denied.</summary>
    public int RepeatsDenied { get; init; }
}
