using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Ledger;

/// <summary>A public key as a JWK (RFC 7517); <paramref name="Kid"/> is its RFC 7638 thumbprint.</summary>
public sealed record SigningKey(string Kid, string X, string Y)
{
    public static SigningKey Of(ECPoint point)
    {
        var (x, y) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        var thumbprint = SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}"""));
        return new(Base64Url.EncodeToString(thumbprint), x, y);
    }

    /// <summary>What a checkpoint's signature is over.</summary>
    public static byte[] StatementOf(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        // Name by name: what is serialized with our options leaves out what can only be read.
        return CanonicalJson.Canonicalize(JsonSerializer.SerializeToUtf8Bytes<JsonNode>(new JsonObject { ["at"] = checkpoint.At.ToString(), ["hash"] = checkpoint.Hash, ["sequence"] = checkpoint.Sequence }));
    }

    /// <summary>The keys of a JWK set (RFC 7517, section 5), by their thumbprints: what a key calls itself is not believed.</summary>
    /// <exception cref="FormatException">It is no set of P-256 keys.</exception>
    public static IReadOnlyDictionary<string, SigningKey> ReadSet(byte[] json)
    {
        try
        {
            var keys = JsonNode.Parse(json)!["keys"]!.AsArray().Select(k => Of(new ECPoint
            {
                X = Base64Url.DecodeFromChars((string)k!["x"]!),
                Y = Base64Url.DecodeFromChars((string)k["y"]!),
            })).ToDictionary(k => k.Kid);
            return keys.Count > 0 ? keys : throw new FormatException("It holds no key.");
        }
        catch (Exception e) when (e is JsonException or NullReferenceException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException("It is not a JWK set of P-256 keys, as /.well-known/agent-approvals-keys gives it.", e);
        }
    }

    /// <summary>Whether this key signed that statement; false for anything that is no signature.</summary>
    public bool Verifies(ReadOnlySpan<byte> statement, string signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        if (!Base64Url.IsValid(signature))
            return false;
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new() { X = Base64Url.DecodeFromChars(X), Y = Base64Url.DecodeFromChars(Y) },
        });
        return key.VerifyData(statement, Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256);
    }
}
