using AgentApprovals.Domain.Gateway;
using Yarp.ReverseProxy.Forwarder;

namespace AgentApprovals.Gateway;

/// <summary>A request that passes, on its way to a target, and the answer on its way back.</summary>
internal sealed class GatewayTransformer(ConnectorState connector, GatewayPath path, string query, Credentials credentials) : HttpTransformer
{
    public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        var request = httpContext.Request;
        proxyRequest.RequestUri = Targets.AddressOf(connector.BaseAddress, path, query);
        var connection = Targets.NamedByConnection(request);
        foreach (var (name, values) in request.Headers)
        {
            if (!GatewayHeaders.IsTaken(name, connector.CredentialHeader, connection))
                continue;
            if (!proxyRequest.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
                proxyRequest.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }

        if (proxyRequest.Content is { } content && request.ContentLength is { } length)
            content.Headers.ContentLength = length;
        await credentials.PutAsync(connector, proxyRequest.Headers);
    }

    public override ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null)
            return ValueTask.FromResult(false);
        var to = httpContext.Response.Headers;
        foreach (var (name, values) in proxyResponse.Headers.NonValidated.Concat(proxyResponse.Content.Headers.NonValidated))
        {
            // What the console tells browsers of itself stands: no target speaks for this origin.
            if (GatewayHeaders.IsGivenOn(name, connector.CredentialHeader) && !to.ContainsKey(name))
                to[name] = values.ToArray();
        }

        httpContext.Response.ContentLength = proxyResponse.Content.Headers.ContentLength;
        return ValueTask.FromResult(true);
    }

    /// <summary>A trailer is told after everything was judged: none is given on.</summary>
    public override ValueTask TransformResponseTrailersAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken) => default;
}

/// <summary>How requests to targets are addressed, alike for those that pass and those that were stored.</summary>
internal static class Targets
{
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>The very path and query that were matched: nothing on the way may read them anew.</summary>
    public static Uri AddressOf(string baseAddress, GatewayPath path, string query) =>
        Uri.TryCreate($"{baseAddress.TrimEnd('/')}{path.Encoded}{(query.Length == 0 ? "" : "?")}{query}", AsWritten, out var address)
            ? address
            : throw new InvalidOperationException("A connector's address and a path that was judged are an address.");

    public static IReadOnlyList<string> NamedByConnection(HttpRequest request) =>
        [.. request.Headers.Connection.SelectMany(c => (c ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
}
