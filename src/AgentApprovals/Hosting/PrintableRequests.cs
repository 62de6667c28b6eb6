using Microsoft.AspNetCore.Http.Features;

namespace AgentApprovals.Hosting;

/// <summary>
/// Addresses without control characters. The framework logs each request's address, decoded, before anything of ours runs, whoever asked:
/// an escape sequence in it would act in the terminal of whoever reads the log. No address of ours has one, so it is the same answer.
/// </summary>
internal sealed class PrintableRequests(IServiceProvider services) : IHttpContextFactory
{
    private readonly DefaultHttpContextFactory _contexts = new(services);

    public HttpContext Create(IFeatureCollection featureCollection)
    {
        var request = featureCollection.GetRequiredFeature<IHttpRequestFeature>();
        Gateway.GatewayAddress.Cover(request);
        if (request.Path.Any(char.IsControl))
            request.Path = Printable(request.Path);
        if (request.QueryString.Any(char.IsControl))
            request.QueryString = Printable(request.QueryString);
        return _contexts.Create(featureCollection);
    }

    public void Dispose(HttpContext httpContext) => _contexts.Dispose(httpContext);

    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c));
}
