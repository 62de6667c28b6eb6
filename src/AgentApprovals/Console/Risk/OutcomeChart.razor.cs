using System.Globalization;
using AgentApprovals.Data.Queries;
using AgentApprovals.Risk;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace AgentApprovals.Console.Risk;

/// <summary>What became of what was asked, day by day.</summary>
public sealed partial class OutcomeChart
{
    /// <summary>What can become of a request, and its colour. Red is not among them: it is the stop's button alone.</summary>
    private static readonly (string Name, string Colour)[] Outcomes =
    [
        ("completed", "var(--done)"), ("failed", "var(--critical)"), ("denied", "var(--high)"),
        ("expired", "var(--medium)"), ("stopped", "var(--text)"), ("cancelled", "var(--text-3)"),
    ];

    [Parameter, EditorRequired] public IReadOnlyList<RiskDay> Days { get; set; } = [];

    /// <summary>How many days, today included.</summary>
    [Parameter, EditorRequired] public int Period { get; set; }

    [Parameter, EditorRequired] public FigureLinks Links { get; set; } = null!;

    [Inject] private Reader Reader { get; set; } = null!;

    private IReadOnlyList<DateOnly> Dates => ChartScale.Days(DateOnly.FromDateTime(Reader.Now.ToDateTimeOffset().UtcDateTime), Period);

    private IReadOnlyList<string> Columns => [T["Day"], .. Outcomes.Select(o => T[o.Name].Value)];

    /// <summary>A day's, of one outcome.</summary>
    private string Href(int row, int cell) => Links.On(Days[^(row + 1)].Day).Became(Outcomes[cell - 1].Name);

    private IReadOnlyList<IReadOnlyList<string>> Rows => [.. Days.Reverse().Select(d => (IReadOnlyList<string>)
        [ChartScale.Iso(d.Day), .. Outcomes.Select(o => d.Counts.GetValueOrDefault(o.Name).ToString(CultureInfo.InvariantCulture))])];

    private StackedBarChartOptions Options => new()
    {
        ChartPalette = [.. Outcomes.Select(o => o.Colour)],
        ShowZeroValues = false,
        YAxisTicks = ChartScale.Step(Days.Select(d => Outcomes.Sum(o => d.Counts.GetValueOrDefault(o.Name))).DefaultIfEmpty().Max()),
    };

    private List<ChartSeries<double>> Series
    {
        get
        {
            var byDay = Days.ToDictionary(d => d.Day, d => d.Counts);
            return [.. Outcomes.Select(o => new ChartSeries<double>
            {
                Name = T[o.Name],
                Data = Dates.Select(day => byDay.TryGetValue(day, out var counts) ? counts.GetValueOrDefault(o.Name) : 0d).ToArray(),
            })];
        }
    }
}
