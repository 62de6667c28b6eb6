using System.Globalization;

namespace AgentApprovals.Console.Risk;

/// <summary>What charts of days say along their sides.</summary>
internal static class ChartScale
{
    /// <summary>1, 2 or 5 times a power of ten, so that about four lines reach the highest.</summary>
    public static int Step(int most)
    {
        var power = 1;
        while (power * 10 * 4 <= most)
            power *= 10;
        return power * (most > power * 20 ? 5 : most > power * 8 ? 2 : 1);
    }

    /// <summary>So many days up to <paramref name="today"/>, oldest first.</summary>
    public static IReadOnlyList<DateOnly> Days(DateOnly today, int count) => [.. Enumerable.Range(0, count).Select(i => today.AddDays(i - count + 1))];

    /// <summary>About six of the days are named, the last among them.</summary>
    public static string[] Labels(IReadOnlyList<DateOnly> days) =>
        [.. days.Select((day, i) => (days.Count - 1 - i) % Math.Max(1, days.Count / 6) == 0 ? day.ToString("d MMM", CultureInfo.InvariantCulture) : "")];

    public static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
