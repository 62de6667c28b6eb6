using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Domain.Json;

namespace AgentApprovals.Domain.Gateway;

/// <summary>
/// A body as a payload shows it: as JSON where it is JSON, as text where it is text, else as base64. What is sent are the bytes that
/// this stands for; of JSON that is its canonical form (RFC 8785), so that what was read is what a target reads.
/// </summary>
/// <param name="Value">Null where there is no body.</param>
/// <param name="Encoding"><c>base64</c> or null.</param>
public sealed record StoredBody(JsonNode? Value, string? Encoding, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>A target's body can be nested no deeper than a payload, of which it is a part.</summary>
    private const int MostDepth = IJson.MaxDepth - 2;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static StoredBody None { get; } = new(null, null, default);

    public string? Digest => Bytes.IsEmpty ? null : CanonicalJson.Digest(Bytes.Span);

    /// <summary>Reads what an agent sent.</summary>
    /// <param name="fault">Why it is refused: it says that it is JSON, and another parser could read something else.</param>
    public static StoredBody? Read(ReadOnlyMemory<byte> bytes, string? contentType, out string? fault)
    {
        fault = null;
        if (bytes.IsEmpty)
            return None;
        if (!IsJson(contentType))
            return Of(bytes, contentType);
        fault = IsUtf8(contentType) ? FaultOf(bytes) : "JSON is sent as UTF-8.";
        if (fault is not null)
            return null;
        var canonical = CanonicalJson.Canonicalize(bytes);
        return new(JsonNode.Parse(canonical), null, canonical);
    }

    /// <summary>Shows what a target answered: nothing of it is refused.</summary>
    public static StoredBody Show(ReadOnlyMemory<byte> bytes, string? contentType)
    {
        if (bytes.IsEmpty)
            return None;
        return IsJson(contentType) && IsUtf8(contentType) && FaultOf(bytes) is null ? new(JsonNode.Parse(bytes.Span), null, bytes) : Of(bytes, contentType);
    }

    /// <summary>Reads what a payload shows, with the content type that stands in it.</summary>
    public static StoredBody? OfPayload(JsonElement value, string? encoding, string? contentType, out string? fault)
    {
        fault = null;
        if (value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            return None;
        if (encoding is null && IsJson(contentType))
        {
            var canonical = CanonicalJson.Canonicalize(value);
            return new(JsonNode.Parse(canonical), null, canonical);
        }

        if (value.ValueKind != JsonValueKind.String)
            fault = "A body that is not JSON is a string.";
        else if (encoding is not (null or "base64"))
            fault = "encoding is base64, or is left out.";
        else if (encoding is null)
            return new(JsonValue.Create(value.GetString()), null, Strict.GetBytes(value.GetString()!));
        else if (value.TryGetBytesFromBase64(out var bytes))
            return bytes.Length == 0 ? None : new(JsonValue.Create(value.GetString()), "base64", bytes);
        else
            fault = "The body is not base64.";
        return null;
    }

    private static StoredBody Of(ReadOnlyMemory<byte> bytes, string? contentType)
    {
        if (IsUtf8(contentType) && TextOf(bytes.Span) is { } text)
            return new(JsonValue.Create(text), null, bytes);
        return new(JsonValue.Create(Convert.ToBase64String(bytes.Span)), "base64", bytes);
    }

    private static string? FaultOf(ReadOnlyMemory<byte> bytes)
    {
        if (IJson.Check(bytes.Span) is { } fault)
            return fault.Message;
        try
        {
            using var parsed = JsonDocument.Parse(bytes, new() { MaxDepth = MostDepth });
            return parsed.RootElement.ValueKind == JsonValueKind.Null ? "A body of null can't be told from none." : null;
        }
        catch (JsonException)
        {
            return $"It is not JSON, or nested deeper than {MostDepth} levels.";
        }
    }

    private static string? TextOf(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var text = Strict.GetString(bytes);
            return text.Any(c => char.IsControl(c) && c is not ('\t' or '\r' or '\n')) ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static bool IsJson(string? contentType)
    {
        var type = (contentType ?? "").Split(';')[0].Trim();
        return type.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.Equals("text/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsUtf8(string? contentType)
    {
        var charset = (contentType ?? "").Split(';').Skip(1).Select(p => p.Split('=', 2, StringSplitOptions.TrimEntries))
            .FirstOrDefault(p => p.Length == 2 && p[0].Equals("charset", StringComparison.OrdinalIgnoreCase))?[1].Trim('"');
        return charset is null || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase);
    }
}
