using AgentApprovals.Domain.Text;
using Microsoft.AspNetCore.Http.Features;

namespace AgentApprovals.Gateway;

/// <summary>
/// What an agent asks of the gateway, from the request line as it came: the server's own reading of a path has decoded it and resolved its
/// dots, and what was meant can't be told from it any more.
/// </summary>
/// <param name="Path">What follows the connector's name, encoded as it came.</param>
/// <param name="Query">Without the question mark.</param>
internal sealed record GatewayAddress(string Connector, string Path, string Query)
{
    private const string Prefix = "/gateway/";
    private const string Mcp = "mcp";

    /// <summary>
    /// Gives routing and whatever logs addresses the connector alone: paths and queries of requests may hold what no log should, and a path
    /// with dots in it must not lead routing elsewhere.
    /// </summary>
    public static void Cover(IHttpRequestFeature request)
    {
        if (Read(request.RawTarget) is not { } address || address.Connector == Mcp)
            return;
        request.Path = $"{Prefix}{(PlainName.Is(address.Connector) ? address.Connector : "-")}/";
        request.QueryString = "";
    }

    /// <summary>Null where the request line is no address of the gateway, whatever routing took it for.</summary>
    public static GatewayAddress? Of(HttpContext context) =>
        Read(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget) is { } address && address.Connector != Mcp && PlainName.Is(address.Connector) ? address : null;

    private static GatewayAddress? Read(string target)
    {
        if (!target.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? target : target[..question];
        var slash = path.IndexOf('/', Prefix.Length);
        return new(slash < 0 ? path[Prefix.Length..] : path[Prefix.Length..slash], slash < 0 ? "" : path[slash..], question < 0 ? "" : target[(question + 1)..]);
    }
}
