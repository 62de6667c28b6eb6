namespace AgentApprovals.Domain.Agents;

/// <summary>
/// Durations counted in buckets, each a quarter longer than the one before, from ten milliseconds to more than a week: so a median
/// and a p90 of any days are read off counters, right to within that quarter, and never by looking at each action.
/// </summary>
public static class Durations
{
    private static readonly long[] Ends = MakeEnds();

    public static int BucketOf(TimeSpan duration)
    {
        var index = Array.BinarySearch(Ends, (long)duration.TotalMilliseconds);
        return index < 0 ? ~index : index + 1;
    }

    /// <summary>The duration below which <paramref name="share"/> (0 to 1) of them lie, on the line between a bucket's ends; null where there are none.</summary>
    /// <param name="counts">How many there are of each bucket.</param>
    public static TimeSpan? Quantile(IReadOnlyDictionary<int, long> counts, double share)
    {
        ArgumentNullException.ThrowIfNull(counts);
        var total = counts.Values.Sum();
        if (total <= 0)
            return null;
        var left = share * total;
        foreach (var (bucket, count) in counts.Where(c => c.Value > 0).OrderBy(c => c.Key))
        {
            if (left <= count)
            {
                var from = bucket == 0 ? 0 : Ends[bucket - 1];
                var to = bucket < Ends.Length ? Ends[bucket] : from;
                return TimeSpan.FromMilliseconds(from + ((to - from) * left / count));
            }

            left -= count;
        }

        return null;
    }

    private static long[] MakeEnds()
    {
        var ends = new List<long> { 10 };
        while (ends[^1] < 604_800_000)
            ends.Add((ends[^1] * 5 / 4) + 1);
        return [.. ends];
    }
}
