using System.Text.Json;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;

namespace AgentApprovals.Domain.Policies;

/// <summary>Rules in the API's form. What is left out has the default of <see cref="Rule"/>; every fault is told under its field.</summary>
public static class RuleReader
{
    private const int MostSeconds = 366 * 86400;
    private static readonly string[] Anything = ["*"];

    public static IReadOnlyList<Rule> Read(Fields body)
    {
        var items = body.Objects("rules", 500);
        var rules = items.Select(ReadRule).ToList();
        foreach (var (rule, item) in rules.Zip(items).GroupBy(p => p.First.Name).Where(g => g.Count() > 1).SelectMany(g => g.Skip(1)))
            item.Fault("name", $"Another rule is named {rule.Name}.");
        return rules;
    }

    /// <summary>The canonical body of a policy's document.</summary>
    public static byte[] Write(IReadOnlyList<Rule> rules) =>
        CanonicalJson.Canonicalize(JsonSerializer.SerializeToUtf8Bytes(new { rules }, RowFacts.Json));

    /// <summary>A document's body as it was written; it was valid then, and is not judged again.</summary>
    public static IReadOnlyList<Rule> Load(ReadOnlyMemory<byte> document)
    {
        using var body = JsonDocument.Parse(document);
        var fields = new Fields(body.RootElement);
        var rules = Read(fields);
        return fields.IsValid ? rules : throw new JsonException("The stored policy can't be read: fail closed.");
    }

    private static Rule ReadRule(Fields item)
    {
        var fallback = Judgement.DefaultRule;
        var match = item.Object("match");
        var burst = item.Object("burst");
        var budget = item.Object("budget");
        var rule = new Rule
        {
            Name = item.RequiredText("name", 100),
            Match = new(
                match?.Texts("types", Anything) ?? Anything,
                match?.Texts("resources", Anything) ?? Anything,
                match?.Texts("agents", Anything) ?? Anything,
                match?.Texts("labels", []) ?? [],
                match?.Integer("minRisk", 0, 0, 100) ?? 0,
                match?.Choice<Directed>("directed")),
            Mode = item.Choice<RuleMode>("mode", required: true) ?? RuleMode.Review,
            Requires = item.Has("requires") ? ReadRequires(item) : fallback.Requires,
            SecondPerson = item.Flag("secondPerson", true),
            ConfirmationWindowSeconds = item.Integer("confirmationWindowSeconds", fallback.ConfirmationWindowSeconds, 0, MostSeconds),
            HoldAfterApprovalSeconds = item.Integer("holdAfterApprovalSeconds", fallback.HoldAfterApprovalSeconds, 0, MostSeconds),
            ExpiresAfterSeconds = item.Integer("expiresAfterSeconds", fallback.ExpiresAfterSeconds, 0, MostSeconds),
            PermitSeconds = item.Integer("permitSeconds", fallback.PermitSeconds, 0, MostSeconds),
            ExecuteSeconds = item.Integer("executeSeconds", fallback.ExecuteSeconds, 0, MostSeconds),
            DeniedMemorySeconds = item.Integer("deniedMemorySeconds", fallback.DeniedMemorySeconds, 0, MostSeconds),
            Burst = new(burst?.Integer("count", 10, 1, 10_000) ?? 10, burst?.Integer("perSeconds", 60, 1, MostSeconds) ?? 60),
            ExpiresAt = item.Time("expiresAt"),
            Budget = budget is null ? null : new(budget.Integer("count", 100, 0, 1_000_000), budget.Integer("perSeconds", 86400, 1, MostSeconds)),
        };
        if (rule.ExpiresAfterSeconds < rule.ConfirmationWindowSeconds)
            item.Fault("expiresAfterSeconds", "It may not be below the confirmation window.");
        if (rule.Mode is RuleMode.Review or RuleMode.Deny && (rule.ExpiresAt is not null || rule.Budget is not null))
            item.Fault(rule.Budget is null ? "expiresAt" : "budget", "Only allow and veto rules end or have a budget.");
        return rule;
    }

    private static Requirement ReadRequires(Fields item)
    {
        if (!item.TryGet("requires", out var value) || value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is 0 or > 20)
        {
            item.Fault("requires", "A list of 1 to 20 alternatives is expected.");
            return Judgement.OneReviewer;
        }

        var alternatives = new List<IReadOnlyList<RequiredPart>>();
        foreach (var alternative in value.EnumerateArray())
        {
            if (alternative.ValueKind != JsonValueKind.Array || alternative.GetArrayLength() is 0 or > 10)
                item.Fault("requires", "Each alternative is a list of 1 to 10 parts.");
            else
                alternatives.Add([.. alternative.EnumerateArray().Select(part => ReadPart(item, part))]);
        }

        return new(alternatives);
    }

    private static RequiredPart ReadPart(Fields item, JsonElement part)
    {
        var from = part.ValueKind == JsonValueKind.Object && part.TryGetProperty("from", out var f) && f.ValueKind == JsonValueKind.String ? f.GetString()! : "";
        var isGroup = from.StartsWith("group:", StringComparison.Ordinal) && from.Length is > 6 and <= 100;
        var isRole = Enum.GetNames<Roles>().Contains(from) && from != nameof(Roles.None);
        if (!isGroup && !isRole)
            item.Fault("requires", "Each part has a from: a role, or group: and a name.");
        var count = 0d;
        var hasCount = part.ValueKind == JsonValueKind.Object && part.TryGetProperty("count", out var c) && c.ValueKind == JsonValueKind.Number && c.TryGetDouble(out count);
        if (!hasCount || count != Math.Truncate(count) || count is < 1 or > 10)
            item.Fault("requires", "Each part has a count: an integer from 1 to 10.");
        return new(from, (int)Math.Clamp(count, 0, 10));
    }
}
