using System.Text.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Domain.Gateway;

/// <summary>A request that waits for people: what the payload shows is all that will be sent, but for what the gateway itself adds (host, credential, length).</summary>
/// <param name="Query">As it stands in the address, without the question mark; empty: none.</param>
/// <param name="Headers">By names in lower case.</param>
public sealed record StoredRequest(string Method, GatewayPath Path, string Query, IReadOnlyDictionary<string, string> Headers, StoredBody Body)
{
    private const int MostQuery = 4000;
    private const int MostHeader = 8000;

    /// <summary>The payload of the action.</summary>
    public PreparedPayload ToPayload()
    {
        var payload = new JsonObject
        {
            ["method"] = Method,
            ["path"] = Path.Decoded,
            ["query"] = Query,
            ["headers"] = new JsonObject(Headers.Select(h => KeyValuePair.Create<string, JsonNode?>(h.Key, h.Value))),
            ["body"] = Body.Value?.DeepClone(),
            ["bodyDigest"] = Body.Digest,
        };
        if (Body.Encoding is { } encoding)
            payload["encoding"] = encoding;
        return PreparedPayload.Of(JsonSerializer.SerializeToElement(payload));
    }

    /// <summary>What a payload that was made here says. Null where it says something else: nothing of it is sent.</summary>
    public static StoredRequest? Of(JsonElement payload)
    {
        if (payload.ValueKind != JsonValueKind.Object || Text(payload, "method") is not { Length: > 0 } method || Text(payload, "path") is not { } text
            || GatewayPath.OfDecoded(text, out _) is not { } path || !payload.TryGetProperty("headers", out var named) || named.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var query = Text(payload, "query") ?? "";
        var headers = named.EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString() ?? "", StringComparer.Ordinal);
        payload.TryGetProperty("body", out var value);
        var body = StoredBody.OfPayload(value, Text(payload, "encoding"), headers.GetValueOrDefault("content-type"), out _);
        return body is null || FaultOfQuery(query) is not null || headers.Any(h => FaultOfHeader(h.Value) is not null) || body.Digest != Text(payload, "bodyDigest")
            ? null
            : new(method, path, query, headers, body);
    }

    /// <summary>
    /// The request as an approver wants it: another query, body or value of a header that is there, and nothing else. The body's digest
    /// is computed here, whatever the edit says.
    /// </summary>
    public Result<StoredRequest> EditedBy(JsonElement edit)
    {
        if (edit.ValueKind != JsonValueKind.Object)
            return Refusals.EditRefused("A request is an object; nothing was changed.");
        if ((Text(edit, "method") is { } method && method != Method) || (Text(edit, "path") is { } path && path != Path.Decoded) || IsOther(edit, "method") || IsOther(edit, "path"))
            return Refusals.EditRefused("Another method or path is another request: only query, body and the values of headers can be changed. Nothing was changed.");
        var query = edit.TryGetProperty("query", out var q) ? q.ValueKind == JsonValueKind.Null ? "" : Text(edit, "query") : Query;
        if (query is null || FaultOfQuery(query) is not null)
            return Refusals.EditRefused("The query can't be sent as it is; nothing was changed.");
        var headers = Headers;
        if (edit.TryGetProperty("headers", out var named))
        {
            if (named.ValueKind != JsonValueKind.Object || named.EnumerateObject().Any(h => h.Value.ValueKind != JsonValueKind.String || FaultOfHeader(h.Value.GetString()!) is not null))
                return Refusals.EditRefused("Headers are texts of printable ASCII characters; nothing was changed.");
            headers = named.EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString()!, StringComparer.Ordinal);
            if (headers.Keys.FirstOrDefault(h => !Headers.ContainsKey(h)) is { } added)
                return Refusals.EditRefused($"The request has no header {added}, and none can be added. Nothing was changed.");
        }

        var value = edit.TryGetProperty("body", out var b) ? b : default;
        var body = StoredBody.OfPayload(value, Text(edit, "encoding"), headers.GetValueOrDefault("content-type"), out var fault);
        return body is null ? Refusals.EditRefused($"{fault} Nothing was changed.") : this with { Query = query, Headers = headers, Body = body };
    }

    /// <summary>Why a query can't be part of an address; null where it can.</summary>
    public static string? FaultOfQuery(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return query.Length > MostQuery ? $"A query has at most {MostQuery} characters." : query.Any(c => c is <= ' ' or > '~' or '#') ? "A query holds no spaces, fragments or characters that have to be encoded." : null;
    }

    /// <summary>Why a header can't have this value; null where it can.</summary>
    public static string? FaultOfHeader(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Length > MostHeader ? $"A header has at most {MostHeader} characters." : value.Any(c => c is (< ' ' and not '\t') or > '~') ? "A header holds printable ASCII characters." : null;
    }

    private static bool IsOther(JsonElement edit, string name) => edit.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.String;

    private static string? Text(JsonElement from, string name) => from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
