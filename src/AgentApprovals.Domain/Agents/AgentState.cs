using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Domain.Agents;

/// <summary>Whether an agent may open sessions. Never stored: what is stored says it.</summary>
public enum AgentStatus
{
    Active,

    /// <summary>Refused new sessions until a person resumes it.</summary>
    Stopped,

    /// <summary>For good.</summary>
    Retired,
}

/// <summary>How much of it an agent may do; seconds are whole.</summary>
public sealed record AgentLimits(
    int MaxPending = 500,
    int MaxActionsPerMinute = 600,
    int MaxSessions = 20,
    int SessionSeconds = 3600,
    int MaxSessionSeconds = 86400,
    int LeaseSeconds = 15)
{
    public const int MostLeaseSeconds = 600;
}

/// <summary>What an agent may ask for at all. Patterns: <c>*</c> is any run of characters.</summary>
public sealed record Permission(string Type, string Resource, int? MaxPerHour, Moment? ExpiresAt)
{
    /// <summary>Names the permission in the record of what was asked under it.</summary>
    public string Key => $"{Type} {Resource}";
}

/// <summary>The standing instructions as an agent is handed them: the global ones first, then its own.</summary>
public sealed record StandingInstructions(int Version, string Digest, string Text);

/// <summary>A registered program with its own identity.</summary>
public sealed record AgentState : IRow
{
    public long Sequence { get; init; }
    public required AgentId Id { get; init; }
    public required string Name { get; init; }
    public required string DisplayName { get; init; }

    /// <summary>E-mail of the person who answers for it.</summary>
    public required string Owner { get; init; }

    /// <summary>E-mail patterns of the people it may act for; empty: its owner only.</summary>
    public required IReadOnlyList<string> ActsFor { get; init; }
    public required IReadOnlyList<string> Labels { get; init; }
    public required AgentLimits Limits { get; init; }
    public required IReadOnlyList<Permission> Permissions { get; init; }
    public int PermissionsVersion { get; init; }
    public bool RequiresInstructionsDigest { get; init; }
    public bool RequiresRunner { get; init; }
    public bool IsTest { get; init; }
    public bool StopOnBypass { get; init; }
    public bool Retired { get; init; }

    /// <summary>Sequence of the stop that refuses new sessions; null once resumed.</summary>
    public long? StoppedBy { get; init; }

    /// <summary>When a session of it was last stopped for asking again for what had been denied.</summary>
    public Moment? StoppedForRepeatsAt { get; init; }

    /// <summary>Sequence of its own standing instructions' document; null while it has none.</summary>
    public long? Instructions { get; init; }
    public required Moment CreatedAt { get; init; }

    public AgentStatus Status => Retired ? AgentStatus.Retired : StoppedBy is null ? AgentStatus.Active : AgentStatus.Stopped;

    /// <summary>Whether it may act for <paramref name="email"/>, compared trimmed and case-insensitively.</summary>
    public bool MayActFor(string email) => ActsFor.Count == 0
        ? People.Email.Same(email, Owner)
        : ActsFor.Any(pattern => Json.Patterns.Matches(People.Email.Key(pattern), People.Email.Key(email)));

    /// <summary>Whether <paramref name="email"/> is its owner or named exactly in <see cref="ActsFor"/> (a pattern names nobody).</summary>
    public bool Names(string email) => People.Email.Same(email, Owner)
        || ActsFor.Any(pattern => !pattern.Contains('*', StringComparison.Ordinal) && People.Email.Same(pattern, email));
}
