using System.Globalization;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Risk;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace AgentApprovals.Console.Risk;

/// <summary>An agent's score at the end of each day, made up of its factors.</summary>
public sealed partial class ScoreChart
{
    private static readonly string[] Colours = ["var(--here)", "var(--high)", "var(--medium)", "var(--critical)", "var(--text-3)", "var(--low)", "var(--done)"];

    [Parameter, EditorRequired] public IReadOnlyList<RiskScore> Trend { get; set; } = [];

    [Parameter, EditorRequired] public AgentId Agent { get; set; }

    private IReadOnlyList<DateOnly> Dates => [.. Trend.Select(t => t.Day)];

    /// <summary>The factors that there were, those that weighed most first.</summary>
    private IReadOnlyList<string> Factors => [.. Trend.SelectMany(t => t.Factors).GroupBy(f => f.Key, f => f.Value).OrderByDescending(g => g.Sum()).Select(g => g.Key)];

    private IReadOnlyList<string> Columns => [T["Day"], T["Score"], .. Factors.Select(f => T[f].Value)];

    private IReadOnlyList<IReadOnlyList<string>> Rows => [.. Trend.Reverse().Select(t => (IReadOnlyList<string>)
        [ChartScale.Iso(t.Day), Text(t.Score), .. Factors.Select(f => Text(t.Factors.GetValueOrDefault(f)))])];

    private StackedBarChartOptions Options => new()
    {
        ChartPalette = [.. Factors.Select((_, i) => Colours[i % Colours.Length])],
        ShowZeroValues = false,
        YAxisTicks = ChartScale.Step(Trend.Select(t => t.Factors.Values.Sum()).DefaultIfEmpty().Max()),
    };

    private List<ChartSeries<double>> Series =>
        [.. Factors.Select(f => new ChartSeries<double> { Name = T[f], Data = Trend.Select(t => (double)t.Factors.GetValueOrDefault(f)).ToArray() })];

    /// <summary>What a day's score, or one factor of it, was made from: of the days that it looks back on, or what is set for the agent now.</summary>
    private string Href(int row, int cell)
    {
        var day = Trend[^(row + 1)].Day;
        var links = new FigureLinks(new(day.AddDays(1 - RiskScoring.RecordDays), day), Agent);
        return cell == 1 ? links.Asked() : Factors[cell - 2] switch
        {
            "denied" or "stopped" => links.Became(Factors[cell - 2]),
            "beyond_permissions" => links.Asked("only=beyond"),
            "bypassed" => $"/observations?agent={Agent}&only=bypasses",
            "irreversible_permitted" or "unused_permissions" => $"/agents/{Agent}?tab=permissions",
            "acts_for_anyone" or "no_runner" => $"/agents/{Agent}?tab=settings",
            _ => links.Asked(),
        };
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
