using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Data.Ledger;

/// <summary>Where the ledger stands.</summary>
public sealed record Head(long Sequence, byte[] Hash, Moment At, long ClockOffset);

/// <summary>Everything that one commit writes, or nothing of it.</summary>
public sealed record LedgerBatch(
    byte[] Id,
    Head Head,
    IReadOnlyList<EntryRow> Entries,
    IReadOnlyList<(IRow Row, bool IsNew)> Rows,
    IReadOnlyList<AgentDay> Days,
    IReadOnlyList<FleetCount> Fleet,
    IReadOnlyList<(AgentStanding Standing, IReadOnlySet<string>? Words)> Standings,
    IReadOnlyList<Content> Contents,
    IReadOnlyList<long> Purged);

/// <summary>What an engine does for the ledger: set-based, and only where the head still stands as it was read.</summary>
public interface ILedgerStore : IAsyncDisposable
{
    Task<Head> ReadHeadAsync(CancellationToken cancel);

    /// <summary>The engine's clock, in milliseconds since 1970.</summary>
    ValueTask<long> ReadClockAsync(CancellationToken cancel);

    /// <summary>Sequences of the actions that were asked for under these idempotency keys; none for a key that was not used.</summary>
    Task<IReadOnlyList<long>> FindKeysAsync(IReadOnlyCollection<string> keys, CancellationToken cancel);

    /// <summary>Which of these resources their agents have used before.</summary>
    Task<IReadOnlySet<(long Agent, long Hash)>> FindResourcesAsync(IReadOnlyCollection<(long Agent, long Hash)> resources, CancellationToken cancel);

    /// <summary>False where the head had moved: nothing was written. After an exception only <see cref="IsCommittedAsync"/> knows.</summary>
    Task<bool> TryCommitAsync(Head expected, LedgerBatch batch, CancellationToken cancel);

    /// <summary>Whether a batch whose commit ended in an error is in the ledger all the same: its last entry carries its id.</summary>
    Task<bool> IsCommittedAsync(LedgerBatch batch, CancellationToken cancel);

    /// <summary>
    /// Whether an exception may come from what one command wants to write (a constraint, a value too large) and not from the
    /// database's own state: only then is it worth to try the others of its batch without it.
    /// </summary>
    bool MayBeOneCommand(Exception exception);
}
