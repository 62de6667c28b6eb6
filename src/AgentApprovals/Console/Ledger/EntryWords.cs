using System.Text.Json;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Policies;
using Microsoft.Extensions.Localization;

namespace AgentApprovals.Console.Ledger;

/// <summary>
/// Tells entries in words. The resources have a sentence for each kind, under <c>kind</c> with the actor as its subject, or
/// under <c>kind:system</c> where it stands alone; <c>kind:variant</c> goes first where the entry's facts name one.
/// </summary>
public sealed class EntryWords(IStringLocalizer<EntryWords> text)
{
    public EntryStory Of(Entry entry, EntrySubjects about)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(about);
        var data = entry.Data;
        var set = data.TryGetProperty("set", out var s) ? s : default;
        var bySystem = entry.Actor.Kind == "system";
        var (said, standsAlone) = Sentence(entry.Kind, VariantOf(entry, data, set), bySystem);
        return new(
            standsAlone ? null : bySystem ? text[$"part:{entry.Actor.Name}"] is { ResourceNotFound: false } part ? part.Value : entry.Actor.Name : entry.Actor.Name,
            said, Join(DetailOf(entry, data, set, about), Text(data, "via") is { } via ? text["Via", via].Value : null), QuotedOf(data, set), ToneOf(entry.Kind));
    }

    /// <summary>Whether the resources have a sentence for a kind; for the test that none is without.</summary>
    internal bool Knows(string kind) => !text[kind].ResourceNotFound || !text[$"{kind}:system"].ResourceNotFound;

    private (string Said, bool StandsAlone) Sentence(string kind, string? variant, bool bySystem)
    {
        string?[] keys = [bySystem ? $"{kind}:{variant}:system" : null, bySystem ? $"{kind}:system" : null, $"{kind}:{variant}", kind];
        foreach (var key in keys)
        {
            if (key is not null && text[key] is { ResourceNotFound: false } found)
                return (found, key.EndsWith(":system", StringComparison.Ordinal));
        }

        return (text["Unknown", kind], false);
    }

    private static string? VariantOf(Entry entry, JsonElement data, JsonElement set) => entry.Kind switch
    {
        Kinds.ActionDenied => Text(data, "code"),
        Kinds.ActionRefused => Text(data, "attempt"),
        Kinds.StopOrdered => Text(set, "scope"),
        Kinds.PersonChanged => Text(set, "active"),
        Kinds.ActionSubmitted => Text(set, "status"),
        Kinds.ActionMessage => entry.Actor.Kind,
        _ => entry.Row?.Kind,
    };

    private string? DetailOf(Entry entry, JsonElement data, JsonElement set, EntrySubjects about) => entry.Kind switch
    {
        Kinds.ActionSubmitted => VerdictOf(set),
        Kinds.ActionRefused => Join(text[$"refused:{Text(data, "code")}"].Value, Text(data, "withheld") is { } n and not "0" ? text["Withheld", n].Value : null),
        Kinds.GatewayRefused => Join($"{Text(data, "method")} · {Text(data, "connector")}", Text(data, "withheld") is { } left and not "0" ? text["Withheld", left].Value : null),
        Kinds.SessionStarted => text["For", Text(set, "onBehalfOf") ?? ""].Value,
        Kinds.SessionRepeated => text["Repeats", Text(set, "repeatsDenied") ?? ""].Value,
        Kinds.StopOrdered => Text(set, "targetName"),
        Kinds.StopLayer => LayersOf(set),
        Kinds.ClockAccepted => Text(data, "reason"),
        Kinds.SessionPaused or Kinds.SessionContinued => Text(data, "count") is { } count ? text["Frozen", count, Text(data, "host") ?? "", Text(data, "milliseconds") ?? ""].Value : null,
        Kinds.RunnerReported => EndOf(set),
        Kinds.LedgerCheckpoint => text["UpTo", Text(data, "sequence") ?? ""].Value,
        Kinds.PolicyChanged or Kinds.CatalogueChanged or Kinds.InstructionsChanged => Text(set, "version") is { } version ? text["Version", version].Value : null,
        _ when entry.Row is { } row && about.Rows.TryGetValue(row, out var name) => Join(name, row.Kind == "person" ? ChangesOf(set) : null),
        _ when entry.Row is { Kind: "agent" } => Join(entry.Subject.Agent is { } id ? about.Agents.GetValueOrDefault(id) : null, ChangesOf(set)),
        _ => null,
    };

    private string? VerdictOf(JsonElement set)
    {
        if (set.ValueKind != JsonValueKind.Object || !set.TryGetProperty("verdict", out var value) || value.Deserialize<Verdict>(RowFacts.Json) is not { } verdict)
            return null;
        return Join(verdict.RuleName ?? text["NoRule"].Value, verdict.Mode == RuleMode.Review ? Approvals.InWords(verdict.Requires) : text[$"mode:{verdict.Mode}"].Value);
    }

    private string? EndOf(JsonElement set) => set.ValueKind == JsonValueKind.Object && set.TryGetProperty("runner", out var runner) && runner.TryGetProperty("end", out var end)
        ? text[Text(end, "left") is null ? "EndUnproved" : "End", Text(end, "count") ?? "", Text(runner, "host") ?? "", Text(end, "left") ?? "", text[$"end:{Text(end, "cause")}"].Value].Value
        : null;

    private string? LayersOf(JsonElement set) => set.ValueKind == JsonValueKind.Object && set.TryGetProperty("layers", out var layers)
        ? string.Join(", ", layers.EnumerateArray().Select(l => text[$"layer:{Text(l, "state")}", Text(l, "layer") ?? "", Text(l, "afterMs") ?? ""]))
        : null;

    /// <summary>The names of what was changed, where a few were; a new row says enough by itself.</summary>
    private string? ChangesOf(JsonElement set) => set.ValueKind == JsonValueKind.Object && !set.TryGetProperty("id", out _) && set.EnumerateObject().Count() is > 0 and <= 6
        ? text["Changed", string.Join(", ", set.EnumerateObject().Select(p => p.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? p.Name : $"{p.Name} {p.Value}"))].Value
        : null;

    private static string? QuotedOf(JsonElement data, JsonElement set) =>
        Text(set, "reason") ?? Text(data, "reason") ?? Text(set, "purpose") ?? Text(set, "outcomeDetail")
        ?? (set.ValueKind == JsonValueKind.Object && set.TryGetProperty("denial", out var denial) ? Text(denial, "comment") : null);

    private static Tone ToneOf(string kind) => kind switch
    {
        Kinds.ActionSubmitted => Tone.Asked,
        Kinds.ActionApproval or Kinds.ActionApproved or Kinds.ActionDirected => Tone.Yes,
        Kinds.ActionDenied or Kinds.ActionDisowned or Kinds.ActionApprovalTakenBack => Tone.No,
        Kinds.ActionReleased or Kinds.ActionExecuting or Kinds.ActionCompleted => Tone.Done,
        Kinds.ActionRefused or Kinds.ActionFailed or Kinds.SessionRepeated or Kinds.GatewayRefused => Tone.Refused,
        _ when kind.EndsWith(".stopped", StringComparison.Ordinal) || kind.StartsWith("stop.", StringComparison.Ordinal) => Tone.Cut,
        _ => Tone.Plain,
    };

    private static string? Join(string? a, string? b) => a is null or "" ? b : b is null or "" ? a : $"{a} · {b}";

    private static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Object or JsonValueKind.Array)
            ? value.ToString()
            : null;
}
