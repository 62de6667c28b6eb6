using AgentApprovals.Domain;

namespace AgentApprovals.Data.Ledger;

/// <summary>
/// Ledger time: the engine's clock with the ledger's offset, never before the last entry. A jump of the clock (it differs by more than a
/// minute from its last reading plus what elapsed since, suspension included) is absorbed: the offset takes it up, so that
/// nothing falls due, or is held back, because somebody set a clock. The writer stores the offset with its next commit.
/// </summary>
public sealed class LedgerClock(TimeProvider time)
{
    private const long MostDrift = 60_000;

    private readonly Lock _lock = new();
    private (long Clock, long Timestamp)? _last;
    private long _offset;
    private long _floor;

    /// <summary>For readers: one that is a moment late decides nothing.</summary>
    public Moment Now => Read(time.GetUtcNow().ToUnixTimeMilliseconds()).Now;

    /// <summary>What jumps of the clock have added up to and nobody has accepted yet: how far the clock is ahead of ledger time.</summary>
    public TimeSpan Absorbed
    {
        get
        {
            lock (_lock)
                return TimeSpan.FromMilliseconds(-_offset);
        }
    }

    /// <summary>Ledger time at a reading of the engine's clock, just taken, and the offset that makes it so.</summary>
    internal (Moment Now, long Offset) Read(long clock)
    {
        lock (_lock)
        {
            var timestamp = time.GetTimestamp();
            if (_last is { } last)
            {
                var jump = clock - last.Clock - (long)time.GetElapsedTime(last.Timestamp, timestamp).TotalMilliseconds;
                if (Math.Abs(jump) > MostDrift)
                    _offset -= jump;
            }

            _last = (clock, timestamp);
            return (new(Math.Max(_floor, clock + _offset)), _offset);
        }
    }

    /// <summary>The first head that this process reads: a start is no jump.</summary>
    internal void StartAt(Head head)
    {
        lock (_lock)
            (_offset, _floor) = (head.ClockOffset, head.At.Milliseconds);
    }

    internal void Follow(Head head)
    {
        lock (_lock)
            _floor = Math.Max(_floor, head.At.Milliseconds);
    }
}
