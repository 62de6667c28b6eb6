using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Console.Shared;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Policies;

namespace AgentApprovals.Console.Policies;

/// <summary>A part of a requirement while it is typed.</summary>
public sealed class PartInput
{
    public string From { get; set; } = "Reviewer";

    public string Count { get; set; } = "1";
}

/// <summary>A rule while it is typed: every field as text, so that nothing typed is lost however wrong it is.</summary>
public sealed class RuleInput
{
    public string Name { get; set; } = "";
    public string Types { get; set; } = "";
    public string Resources { get; set; } = "";
    public string Agents { get; set; } = "";
    public string Labels { get; set; } = "";
    public string MinRisk { get; set; } = "0";

    /// <summary>Empty: however it was directed.</summary>
    public string Directed { get; set; } = "";
    public string Mode { get; set; } = "review";
    public List<List<PartInput>> Requires { get; init; } = [];
    public bool SecondPerson { get; set; } = true;
    public string ConfirmationWindowSeconds { get; set; } = "";
    public string HoldAfterApprovalSeconds { get; set; } = "";
    public string ExpiresAfterSeconds { get; set; } = "";
    public string PermitSeconds { get; set; } = "";
    public string ExecuteSeconds { get; set; } = "";
    public string DeniedMemorySeconds { get; set; } = "";
    public string BurstCount { get; set; } = "";
    public string BurstPerSeconds { get; set; } = "";
    public string ExpiresAt { get; set; } = "";

    /// <summary>Empty: no budget.</summary>
    public string BudgetCount { get; set; } = "";
    public string BudgetPerSeconds { get; set; } = "";

    public static RuleInput Of(Rule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return new()
        {
            Name = rule.Name,
            Types = Lines(rule.Match.Types),
            Resources = Lines(rule.Match.Resources),
            Agents = Lines(rule.Match.Agents),
            Labels = Lines(rule.Match.Labels),
            MinRisk = Text(rule.Match.MinRisk),
            Directed = rule.Match.Directed is { } directed ? JsonNamingPolicy.CamelCase.ConvertName(directed.ToString()) : "",
            Mode = JsonNamingPolicy.CamelCase.ConvertName(rule.Mode.ToString()),
            Requires = [.. rule.Requires.Alternatives.Select(a => a.Select(p => new PartInput { From = p.From, Count = Text(p.Count) }).ToList())],
            SecondPerson = rule.SecondPerson,
            ConfirmationWindowSeconds = Text(rule.ConfirmationWindowSeconds),
            HoldAfterApprovalSeconds = Text(rule.HoldAfterApprovalSeconds),
            ExpiresAfterSeconds = Text(rule.ExpiresAfterSeconds),
            PermitSeconds = Text(rule.PermitSeconds),
            ExecuteSeconds = Text(rule.ExecuteSeconds),
            DeniedMemorySeconds = Text(rule.DeniedMemorySeconds),
            BurstCount = Text(rule.Burst.Count),
            BurstPerSeconds = Text(rule.Burst.PerSeconds),
            ExpiresAt = rule.ExpiresAt?.ToString() ?? "",
            BudgetCount = rule.Budget is { } budget ? Text(budget.Count) : "",
            BudgetPerSeconds = rule.Budget is { } b ? Text(b.PerSeconds) : "86400",
        };
    }

    /// <summary>In the API's form, for the API's reader. What an allow or a veto alone has is left out elsewhere.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["name"] = Name.Trim(),
            ["match"] = new JsonObject
            {
                ["types"] = Patterns(Types),
                ["resources"] = Patterns(Resources),
                ["agents"] = Patterns(Agents),
                ["labels"] = FormBody.List(Labels),
                ["minRisk"] = FormBody.Number(MinRisk),
                ["directed"] = Directed.Length == 0 ? null : Directed,
            },
            ["mode"] = Mode,
            ["requires"] = new JsonArray([.. Requires.Select(a => new JsonArray([.. a.Select(p => new JsonObject { ["from"] = p.From.Trim(), ["count"] = FormBody.Number(p.Count) })]))]),
            ["secondPerson"] = SecondPerson,
            ["confirmationWindowSeconds"] = FormBody.Number(ConfirmationWindowSeconds),
            ["holdAfterApprovalSeconds"] = FormBody.Number(HoldAfterApprovalSeconds),
            ["expiresAfterSeconds"] = FormBody.Number(ExpiresAfterSeconds),
            ["permitSeconds"] = FormBody.Number(PermitSeconds),
            ["executeSeconds"] = FormBody.Number(ExecuteSeconds),
            ["deniedMemorySeconds"] = FormBody.Number(DeniedMemorySeconds),
            ["burst"] = new JsonObject { ["count"] = FormBody.Number(BurstCount), ["perSeconds"] = FormBody.Number(BurstPerSeconds) },
        };
        if (EndsByItself && ExpiresAt.Trim().Length > 0)
            json["expiresAt"] = ExpiresAt.Trim();
        if (EndsByItself && BudgetCount.Trim().Length > 0)
            json["budget"] = new JsonObject { ["count"] = FormBody.Number(BudgetCount), ["perSeconds"] = FormBody.Number(BudgetPerSeconds) };
        return json;
    }

    /// <summary>Whether the mode is one that may end or have a budget.</summary>
    public bool EndsByItself => Mode is "allow" or "veto";

    /// <summary>The rules in the API's form, this one in its place among them, so that it is read as a part of the whole.</summary>
    public static JsonObject Body(IEnumerable<Rule> rules, int at, RuleInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        List<JsonNode?> items = [.. rules.Select(r => JsonSerializer.SerializeToNode(r, RowFacts.Json))];
        if (at < items.Count)
            items[at] = input.ToJson();
        else
            items.Add(input.ToJson());
        return new() { ["rules"] = new JsonArray([.. items]) };
    }

    /// <summary>Nothing typed is no pattern at all: it matches anything, as where the API's field is left out.</summary>
    private static JsonArray? Patterns(string typed) => FormBody.List(typed) is { Count: > 0 } patterns ? patterns : null;

    private static string Lines(IReadOnlyList<string> items) => string.Join('\n', items);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
