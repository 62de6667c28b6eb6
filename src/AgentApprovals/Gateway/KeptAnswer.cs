using System.Text.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Domain.Gateway;

namespace AgentApprovals.Gateway;

/// <summary>What a target answered to a stored request, as far as it is kept.</summary>
/// <param name="Headers">Those that are given on; each line of its own.</param>
/// <param name="IsTruncated">There was more of the body.</param>
public sealed record KeptAnswer(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body, bool IsTruncated)
{
    /// <summary>So many bytes of a body are kept, as many as a payload may have.</summary>
    public const int MostBytes = 262_144;

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this);

    public static KeptAnswer OfBytes(byte[] bytes) => JsonSerializer.Deserialize<KeptAnswer>(bytes) ?? throw new JsonException("An answer can't be null.");
}

/// <summary>A target's answer as the API shows it.</summary>
/// <param name="Body">As JSON where it is JSON, as text where it is text, else base64; null: there was none.</param>
/// <param name="Encoding"><c>base64</c>, or null.</param>
/// <param name="Truncated">There was more of the body than is kept.</param>
public sealed record ResponseDocument(int Status, IReadOnlyDictionary<string, string> Headers, JsonNode? Body, string? Encoding, bool Truncated)
{
    public static ResponseDocument Of(KeptAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var headers = answer.Headers.GroupBy(h => h.Key.ToLowerInvariant(), StringComparer.Ordinal).ToDictionary(g => g.Key, g => string.Join(", ", g.Select(h => h.Value)), StringComparer.Ordinal);
        var body = StoredBody.Show(answer.Body, headers.GetValueOrDefault("content-type"));
        return new(answer.Status, headers, body.Value, body.Encoding, answer.IsTruncated);
    }
}

/// <summary>The answer to a redeem of what the gateway executes: the action as it is now, and what the target answered.</summary>
public sealed record SentDocument(Client.ActionDocument Action, ResponseDocument Response);
