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

/// <summary>A counter of all agents together on a UTC day (<see cref="Domain.Agents.Counters"/>).</summary>
public sealed class FleetCountRow
{
    public int Day { get; init; }
    public required string Name { get; init; }
    public long Count { get; init; }
}

/// <summary>How an agent stands (<see cref="Domain.Agents.AgentStanding"/>): what lists of agents are sorted and narrowed by.</summary>
public sealed class StandingRow
{
    public long AgentSequence { get; init; }
    public required string Name { get; init; }
    public Domain.Agents.AgentStatus Status { get; init; }
    public int Risk { get; init; }
    public int Unused { get; init; }
    public bool RequiresRunner { get; init; }
    public bool ThroughGateway { get; init; }
    public Moment? SeenAt { get; init; }
    public int HoldsUntil { get; init; }
    public int Catalogue { get; init; }

    public static StandingRow Of(Domain.Agents.AgentStanding it)
    {
        ArgumentNullException.ThrowIfNull(it);
        return new()
        {
            AgentSequence = it.AgentSequence,
            Name = it.Name,
            Status = it.Status,
            Risk = it.Risk,
            Unused = it.Unused,
            RequiresRunner = it.RequiresRunner,
            ThroughGateway = it.ThroughGateway,
            SeenAt = it.SeenAt,
            HoldsUntil = it.HoldsUntil,
            Catalogue = it.Catalogue,
        };
    }
}

/// <summary>A word that an agent is found by (<see cref="Domain.Agents.AgentWords"/>).</summary>
public sealed class AgentWordRow
{
    public long AgentSequence { get; init; }
    public required string Word { get; init; }
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

/// <summary>When a session's runner was last heard, whichever node heard it; only where nodes share a database.</summary>
public sealed class LeaseRow
{
    public long SessionSequence { get; init; }
    public Moment HeardAt { get; set; }
}

/// <summary>How far somebody who follows the ledger has come, where nothing may be left out over a restart.</summary>
public sealed class PositionRow
{
    public required string Follower { get; init; }
    public long Sequence { get; set; }
}

/// <summary>A process that uses the database: outside the ledger, by name. Each writes its own, about once a second and after every stop.</summary>
public sealed class NodeRow
{
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public Moment StartedAt { get; init; }

    /// <summary>By the database's clock.</summary>
    public Moment SeenAt { get; set; }

    /// <summary>The entries that it has heard of and acted on.</summary>
    public long Position { get; set; }

    /// <summary>What agents hold open there, by kind.</summary>
    public required ImmutableSortedDictionary<string, int> Open { get; set; }

    /// <summary>What it cut for the stops of the last while; for a stop up to its position that is not among them, there was nothing.</summary>
    public required IReadOnlyList<NodeReport> Reports { get; set; }
}

/// <summary>A node's part in a stop.</summary>
/// <param name="Stop">The stop's sequence.</param>
/// <param name="Closed">What it has closed, by kind.</param>
/// <param name="Left">What was cut and has not let go yet, by kind.</param>
public sealed record NodeReport(long Stop, ImmutableSortedDictionary<string, int> Closed, ImmutableSortedDictionary<string, int> Left);
