using System.Text.Json;
using AgentApprovals.Client;
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

    /// <summary>As the API shows it.</summary>
    public ResponseDocument ToDocument()
    {
        var headers = Headers.GroupBy(h => h.Key.ToLowerInvariant(), StringComparer.Ordinal).ToDictionary(g => g.Key, g => string.Join(", ", g.Select(h => h.Value)), StringComparer.Ordinal);
        var body = StoredBody.Show(Body, headers.GetValueOrDefault("content-type"));
        return new(Status, headers, IsTruncated, body.Value?.Deserialize<JsonElement>(), body.Encoding);
    }
}
