using System.Globalization;
using System.Text;

namespace AgentApprovals.Benchmarks.Load;

/// <summary>
/// A submission of about 1 KB as bytes on the wire, whose idempotency key and resource are overwritten for each request: the
/// same bytes for every server that is compared.
/// </summary>
internal sealed class Submission
{
    /// <summary>Different resources that the agents use.</summary>
    public const int Resources = 1000;

    private const string KeyMark = "KKKKKKKKKKKKKKKKKKKK";
    private const string ResourceMark = "RRRR";
    private readonly byte[] _bytes;
    private readonly int _keyAt;
    private readonly int _resourceAt;

    public Submission(string token, string? directedBy = null)
    {
        var body = $$"""
            {"type":"forum.post","resource":"forum://engineering/threads/{{ResourceMark}}","summary":"Answer the question about the ACL cache",
            "reason":"The thread has waited two hours and nobody of the team has answered; the answer is in the runbook.",
            "payload":{"title":"Re: the ACL cache serves old entries","body":"{{string.Concat(Enumerable.Repeat("Flush the cache on every node, then check that the new entries are served. ", 7))}}",
            "tags":["acl","cache","runbook"],"audience":["engineering","operations"],"notify":true,"priority":3},"directedBy":"{{directedBy ?? "dana@example.com"}}"}
            """.ReplaceLineEndings("");
        var text = $"POST /api/v1/actions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {KeyMark}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";
        _bytes = Encoding.UTF8.GetBytes(text);
        _keyAt = text.IndexOf(KeyMark, StringComparison.Ordinal);
        _resourceAt = text.IndexOf(ResourceMark, StringComparison.Ordinal);
    }

    /// <summary>The request with a key of its own; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Next(long key)
    {
        key.TryFormat(_bytes.AsSpan(_keyAt, KeyMark.Length), out _, "D20", CultureInfo.InvariantCulture);
        (key % Resources).TryFormat(_bytes.AsSpan(_resourceAt, ResourceMark.Length), out _, "D4", CultureInfo.InvariantCulture);
        return _bytes;
    }
}
