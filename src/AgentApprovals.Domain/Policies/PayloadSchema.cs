using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Json.Schema;

namespace AgentApprovals.Domain.Policies;

/// <summary>
/// What a type's payload has to look like: JSON Schema 2020-12. Nothing is ever fetched, so a reference may only lead to the schema
/// itself; what can't be applied lets nothing pass.
/// </summary>
public sealed class PayloadSchema
{
    private const int MostFaults = 20;
    private const int MostKept = 1024;
    private static readonly ConcurrentDictionary<string, PayloadSchema> Kept = new(StringComparer.Ordinal);
    private static readonly EvaluationOptions Listed = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    private readonly JsonSchema _schema;

    private PayloadSchema(JsonSchema schema) => _schema = schema;

    /// <summary>The schema in a text of the catalogue; parsed once.</summary>
    /// <exception cref="FormatException">It is no JSON Schema that can be applied here.</exception>
    public static PayloadSchema Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Kept.TryGetValue(text, out var known))
            return known;
        if (Kept.Count >= MostKept)
            Kept.Clear();
        return Kept[text] = Parse(text);
    }

    /// <summary>Why a payload does not fit, by where it does not, such as <c>payload.to[0]</c>; null where it fits.</summary>
    public IReadOnlyDictionary<string, string[]>? Faults(JsonElement payload)
    {
        try
        {
            var result = _schema.Evaluate(payload, Listed);
            if (result.IsValid)
                return null;
            var faults = (result.Details ?? []).Prepend(result)
                .Where(d => d.Errors is { Count: > 0 })
                .GroupBy(d => Place(d.InstanceLocation.ToString()))
                .Take(MostFaults)
                .ToDictionary(g => g.Key, g => g.SelectMany(d => d.Errors!.Values).Distinct().ToArray());
            return faults.Count > 0 ? faults : Fault("It does not fit the type's schema.");
        }
        catch (Exception e) when (e is JsonSchemaException or RefResolutionException or RegexMatchTimeoutException or InvalidOperationException)
        {
            return Fault("The type's schema can't be applied to it: an Administrator has to mend the catalogue.");
        }
    }

    private static Dictionary<string, string[]> Fault(string what) => new() { ["payload"] = [what] };

    private static PayloadSchema Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            RefuseForeign(document.RootElement);
            if (!MetaSchemas.Draft202012.Evaluate(document.RootElement).IsValid)
                throw new FormatException("It is no JSON Schema of the 2020-12 dialect.");
            var schema = JsonSchema.FromText(text);
            schema.Evaluate(JsonElement.Parse("null"));
            return new(schema);
        }
        catch (Exception e) when (e is JsonException or JsonSchemaException or RefResolutionException or ArgumentException or InvalidOperationException)
        {
            throw new FormatException($"It is no JSON Schema that can be applied: {e.Message}", e);
        }
    }

    private static void RefuseForeign(JsonElement schema)
    {
        if (schema.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in schema.EnumerateArray())
                RefuseForeign(item);
        }

        if (schema.ValueKind != JsonValueKind.Object)
            return;
        foreach (var member in schema.EnumerateObject())
        {
            var leadsAway = member.Name is "$ref" or "$dynamicRef" && member.Value.ValueKind == JsonValueKind.String && !member.Value.GetString()!.StartsWith('#');
            if (leadsAway || member.Name == "$id")
                throw new FormatException($"{member.Name} is not taken: nothing is fetched, and a schema has no address here.");
            RefuseForeign(member.Value);
        }
    }

    /// <summary>A JSON Pointer into the payload, in the manner of the other faults of a request.</summary>
    private static string Place(string pointer)
    {
        var place = new StringBuilder("payload");
        foreach (var step in pointer.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(s => s.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))
            place.Append(step.All(char.IsAsciiDigit) ? $"[{step}]" : $".{step}");
        return place.Length <= 200 ? place.ToString() : place.ToString(0, 200);
    }
}
