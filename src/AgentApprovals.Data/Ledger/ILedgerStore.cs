using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Data.Ledger;

/// <summary>Where the ledger stands.</summary>
public sealed record Head(long Sequence, byte[] Hash, Moment At, long ClockOffset);

/// <summary>Everything that one commit writes, or nothing of it.</summary>
/// <param name="Clock">What the engine's clock said when it was decided. Where other nodes write as well, a batch that is older than
/// <see cref="ILedgerStore.MostAge"/> is not written: what it decided by may no longer hold.</param>
public sealed record LedgerBatch(
    byte[] Id,
    long Clock,
    Head Head,
    IReadOnlyList<EntryRow> Entries,
    IReadOnlyList<(IRow Row, bool IsNew)> Rows,
    IReadOnlyList<AgentDay> Days,
    IReadOnlyList<FleetCount> Fleet,
    IReadOnlyList<DecisionFact> Facts,
    IReadOnlyList<(AgentStanding Standing, IReadOnlySet<string>? Words)> Standings,
    IReadOnlyList<Content> Contents,
    IReadOnlyList<long> Purged);

/// <summary>What an engine does for the ledger: set-based, and only where the head still stands as it was read.</summary>
public interface ILedgerStore : IAsyncDisposable
{
    /// <summary>Milliseconds of the database's clock after which what was decided is not written any more.</summary>
    const long MostAge = 2000;

    /// <summary>
    /// Whether other nodes write as well: the head and the clock are the database's, and are read anew for each batch and each rehearsal.
    /// </summary>
    bool IsShared { get; }

    Task<Head> ReadHeadAsync(CancellationToken cancel);

    /// <summary>The engine's clock, in milliseconds since 1970.</summary>
    ValueTask<long> ReadClockAsync(CancellationToken cancel);

    /// <summary>Sequences of the actions that were asked for under these idempotency keys; none for a key that was not used.</summary>
    Task<IReadOnlyList<long>> FindKeysAsync(IReadOnlyCollection<string> keys, CancellationToken cancel);

    /// <summary>Which of these resources their agents have used before.</summary>
    Task<IReadOnlySet<(long Agent, long Hash)>> FindResourcesAsync(IReadOnlyCollection<(long Agent, long Hash)> resources, CancellationToken cancel);

    /// <summary>
    /// This node's turn to write, where nodes take turns: given back as it is disposed of. Null where there are no others, or it was waited
    /// for in vain. Nothing is guarded by it.
    /// </summary>
    Task<IAsyncDisposable?> TakeTurnAsync(CancellationToken cancel) => Task.FromResult<IAsyncDisposable?>(null);

    /// <summary>
    /// False where the head had moved, or the batch was too old: nothing was written. After an exception only
    /// <see cref="IsCommittedAsync"/> knows.
    /// </summary>
    Task<bool> TryCommitAsync(Head expected, LedgerBatch batch, CancellationToken cancel);

    /// <summary>
    /// Whether a batch whose commit ended in an error is in the ledger all the same: its last entry carries its id. The answer is for good:
    /// what is still on its way to the database is waited out.
    /// </summary>
    Task<bool> IsCommittedAsync(LedgerBatch batch, CancellationToken cancel);

    /// <summary>
    /// Whether an exception may come from what one command wants to write (a constraint, a value too large) and not from the
    /// database's own state: only then is it worth to try the others of its batch without it.
    /// </summary>
    bool MayBeOneCommand(Exception exception);

    /// <summary>
    /// Hears of commits of any node sooner than a look at the database would: <paramref name="onCommit"/> gets the ledger's last sequence.
    /// It ends with an exception where the line breaks, and never by itself where the engine tells nothing. It is a hint alone: some
    /// may be missed, so whoever follows the ledger looks for itself as well.
    /// </summary>
    Task ListenAsync(Action<long> onCommit, CancellationToken cancel) => Task.Delay(Timeout.Infinite, cancel);
}
