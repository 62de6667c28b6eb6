using System.Globalization;
using AgentApprovals.Console.Risk;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Risk;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Agents;

/// <summary>What risk an agent carries and why, how that went in the last days, and what it holds without using it.</summary>
public sealed partial class RiskSection
{
    [Parameter, EditorRequired] public AgentView View { get; set; } = null!;

    [Parameter, EditorRequired] public AgentRiskDocument Risk { get; set; } = null!;

    private int Asked => Count("submitted");

    private int Count(string name) => Risk.Days.Sum(d => d.Counts.GetValueOrDefault(name));

    private string Share(string name) => Asked == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * Count(name) / Asked:0} %");

    private static string Text(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private string Tab(string tab) => $"/agents/{View.Agent.Id}?tab={tab}";

    private string Observations() => $"/observations?agent={View.Agent.Id}&days={RiskScoring.RecordDays}";

    /// <summary>Of the days that there is a score of: it was not there before them.</summary>
    private FigureLinks Links => new(new(Risk.Trend[0].Day, null), View.Agent.Id);
}
