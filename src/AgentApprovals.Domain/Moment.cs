using System.Globalization;

namespace AgentApprovals.Domain;

/// <summary>
/// An instant of ledger time: whole milliseconds since 1970-01-01T00:00:00Z. Bounds that use it are half-open: at the
/// instant itself the later state holds.
/// </summary>
public readonly record struct Moment(long Milliseconds) : IComparable<Moment>
{
    public static Moment From(DateTimeOffset time) => new(time.ToUnixTimeMilliseconds());

    /// <summary>Day number since the epoch, in UTC.</summary>
    public int Day => (int)Math.DivRem(Milliseconds, 86_400_000).Quotient;

    /// <summary>Hour of the UTC day, 0 to 23.</summary>
    public int Hour => (int)(Milliseconds % 86_400_000 / 3_600_000);

    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.FromUnixTimeMilliseconds(Milliseconds);

    public Moment PlusSeconds(long seconds) => new(checked(Milliseconds + (seconds * 1000)));

    public int CompareTo(Moment other) => Milliseconds.CompareTo(other.Milliseconds);

    public static Moment Later(Moment a, Moment b) => a > b ? a : b;

    public static Moment Earlier(Moment a, Moment b) => a < b ? a : b;

    public static bool operator <(Moment a, Moment b) => a.Milliseconds < b.Milliseconds;

    public static bool operator >(Moment a, Moment b) => a.Milliseconds > b.Milliseconds;

    public static bool operator <=(Moment a, Moment b) => a.Milliseconds <= b.Milliseconds;

    public static bool operator >=(Moment a, Moment b) => a.Milliseconds >= b.Milliseconds;

    public static TimeSpan operator -(Moment a, Moment b) => TimeSpan.FromMilliseconds(a.Milliseconds - b.Milliseconds);

    public static TimeSpan Subtract(Moment a, Moment b) => a - b;

    /// <summary>RFC 3339 in UTC with milliseconds, the form of every time in the API.</summary>
    public override string ToString() =>
        ToDateTimeOffset().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
