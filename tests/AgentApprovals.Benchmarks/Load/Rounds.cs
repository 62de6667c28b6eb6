using System.Globalization;
using static System.Console;

namespace AgentApprovals.Benchmarks.Load;

/// <summary>A goal: <paramref name="Numerator"/> over <paramref name="Limit"/>, at least or at most so much.</summary>
internal sealed record Goal(string Text, string Numerator, string Limit, double Bound, bool AtLeast = true)
{
    public bool Holds(double ratio) => AtLeast ? ratio >= Bound : ratio <= Bound;
}

/// <summary>
/// Figures of several rounds, each with everything that is compared back to back. Absolute figures move with the machine's other
/// work, so only the median of the rounds' ratios is judged, and not even that where a limit itself varies by more than a quarter.
/// </summary>
internal sealed class Rounds(string unit)
{
    private const double MostSpread = 0.25;
    private readonly List<Dictionary<string, double>> _rounds = [];

    public void Begin() => _rounds.Add([]);

    public void Add(string name, double value) => _rounds[^1][name] = value;

    public double Median(string name) => Median(_rounds.Select(r => r[name]));

    public void Print(string title, IReadOnlyList<Goal> goals)
    {
        WriteLine();
        WriteLine(title);
        WriteLine($"| {"",-28} | {string.Join(" | ", _rounds.Select((_, i) => $"{"round " + (i + 1),9}"))} | {"median",9} |");
        WriteLine($"| {new string('-', 28)} | {string.Join(" | ", _rounds.Select(_ => new string('-', 9)))} | {new string('-', 9)} |");
        foreach (var name in _rounds[0].Keys)
            Row($"{name} {unit}", _rounds.Select(r => r[name]), r => Number(r));
        foreach (var goal in goals)
            Row($"{goal.Numerator} / {goal.Limit}", _rounds.Select(r => r[goal.Numerator] / r[goal.Limit]), r => r.ToString("0.00", CultureInfo.InvariantCulture));
        foreach (var goal in goals)
            WriteLine($"{goal.Text}: {Verdict(goal)}");
    }

    private string Verdict(Goal goal)
    {
        var ratio = Median(_rounds.Select(r => r[goal.Numerator] / r[goal.Limit]));
        var limits = _rounds.Select(r => r[goal.Limit]).ToList();
        var spread = limits.Count < 2 ? 0 : (limits.Max() - limits.Min()) / Median(limits);
        var shown = string.Create(CultureInfo.InvariantCulture, $"{ratio:0.00}");
        return limits.Count < 3 ? $"{shown} (too few rounds to judge)"
            : spread > MostSpread ? string.Create(CultureInfo.InvariantCulture, $"{shown}, no verdict: {goal.Limit} itself varies by {spread:P0}")
            : goal.Holds(ratio) ? $"{shown}, holds" : $"{shown}, MISSED";
    }

    private static void Row(string name, IEnumerable<double> values, Func<double, string> format)
    {
        var all = values.ToList();
        WriteLine($"| {name,-28} | {string.Join(" | ", all.Select(v => $"{format(v),9}"))} | {format(Median(all)),9} |");
    }

    private static string Number(double value) => value.ToString(value >= 100 ? "#,0" : "0.00", CultureInfo.InvariantCulture);

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }
}
