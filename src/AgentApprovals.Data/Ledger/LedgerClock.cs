using AgentApprovals.Domain;

namespace AgentApprovals.Data.Ledger;

/// <summary>
/// Ledger time: the engine's clock with the ledger's offset, never before the last entry. A jump of the clock (it differs by more than a
/// minute from its last reading plus what elapsed since, suspension included) is absorbed: the offset takes it up, so that
/// nothing falls due, or is held back, because somebody set a clock. The writer stores the offset with its next commit.
/// </summary>
/// <param name="isShared">
/// The engine's clock is the database's: it is the last reading plus what elapsed since its answer came, so readers are never ahead of it.
/// Otherwise it is this process's own.
/// </param>
public sealed class LedgerClock(TimeProvider time, bool isShared = false)
{
    private const long MostDrift = 60_000;

    private readonly Lock _lock = new();
    private (long Clock, long Timestamp)? _last;
    private long _offset;
    private long _offsetOfHead;
    private bool _isAccepted;
    private long _floor;

    /// <summary>For readers: one that is a moment late decides nothing.</summary>
    public Moment Now
    {
        get
        {
            lock (_lock)
            {
                // Before the first answer there is no later time than the ledger's own.
                return !isShared ? Read(time.GetUtcNow().ToUnixTimeMilliseconds()).Now
                    : _last is { } last ? At(last.Clock + Elapsed(last.Timestamp, time.GetTimestamp()))
                    : new(_floor);
            }
        }
    }

    /// <summary>What jumps of the clock have added up to and nobody has accepted yet: how far the clock is ahead of ledger time.</summary>
    public TimeSpan Absorbed
    {
        get
        {
            lock (_lock)
                return TimeSpan.FromMilliseconds(-_offset);
        }
    }

    /// <summary>A moment to hand to <see cref="Read"/> with the answer of a clock that is asked from then on.</summary>
    internal long Begin() => time.GetTimestamp();

    /// <summary>Ledger time at a reading of the engine's clock, just taken, and the offset that makes it so.</summary>
    /// <param name="began">When it was asked for: an answer that took long, or came to a process that stood still, is evidence of no jump.</param>
    internal (Moment Now, long Offset) Read(long clock, long? began = null)
    {
        lock (_lock)
        {
            var timestamp = time.GetTimestamp();
            var doubt = began is { } asked ? Elapsed(asked, timestamp) : 0;
            if (_last is { } last && !_isAccepted)
            {
                var jump = clock - last.Clock - Elapsed(last.Timestamp, timestamp);
                if (Math.Abs(jump) > MostDrift + doubt)
                    _offset = WithoutDrift(_offset - jump);
                else if (doubt > MostDrift)
                    return (At(clock), _offset);
            }

            _last = (clock, timestamp);
            _isAccepted = false;
            return (At(clock), _offset);
        }
    }

    /// <summary>The first head that this process reads: a start is no jump.</summary>
    internal void StartAt(Head head)
    {
        lock (_lock)
            (_offset, _offsetOfHead, _floor) = (head.ClockOffset, head.ClockOffset, head.At.Milliseconds);
    }

    /// <summary>
    /// A head that stands in the ledger. What another node absorbed is absorbed here too, once: ledger time runs on, so its own next reading
    /// finds no jump.
    /// </summary>
    internal void Follow(Head head)
    {
        lock (_lock)
        {
            _floor = Math.Max(_floor, head.At.Milliseconds);
            if (head.ClockOffset == _offsetOfHead)
                return;
            if (_last is { } last)
                _last = (last.Clock - (head.ClockOffset - _offset), last.Timestamp);
            (_offset, _offsetOfHead) = (head.ClockOffset, head.ClockOffset);
        }
    }

    /// <summary>An administrator has accepted the clock, here or on another node: it is taken as it is, and its next reading is no jump.</summary>
    internal void Accept()
    {
        lock (_lock)
            (_offset, _offsetOfHead, _isAccepted) = (0, 0, true);
    }

    /// <summary>Jumps that took each other back leave what their readings were late by: no more than a clock may drift, and nothing to accept.</summary>
    private static long WithoutDrift(long offset) => Math.Abs(offset) <= MostDrift ? 0 : offset;

    private Moment At(long clock) => new(Math.Max(_floor, clock + _offset));

    private long Elapsed(long from, long until) => (long)time.GetElapsedTime(from, until).TotalMilliseconds;
}
