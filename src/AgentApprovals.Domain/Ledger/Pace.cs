using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Ledger;

/// <summary>How often each session may do something in a minute of the clock. Kept in memory: a restart begins to count anew.</summary>
public sealed class Pace(int perMinute)
{
    private readonly Dictionary<long, (long Minute, int Count)> _sessions = [];

    /// <summary>Whole seconds after which there is room again; null where there is room now, which is then taken.</summary>
    public int? Take(SessionState session, Moment now)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (_sessions.Count > 10_000)
            _sessions.Clear();
        var minute = now.Milliseconds / 60_000;
        var (last, count) = _sessions.GetValueOrDefault(session.Sequence);
        if (last == minute && count >= perMinute)
            return (int)Math.Ceiling((((minute + 1) * 60_000) - now.Milliseconds) / 1000.0);
        _sessions[session.Sequence] = (minute, last == minute ? count + 1 : 1);
        return null;
    }
}
