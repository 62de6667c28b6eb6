using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Ledger;

/// <summary>
/// Attempts that are worth an entry although nothing changed: at most ten of a session in a minute, then the number of those
/// that were left out with the next one that is written. Kept in memory: it bounds the record, and decides nothing.
/// </summary>
public sealed class RefusalLog
{
    private const int PerMinute = 10;
    private readonly Dictionary<long, (long Minute, int Count, int Withheld)> _sessions = [];

    /// <summary>Whether to write this one, and how many before it were not written.</summary>
    public (bool Write, int Withheld) Note(SessionState session, Moment now)
    {
        if (_sessions.Count > 10_000)
            _sessions.Clear();
        var minute = now.Milliseconds / 60_000;
        var (last, count, withheld) = _sessions.GetValueOrDefault(session.Sequence);
        count = last == minute ? count + 1 : 1;
        var write = count <= PerMinute;
        _sessions[session.Sequence] = (minute, count, write ? 0 : withheld + 1);
        return (write, write ? withheld : 0);
    }
}
