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
    IReadOnlyList<Content> Contents);

/// <summary>What an engine does for the ledger: set-based, and only where the head still stands as it was read.</summary>
public interface ILedgerStore : IAsyncDisposable
{
    Task<Head> ReadHeadAsync(CancellationToken cancel);

    /// <summary>The engine's clock, in milliseconds since 1970.</summary>
    ValueTask<long> ReadClockAsync(CancellationToken cancel);

    /// <summary>False where the head had moved: nothing was written.</summary>
    Task<bool> TryCommitAsync(Head expected, LedgerBatch batch, CancellationToken cancel);

    /// <summary>Whether a batch whose commit ended in an error is in the ledger all the same.</summary>
    Task<bool> IsCommittedAsync(byte[] batch, CancellationToken cancel);
}
