using AgentApprovals.Domain.Policies;
using Microsoft.Extensions.Localization;

namespace AgentApprovals.Console.Policies;

/// <summary>Rules in words: for the cards, and line by line for seeing what was changed.</summary>
public sealed class RuleWords(IStringLocalizer<RuleWords> text)
{
    /// <summary>"forum.post on any resource by any agent, at risk 50 or more".</summary>
    public string When(Rule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var match = rule.Match;
        string?[] parts =
        [
            text["When", Any(match.Types, "AnyType"), Any(match.Resources, "AnyResource"), Any(match.Agents, "AnyAgent")].Value,
            match.Labels.Count == 0 ? null : text["Labelled", string.Join(text["Or"], match.Labels)].Value,
            match.MinRisk == 0 ? null : text["AtRisk", match.MinRisk].Value,
            match.Directed is { } directed ? text[$"Directed{directed}"].Value : null,
        ];
        return string.Join(", ", parts.OfType<string>());
    }

    /// <summary>"review: 1 Reviewer and 1 of security, or 1 Manager".</summary>
    public string Then(Rule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return rule.Mode == RuleMode.Review
            ? text["Review", Approvals.InWords(rule.Requires), text[rule.SecondPerson ? "SecondPerson" : "Alone"]]
            : text[rule.Mode.ToString()];
    }

    /// <summary>Every clock and limit, one each.</summary>
    public IReadOnlyList<string> Clocks(Rule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        string?[] clocks = rule.Mode == RuleMode.Deny
            ? [text["Memory", Span(rule.DeniedMemorySeconds)]]
            :
            [
                text["Window", Span(rule.ConfirmationWindowSeconds)],
                rule.Mode == RuleMode.Review ? text["Hold", Span(rule.HoldAfterApprovalSeconds)].Value : null,
                rule.Mode == RuleMode.Review ? text["Expires", Span(rule.ExpiresAfterSeconds)].Value : null,
                text["Permit", Span(rule.PermitSeconds)],
                text["Execute", Span(rule.ExecuteSeconds)],
                text["Memory", Span(rule.DeniedMemorySeconds)],
                text["Burst", rule.Burst.Count, Span(rule.Burst.PerSeconds)],
                rule.Budget is { } budget ? text["Budget", budget.Count, Span(budget.PerSeconds)].Value : null,
                rule.ExpiresAt is { } at ? text["Until", at].Value : null,
            ];
        return [.. clocks.OfType<string>()];
    }

    /// <summary>Everything that the rules say, each field on a line of its own and none left out, for a difference that misses nothing.</summary>
    public string Text(IReadOnlyList<Rule> rules) => string.Join("\n\n", rules.Select(rule => string.Join('\n', new[]
    {
        rule.Name,
        $"  {When(rule)}",
        $"  → {text[$"Mode{rule.Mode}"]}",
        $"  {text["Requires", Approvals.InWords(rule.Requires), text[rule.SecondPerson ? "SecondPerson" : "Alone"]]}",
        $"  {text["Window", Span(rule.ConfirmationWindowSeconds)]}",
        $"  {text["Hold", Span(rule.HoldAfterApprovalSeconds)]}",
        $"  {text["Expires", Span(rule.ExpiresAfterSeconds)]}",
        $"  {text["Permit", Span(rule.PermitSeconds)]}",
        $"  {text["Execute", Span(rule.ExecuteSeconds)]}",
        $"  {text["Memory", Span(rule.DeniedMemorySeconds)]}",
        $"  {text["Burst", rule.Burst.Count, Span(rule.Burst.PerSeconds)]}",
        rule.Budget is { } budget ? $"  {text["Budget", budget.Count, Span(budget.PerSeconds)]}" : null,
        rule.ExpiresAt is { } at ? $"  {text["Until", at]}" : null,
    }.OfType<string>())));

    /// <summary>Whole seconds in the largest unit that tells them exactly.</summary>
    public string Span(int seconds) => seconds switch
    {
        >= 172_800 when seconds % 86_400 == 0 => text["Days", seconds / 86_400],
        >= 3_600 when seconds % 3_600 == 0 => text["Hours", seconds / 3_600],
        >= 120 when seconds % 60 == 0 => text["Minutes", seconds / 60],
        _ => text["Seconds", seconds],
    };

    private string Any(IReadOnlyList<string> patterns, string any) =>
        patterns.Contains("*") ? text[any] : patterns.Count == 0 ? text["Nothing"] : string.Join(text["Or"], patterns);
}
