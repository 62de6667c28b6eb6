using AgentApprovals.Domain;

namespace AgentApprovals.Data.Ledger;

/// <summary>
/// Ledger time for readers: the engine's clock with the ledger's offset, never before the last entry. The writer alone decides
/// by it inside a batch; a reader that is a moment late decides nothing.
/// </summary>
public sealed class LedgerClock(TimeProvider time)
{
    private long _offset;
    private long _floor;

    public Moment Now => new(Math.Max(Interlocked.Read(ref _floor), time.GetUtcNow().ToUnixTimeMilliseconds() + Interlocked.Read(ref _offset)));

    internal void Follow(Head head)
    {
        Interlocked.Exchange(ref _offset, head.ClockOffset);
        Interlocked.Exchange(ref _floor, head.At.Milliseconds);
    }
}
