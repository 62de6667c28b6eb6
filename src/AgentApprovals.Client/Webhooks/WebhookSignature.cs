using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AgentApprovals.Client;

/// <summary>
/// Signatures of Standard Webhooks 1.0 (standardwebhooks.com, "Signature scheme"): HMAC-SHA256 over <c>id.timestamp.body</c>,
/// keyed with the bytes that a secret holds in base64 behind <c>whsec_</c>.
/// </summary>
public static class WebhookSignature
{
    /// <summary>What secrets begin with, for secret scanners; no part of the key.</summary>
    public const string Prefix = "whsec_";

    /// <summary>How far the time of a message may be from now before it is taken for a replay, either way.</summary>
    public const int ToleranceSeconds = 300;

    private const string Version = "v1,";

    /// <summary>A new secret with 256 random bits.</summary>
    public static string NewSecret() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>The header <c>webhook-signature</c>: one signature by each secret, so that a receiver that knows any of them can check.</summary>
    /// <param name="secrets">The present one, and while it is changed for another, the one before.</param>
    /// <param name="id">As in the header <c>webhook-id</c>.</param>
    /// <param name="timestamp">Whole seconds since 1970, as in the header <c>webhook-timestamp</c>.</param>
    /// <param name="body">The very bytes that are sent.</param>
    public static string Header(IEnumerable<string> secrets, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        var content = Content(id, timestamp, body);
        return string.Join(' ', secrets.Select(s => Version + Convert.ToBase64String(HMACSHA256.HashData(KeyOf(s), content))));
    }

    /// <summary>Whether one of the header's signatures is <paramref name="secret"/>'s and the message is of this time; compared in constant time.</summary>
    /// <param name="secret">One that the receiver knows.</param>
    /// <param name="id">The header <c>webhook-id</c>.</param>
    /// <param name="timestamp">The header <c>webhook-timestamp</c>.</param>
    /// <param name="header">The header <c>webhook-signature</c>.</param>
    /// <param name="body">The very bytes that came.</param>
    /// <param name="now">By the receiver's clock.</param>
    public static bool Verify(string secret, string id, long timestamp, string header, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(header);
        if (Math.Abs(now.ToUnixTimeSeconds() - timestamp) > ToleranceSeconds)
            return false;
        var expected = Encoding.ASCII.GetBytes(Header([secret], id, timestamp, body));
        var isOne = false;
        foreach (var signature in header.Split(' '))
            isOne |= CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(signature));
        return isOne;
    }

    private static byte[] KeyOf(string secret) =>
        Convert.FromBase64String(secret.StartsWith(Prefix, StringComparison.Ordinal) ? secret[Prefix.Length..] : secret);

    private static byte[] Content(string id, long timestamp, ReadOnlySpan<byte> body) =>
        [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")), .. body];
}
