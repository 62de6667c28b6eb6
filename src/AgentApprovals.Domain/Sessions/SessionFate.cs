using AgentApprovals.Domain.Stops;

namespace AgentApprovals.Domain.Sessions;

/// <summary>
/// How a session stands at an instant: what is written down, else whichever came first of its expiry and of the stops that
/// cover it; at the same millisecond its own clock goes before the stop.
/// </summary>
/// <param name="At">When it came to that; null while it is active.</param>
/// <param name="StoppedBy">Sequence of the stop that cut it off; null where none did.</param>
public readonly record struct SessionFate(SessionStatus Status, Moment? At, long? StoppedBy)
{
    public bool IsActive => Status == SessionStatus.Active;

    /// <param name="stops">At least all stops that are not settled; order does not matter.</param>
    public static SessionFate Of(SessionState session, IEnumerable<StopState> stops, Moment now)
    {
        if (session.Status != SessionStatus.Active)
            return new(session.Status, session.EndedAt, session.StoppedBy);
        var stop = stops.Where(s => s.Covers(session)).MinBy(s => s.Sequence);
        var expired = session.ExpiresAt <= now;
        if (stop is not null && (!expired || stop.At < session.ExpiresAt))
            return new(SessionStatus.Stopped, stop.At, stop.Sequence);
        return expired
            ? new(SessionStatus.Expired, session.ExpiresAt, null)
            : new(SessionStatus.Active, null, null);
    }
}

public static class SessionFates
{
    /// <summary>The session as it stands at <paramref name="now"/>, given at least all stops that are not settled.</summary>
    public static SessionState At(this SessionState session, IEnumerable<StopState> stops, Moment now)
    {
        var fate = SessionFate.Of(session, stops, now);
        return session with { Status = fate.Status, EndedAt = fate.At, StoppedBy = fate.StoppedBy };
    }
}
