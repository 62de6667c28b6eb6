namespace AgentApprovals.Domain.Ledger;

/// <summary>What holds for the whole console: one row, made by the ledger's first entry.</summary>
public sealed record ConsoleState : IRow
{
    public long Sequence { get; init; }

    /// <summary>Sequence of the stop of everything that refuses new sessions; null once resumed.</summary>
    public long? StoppedBy { get; init; }

    /// <summary>Sequence of the present policy's document, of the catalogue's and of the global instructions'; null: none was saved.</summary>
    public long? Policy { get; init; }
    public long? Catalogue { get; init; }
    public long? Instructions { get; init; }
    public required Moment CreatedAt { get; init; }
}

public enum DocumentKind
{
    Policy = 0,
    Catalogue = 1,
    Instructions = 2,
}

/// <summary>A version of a text that people keep here. Its body stands beside the ledger, under its digest.</summary>
public sealed record DocumentState : IRow
{
    public long Sequence { get; init; }
    public required DocumentKind Kind { get; init; }

    /// <summary>The agent whose instructions it is; 0 for what holds for all.</summary>
    public long AgentSequence { get; init; }

    /// <summary>Counts from 1 for each kind and agent.</summary>
    public required int Version { get; init; }
    public required string Digest { get; init; }
    public required string AuthorName { get; init; }
    public string? Reason { get; init; }
    public required Moment At { get; init; }
}
