namespace AgentApprovals.Console;

/// <summary>What every answer tells a browser, and which pages of other sites may not reach us with a person's cookie.</summary>
public static class BrowserGuards
{
    // MudBlazor sets its theme and positions in style attributes; scripts come from our own files alone.
    private const string Policy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public static void UseContentSecurity(this WebApplication app) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments("/docs")
            ? Policy.Replace("script-src 'self'", $"script-src 'self' 'nonce-{DocsNonce(context)}'", StringComparison.Ordinal)
            : Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        return next(context);
    });

    /// <summary>The API reference starts itself by a script in its page, the only one that we serve: it runs by a nonce of this one answer.</summary>
    public static string DocsNonce(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return (string)(context.Items["docs-nonce"] ??= Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16)));
    }

    /// <summary>A page of another site can open a WebSocket here, and the browser would send the cookie along: refused (OWASP ASVS 5.0, 4.4.2).</summary>
    public static void UseForeignOriginRefusal(this WebApplication app) => app.Use((context, next) =>
    {
        var request = context.Request;
        var isLive = request.Path.StartsWithSegments("/_blazor") || request.Path.StartsWithSegments("/hubs");
        var origin = request.Headers.Origin.ToString();
        if (!isLive || origin.Length == 0 || string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase))
            return next(context);
        return Hosting.Problems.WriteAsync(context, Domain.Ledger.Refusals.Forbidden("This address does not answer pages of other sites."));
    });
}
