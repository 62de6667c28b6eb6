using System.Text.Json;
using System.Text.RegularExpressions;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Domain.Policies;

/// <summary>An item as the API shows it and as it is kept: the schema is JSON, not text.</summary>
public sealed record ActionTypeDocument(
    string Name, string Title, int Sensitivity, bool Reversible, JsonElement? PayloadSchema, string? AudiencePath, string? Compensation);

/// <summary>The catalogue in the API's form.</summary>
public static partial class ActionTypeReader
{
    public static IReadOnlyList<ActionType> Read(Fields body)
    {
        var items = body.Objects("items", 2000);
        var types = items.Select(ReadType).ToList();
        foreach (var (type, item) in types.Zip(items).GroupBy(p => p.First.Name).Where(g => g.Count() > 1).SelectMany(g => g.Skip(1)))
            item.Fault("name", $"{type.Name} is listed twice.");
        return types;
    }

    public static byte[] Write(IReadOnlyList<ActionType> items) =>
        CanonicalJson.Canonicalize(JsonSerializer.SerializeToUtf8Bytes(new { items = items.Select(Shown) }, RowFacts.Json));

    public static IReadOnlyList<ActionType> Load(ReadOnlyMemory<byte> document)
    {
        using var body = JsonDocument.Parse(document);
        var fields = new Fields(body.RootElement);
        var types = Read(fields);
        return fields.IsValid ? types : throw new JsonException("The stored catalogue can't be read: fail closed.");
    }

    public static ActionTypeDocument Shown(ActionType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new(type.Name, type.Title, type.Sensitivity, type.Reversible,
            type.PayloadSchema is null ? null : JsonElement.Parse(type.PayloadSchema), type.AudiencePath, type.Compensation);
    }

    private static ActionType ReadType(Fields item)
    {
        var name = item.RequiredText("name", 100);
        if (!TypePattern().IsMatch(name))
            item.Fault("name", "An action type such as forum.post, or a pattern of one with *, is expected.");
        string? schema = null;
        if (item.TryGet("payloadSchema", out var value))
        {
            if (value.ValueKind == JsonValueKind.Object)
                schema = ReadSchema(item, value.GetRawText());
            else
                item.Fault("payloadSchema", "A JSON Schema, which is an object, is expected.");
        }

        var path = item.Text("audiencePath", 500);
        if (path is { Length: > 0 } && Json.PayloadPath.Read(path) is null)
            item.Fault("audiencePath", "A JSON Pointer (RFC 6901) such as /to, or a path such as $.to, is expected.");
        return new(name, item.Text("title", 200) ?? name, item.Integer("sensitivity", 50, 0, 100), item.Flag("reversible"), schema, path, item.Text("compensation", 1000));
    }

    private static string? ReadSchema(Fields item, string text)
    {
        try
        {
            PayloadSchema.Of(text);
            return text;
        }
        catch (FormatException e)
        {
            item.Fault("payloadSchema", e.Message);
            return null;
        }
    }

    [GeneratedRegex(@"^[a-z0-9_*]+(\.[a-z0-9_*]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex TypePattern();
}
