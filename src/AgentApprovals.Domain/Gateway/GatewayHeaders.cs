namespace AgentApprovals.Domain.Gateway;

/// <summary>Which headers of an agent's request a target gets. Names are compared without case, and <c>_</c> as <c>-</c>, as CGI does.</summary>
public static class GatewayHeaders
{
    /// <summary>Headers to the gateway itself begin so; no target gets them.</summary>
    public const string OurPrefix = "agent-approvals-";

    /// <summary>Of the connection, and not of the request (RFC 9110, section 7.6.1), and what frames its body.</summary>
    private static readonly HashSet<string> HopByHop =
    [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-authentication-info", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
        "content-length", "expect", "http2-settings", "alt-svc", "early-data",
    ];

    /// <summary>An agent says nothing of these: whose host it is, who asks, and where from.</summary>
    private static readonly HashSet<string> NeverTaken =
    [
        "host", "authorization", "cookie", "forwarded", "via", "x-real-ip", "true-client-ip", "x-client-ip", "x-cluster-client-ip", "client-ip", "remote-user", "x-remote-user",
        "traceparent", "tracestate", "baggage",
        // Ours, or of the wait for us.
        "prefer", "idempotency-key",
        // The answer is read and kept as it is.
        "accept-encoding",
    ];

    /// <summary>What some targets take for another method or path than the request's own, which is what was matched.</summary>
    private static readonly HashSet<string> Overrides =
    [
        "x-http-method-override", "x-http-method", "x-method-override", "x-method", "http-method-override", "x-original-url", "x-original-uri", "x-original-method", "x-rewrite-url",
        "x-request-uri", "x-original-path",
    ];

    /// <summary>Whether a header of that name is taken from an agent's request.</summary>
    /// <param name="credentialHeader">Where the connector's credential goes; null: there is none.</param>
    /// <param name="connection">What the request's own <c>Connection</c> header names.</param>
    public static bool IsTaken(string name, string? credentialHeader, IReadOnlyCollection<string>? connection = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        var key = Key(name);
        return !IsReserved(name) && !NeverTaken.Contains(key) && !Overrides.Contains(key) && !key.StartsWith(OurPrefix, StringComparison.Ordinal)
            && !key.StartsWith("x-forwarded-", StringComparison.Ordinal) && !key.StartsWith(':')
            && (credentialHeader is null || key != Key(credentialHeader)) && !(connection?.Any(c => Key(c) == key) ?? false);
    }

    /// <summary>Whether a header is the connection's, and so can carry nothing of ours either.</summary>
    public static bool IsReserved(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var key = Key(name);
        return HopByHop.Contains(key) || key == "host";
    }

    /// <summary>Whether a header of a target's answer is given on. Cookies are not: a target's session in an agent's hands is a credential.</summary>
    public static bool IsGivenOn(string name, string? credentialHeader)
    {
        ArgumentNullException.ThrowIfNull(name);
        var key = Key(name);
        return !HopByHop.Contains(key) && key is not ("set-cookie" or "set-cookie2" or "clear-site-data" or "strict-transport-security")
            && !key.StartsWith(OurPrefix, StringComparison.Ordinal) && (credentialHeader is null || key != Key(credentialHeader));
    }

    /// <summary>As stored requests have it.</summary>
    public static string Key(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.ToLowerInvariant().Replace('_', '-');
    }
}
