using System.Globalization;
using AgentApprovals.Risk;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace AgentApprovals.Console.Risk;

/// <summary>What people decided, hour by hour of the last days: when it came thick, and when nobody was there.</summary>
public sealed partial class HourSeries
{
    /// <summary>Of whole days from midnight on, but for the last, oldest first.</summary>
    [Parameter, EditorRequired] public IReadOnlyList<HourCount> Hours { get; set; } = [];

    private IReadOnlyList<string> Columns => [T["Day"], .. Enumerable.Range(0, 24).Select(h => string.Create(CultureInfo.InvariantCulture, $"{h:00}"))];

    /// <summary>A row a day, today first; of hours that are yet to come nothing stands there.</summary>
    private IReadOnlyList<IReadOnlyList<string>> Rows => [.. Hours.Chunk(24).Reverse().Select(day => (IReadOnlyList<string>)
        [ChartScale.Iso(DayOf(day[0])), .. Enumerable.Range(0, 24).Select(h => h < day.Length ? day[h].Count.ToString(CultureInfo.InvariantCulture) : "")])];

    private string[] Labels => [.. Hours.Select(h => h.From.Hour == 0 ? DayOf(h).ToString("d MMM", CultureInfo.InvariantCulture) : "")];

    private List<ChartSeries<double>> Series => [new() { Name = T["Decisions"], Data = Hours.Select(h => (double)h.Count).ToArray() }];

    private BarChartOptions Options => new() { ChartPalette = ["var(--here)"], ShowLegend = false, YAxisTicks = ChartScale.Step(Hours.Max(h => h.Count)) };

    private string? Href(int row, int cell)
    {
        var day = Hours.Chunk(24).Reverse().ElementAt(row);
        return cell > day.Length ? null : new FigureLinks(default).On(DayOf(day[0])).Decisions($"hour={cell - 1}");
    }

    private static DateOnly DayOf(HourCount hour) => DateOnly.FromDateTime(hour.From.ToDateTimeOffset().UtcDateTime);
}
