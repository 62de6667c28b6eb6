using System.Globalization;
using AgentApprovals.Domain.Agents;

namespace AgentApprovals.Risk;

/// <summary>What is read off counters alike for one agent and for all of them.</summary>
internal static class Figures
{
    /// <summary>What can become of a submission, in the order in which it is shown.</summary>
    public static readonly string[] Outcomes = ["submitted", "approved", "released", "completed", "failed", "denied", "expired", "cancelled", "stopped"];

    public static DateOnly DateOf(int day) => DateOnly.FromDateTime(DateTime.UnixEpoch.AddDays(day));

    /// <summary>Counters whose name begins so, by the rest of it.</summary>
    public static IEnumerable<(string Name, int Count)> Beginning(this IEnumerable<KeyValuePair<string, int>> counts, string prefix) =>
        counts.Where(c => c.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(c => (c.Key[prefix.Length..], c.Value));

    public static Dictionary<string, int> Sum(IEnumerable<AgentDay> days) =>
        days.SelectMany(d => d.Counts).GroupBy(c => c.Key, c => c.Value).ToDictionary(g => g.Key, g => g.Sum());

    public static DecisionTimes TimesOf(IReadOnlyDictionary<string, int> counts)
    {
        var buckets = Buckets(counts, Counters.Decided);
        return new((int)buckets.Values.Sum(), Seconds(0.5), Seconds(0.9));

        int? Seconds(double share) => Durations.Quantile(buckets, share) is { } time ? (int)Math.Round(time.TotalSeconds) : null;
    }

    public static Dictionary<int, long> Buckets(IReadOnlyDictionary<string, int> counts, string prefix) =>
        counts.Beginning(prefix).ToDictionary(b => int.Parse(b.Name, CultureInfo.InvariantCulture), b => (long)b.Count);

    /// <summary>What was asked for, most first.</summary>
    public static IReadOnlyList<RiskType> TypesOf(IReadOnlyDictionary<string, int> counts) =>
    [
        .. counts.Beginning(Counters.Type).Where(t => t.Count > 0).Select(t => new RiskType(t.Name, t.Count, counts.GetValueOrDefault(Counters.UnruledType + t.Name)))
            .OrderByDescending(t => t.Count).ThenBy(t => t.Type, StringComparer.Ordinal),
    ];
}
