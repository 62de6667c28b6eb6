using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentApprovals.Tests.Setup;

/// <summary>Compares a value with a schema of the document, strictly: what no property describes is a fault too. As much of JSON Schema as the document uses.</summary>
internal static class SchemaCheck
{
    public static IEnumerable<string> Faults(JsonNode document, JsonNode schema, JsonNode? value, string path)
    {
        if (schema["$ref"] is { } reference)
            return Faults(document, document["components"]!["schemas"]![((string)reference!).Split('/')[^1]]!, value, path);
        if (schema["oneOf"] is JsonArray choices)
        {
            var faults = choices.Select(c => Faults(document, c!, value, path).ToList()).ToList();
            return faults.Any(f => f.Count == 0) ? [] : faults.Last();
        }

        if (schema["enum"] is JsonArray words && !words.Any(w => JsonNode.DeepEquals(w, value)))
            return [$"{path}: {value} is none of {words}"];
        if (schema["type"] is { } type && !IsOf(type, value))
            return [$"{path}: {value?.ToJsonString() ?? "null"} is not {type.ToJsonString()}"];
        return value switch
        {
            JsonObject members => MemberFaults(document, schema, members, path),
            JsonArray items when schema["items"] is { } each => items.SelectMany((item, i) => Faults(document, each, item, $"{path}[{i}]")),
            _ => [],
        };
    }

    private static IEnumerable<string> MemberFaults(JsonNode document, JsonNode schema, JsonObject members, string path)
    {
        foreach (var required in schema["required"]?.AsArray() ?? [])
        {
            if (!members.ContainsKey((string)required!))
                yield return $"{path}: {required} is missing";
        }

        if (schema["properties"] is not JsonObject properties && schema["additionalProperties"] is null)
            yield break;
        foreach (var (name, value) in members)
        {
            var described = schema["properties"]?[name] ?? schema["additionalProperties"];
            if (described is null)
                yield return $"{path}.{name} is in no schema";
            foreach (var fault in described is null ? [] : Faults(document, described, value, $"{path}.{name}"))
                yield return fault;
        }
    }

    private static bool IsOf(JsonNode type, JsonNode? value) => type is JsonArray any ? any.Any(t => IsOf(t!, value)) : (string)type! switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == JsonValueKind.String,
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "integer" => value?.GetValueKind() == JsonValueKind.Number && value.ToJsonString().All(c => char.IsAsciiDigit(c) || c == '-'),
        _ => value?.GetValueKind() == JsonValueKind.Number,
    };
}
