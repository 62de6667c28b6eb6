using System.Collections.Immutable;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Data.Storage;

/// <summary>An entry as it is stored. <see cref="Bytes"/> is the RFC 8785 form of all but <see cref="Hash"/>, which is their SHA-256.</summary>
public sealed class EntryRow
{
    public long Sequence { get; init; }
    public required byte[] Batch { get; init; }
    public required Moment At { get; init; }
    public required string Kind { get; init; }
    public long? ActionSequence { get; init; }
    public long? SessionSequence { get; init; }
    public long? AgentSequence { get; init; }
    public required byte[] Bytes { get; init; }
    public required byte[] Hash { get; init; }
}

/// <summary>The one row that orders everything: a batch is written only where it still stands as it was read.</summary>
public sealed class HeadRow
{
    public int Id { get; init; }
    public long Sequence { get; init; }
    public required byte[] Hash { get; init; }
    public required Moment At { get; init; }

    /// <summary>Milliseconds added to the clock, so that a jump of it is no jump of ledger time.</summary>
    public long ClockOffset { get; init; }
}

/// <summary>Bytes beside the ledger. Null once purged.</summary>
public sealed class ContentRow
{
    public long Sequence { get; init; }
    public ContentPart Part { get; init; }
    public byte[]? Bytes { get; init; }
}

/// <summary>An agent's counters of a day (<see cref="Domain.Agents.AgentDay"/>).</summary>
public sealed class AgentDayRow
{
    public long AgentSequence { get; init; }
    public int Day { get; init; }
    public required ImmutableSortedDictionary<string, int> Counts { get; init; }
}

/// <summary>How a person signs in: outside the ledger, by name.</summary>
public sealed class LoginRow
{
    public long PersonSequence { get; init; }
    public string? PasswordHash { get; set; }
    public required string SecurityStamp { get; set; }
    public int AccessFailedCount { get; set; }
    public DateTimeOffset? LockoutEnd { get; set; }
}
