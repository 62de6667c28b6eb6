using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Routing.Template;

namespace AgentApprovals.Hosting;

/// <summary>
/// Which methods an address takes. Routing alone calls any address a wrong method where some pattern could stand for it (static files may lie
/// anywhere, and an id that is none is only seen later), so what has no endpoint is looked up again among the routes of the machines.
/// </summary>
public sealed class ServedMethods(EndpointDataSource endpoints, ParameterPolicyFactory policies)
{
    /// <summary>The methods of the address, in the order of their names; empty where there is no such address.</summary>
    public IReadOnlyList<string> Of(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return
        [
            .. endpoints.Endpoints.OfType<RouteEndpoint>().Where(e => StandsFor(e.RoutePattern, context))
                .SelectMany(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
    }

    private bool StandsFor(RoutePattern pattern, HttpContext context)
    {
        // A pattern that could be anything names no address.
        if (pattern.PathSegments is [{ IsSimple: true } first, ..] && first.Parts[0] is RoutePatternParameterPart { IsCatchAll: true })
            return false;
        var values = new RouteValueDictionary();
        return new TemplateMatcher(new RouteTemplate(pattern), []).TryMatch(context.Request.Path, values)
            && pattern.ParameterPolicies.All(named => named.Value.All(policy =>
                policies.Create(pattern.GetParameter(named.Key), policy) is not IRouteConstraint constraint || constraint.Match(context, null, named.Key, values, RouteDirection.IncomingRequest)));
    }
}
