namespace AgentApprovals.Runner.Leases;

internal enum LeaseState
{
    /// <summary>The console said within the lease that the child may go on.</summary>
    Held,

    /// <summary>For a whole lease it did not: the child must stand still.</summary>
    Lapsed,

    /// <summary>For two: the child must be dead. For good: no later word of the console revives it.</summary>
    Over,
}

/// <summary>
/// How long the child may go on without the console. A lease counts from when the call that renewed it was <em>sent</em>, so an answer that took long gives no
/// time that the console did not mean to give. Times are <c>CLOCK_BOOTTIME</c>: a suspended machine uses its lease up.
/// </summary>
internal sealed class LeaseClock(TimeSpan sent, TimeSpan length)
{
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5), Longest = TimeSpan.FromSeconds(600);

    private readonly Lock gate = new();
    private TimeSpan sent = sent;
    private TimeSpan length = Bound(length);
    private bool over;

    public TimeSpan Length
    {
        get
        {
            lock (gate)
                return length;
        }
    }

    public LeaseState At(TimeSpan now)
    {
        lock (gate)
        {
            over |= now - sent >= 2 * length;
            return over ? LeaseState.Over : now - sent >= length ? LeaseState.Lapsed : LeaseState.Held;
        }
    }

    /// <summary>The console answered a call. False: too late, the lease was over.</summary>
    public bool Renew(TimeSpan sentAt, TimeSpan now, TimeSpan answered)
    {
        lock (gate)
        {
            if (At(now) == LeaseState.Over)
                return false;
            if (sentAt <= sent)
                return true;
            (sent, length) = (sentAt, Bound(answered));
            return true;
        }
    }

    /// <summary>When the next renewal is due: three chances within a lease.</summary>
    public TimeSpan Next(TimeSpan lastSent) => lastSent + (Length / 3);

    private static TimeSpan Bound(TimeSpan length) => TimeSpan.FromTicks(Math.Clamp(length.Ticks, Shortest.Ticks, Longest.Ticks));
}
