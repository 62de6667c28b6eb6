using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Domain.Text;

namespace AgentApprovals.Domain.Actions;

/// <summary>
/// A payload in the form that is digested, stored, shown and executed, with what can be told of it before the ledger is
/// asked: made outside the writer, so that large payloads do not hold up others.
/// </summary>
public sealed record PreparedPayload(ReadOnlyMemory<byte> Canonical, string Digest, PayloadFacts Facts, JsonElement Value)
{
    public static PreparedPayload Of(JsonElement payload)
    {
        var canonical = CanonicalJson.Canonicalize(payload);
        using var document = JsonDocument.Parse(canonical, new() { MaxDepth = 64 });
        var value = document.RootElement.Clone();
        return new(canonical, CanonicalJson.Digest(canonical), new(Audience.Guess(value), HiddenText.Found(value), Secrets.Kinds(value)), value);
    }

    /// <summary>The facts, with the audience read where the catalogue says it stands.</summary>
    public PayloadFacts FactsFor(Policies.ActionType? type) => type?.AudiencePath is { } path && Audience.At(Value, path) is { } audience
        ? Facts with { Audience = Math.Max(audience, Facts.Audience ?? 0) }
        : Facts;

    /// <summary>What a schema said of it before the ledger was asked; null: none was asked.</summary>
    public SchemaFit? Fit { get; init; }

    /// <summary>Why it does not fit its type; null where it does. Judged here only where it was not yet, or by another schema.</summary>
    public IReadOnlyDictionary<string, string[]>? FaultsBy(Policies.ActionType? type) => FittedTo(type).Fit?.Faults;

    public PreparedPayload FittedTo(Policies.ActionType? type) => Fit?.Schema == type?.PayloadSchema ? this
        : this with { Fit = type?.PayloadSchema is { } schema ? new(schema, Policies.PayloadSchema.Of(schema).Faults(Value)) : null };

    /// <summary>How a repeat of what was denied is recognised.</summary>
    public static string RepeatKey(string type, string resource, string digest) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{type}\n{resource}\n{digest}")));

    /// <summary>The first 53 bits of the resource's SHA-256: as much as a JSON number carries, so that an entry says the very value.</summary>
    public static long ResourceHash(string resource) =>
        (long)(BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(resource))) >> 11);
}

/// <summary>What a schema of the catalogue says of a payload.</summary>
public sealed record SchemaFit(string Schema, IReadOnlyDictionary<string, string[]>? Faults);

/// <summary>How many people, rows or members a payload reaches.</summary>
public static class Audience
{
    /// <summary>Where the payload of a target stands in what the gateway holds: a request's body, a tool's arguments.</summary>
    private static readonly string[] Wrappings = ["body", "arguments"];

    private static readonly string[] Names =
        ["audience", "recipients", "to", "cc", "bcc", "members", "attendees", "users", "rows", "messages", "count", "ids"];

    /// <summary>What a path leads to in the payload or in what it wraps: a number, or the length of a list; null where it leads nowhere.</summary>
    public static long? At(JsonElement payload, string path) => WithWrapped(payload).Select(p => Reach(p, path)).Max();

    /// <summary>The largest of the members that are commonly named for it, in the payload or in what it wraps.</summary>
    public static long? Guess(JsonElement payload) => WithWrapped(payload).Select(Named).Max();

    private static IEnumerable<JsonElement> WithWrapped(JsonElement payload) => payload.ValueKind != JsonValueKind.Object
        ? [payload]
        : Wrappings.Where(w => payload.TryGetProperty(w, out var inner) && inner.ValueKind == JsonValueKind.Object).Select(payload.GetProperty).Prepend(payload);

    private static long? Reach(JsonElement from, string path)
    {
        var here = from;
        foreach (var step in PayloadPath.Read(path) ?? [])
        {
            if (here.ValueKind == JsonValueKind.Object && here.TryGetProperty(step, out var member))
                here = member;
            else if (here.ValueKind == JsonValueKind.Array && int.TryParse(step, out var index) && index >= 0 && index < here.GetArrayLength())
                here = here[index];
            else
                return null;
        }

        return Size(here);
    }

    private static long? Named(JsonElement payload) => payload.ValueKind != JsonValueKind.Object
        ? null
        : Names.Select(name => payload.TryGetProperty(name, out var member) ? Size(member) : null).Max();

    private static long? Size(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.GetArrayLength(),
        JsonValueKind.Object => value.GetPropertyCount(),
        JsonValueKind.Number when value.TryGetDouble(out var n) && n >= 0 => (long)Math.Min(n, 1e15),
        JsonValueKind.String => value.GetString()!.Split([',', ';'], StringSplitOptions.RemoveEmptyEntries).Length,
        _ => null,
    };
}
