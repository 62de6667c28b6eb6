using System.Globalization;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Risk;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace AgentApprovals.Console.Agents;

/// <summary>What risk an agent carries and why, what became of what it asked, and what it holds without using it.</summary>
public sealed partial class RiskSection
{
    private const int MostTypes = 8;

    /// <summary>What can become of a request, and its colour. Red is not among them: it is the stop's button alone.</summary>
    private static readonly (string Name, string Colour)[] Outcomes =
    [
        ("completed", "var(--done)"), ("failed", "var(--critical)"), ("denied", "var(--high)"),
        ("expired", "var(--medium)"), ("stopped", "var(--text)"), ("cancelled", "var(--text-3)"),
    ];

    private StackedBarChartOptions Options => new()
    {
        ChartPalette = [.. Outcomes.Select(o => o.Colour)],
        ShowZeroValues = false,
        YAxisTicks = Step(Risk.Days.Select(d => Outcomes.Sum(o => d.Counts.GetValueOrDefault(o.Name))).DefaultIfEmpty().Max()),
    };

    [Parameter, EditorRequired] public AgentView View { get; set; } = null!;

    [Parameter, EditorRequired] public AgentRiskDocument Risk { get; set; } = null!;

    [Inject] private Reader Reader { get; set; } = null!;

    private int Asked => Count("submitted");

    private IEnumerable<DateOnly> Days
    {
        get
        {
            var today = DateOnly.FromDateTime(Reader.Now.ToDateTimeOffset().UtcDateTime);
            return Enumerable.Range(0, RiskScoring.RecordDays).Select(i => today.AddDays(i - RiskScoring.RecordDays + 1));
        }
    }

    /// <summary>Every fifth day is named, today among them.</summary>
    private string[] Labels => [.. Days.Select((day, i) => (RiskScoring.RecordDays - 1 - i) % 5 == 0 ? day.ToString("d MMM", CultureInfo.InvariantCulture) : "")];

    private List<ChartSeries<double>> Series
    {
        get
        {
            var byDay = Risk.Days.ToDictionary(d => d.Day, d => d.Counts);
            return [.. Outcomes.Select(o => new ChartSeries<double>
            {
                Name = T[o.Name],
                Data = Days.Select(day => byDay.TryGetValue(day, out var counts) ? counts.GetValueOrDefault(o.Name) : 0d).ToArray(),
            })];
        }
    }

    private IReadOnlyList<(string Type, int Count)> Types =>
    [
        .. Risk.Days.SelectMany(d => d.Counts).Where(c => c.Key.StartsWith("type:", StringComparison.Ordinal))
            .GroupBy(c => c.Key["type:".Length..], c => c.Value).Select(g => (g.Key, g.Sum())).OrderByDescending(t => t.Item2).Take(MostTypes),
    ];

    /// <summary>1, 2 or 5 times a power of ten, so that about four lines reach the highest bar.</summary>
    private static int Step(int most)
    {
        var power = 1;
        while (power * 10 * 4 <= most)
            power *= 10;
        return power * (most > power * 20 ? 5 : most > power * 8 ? 2 : 1);
    }

    private int Count(string name) => Risk.Days.Sum(d => d.Counts.GetValueOrDefault(name));

    private string Share(string name) => Asked == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * Count(name) / Asked:0} %");

    private string Percent(int count) => (100.0 * count / Math.Max(1, Types[0].Count)).ToString("0.#", CultureInfo.InvariantCulture);
}
