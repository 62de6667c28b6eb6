using System.Globalization;

namespace AgentApprovals.Hosting;

/// <summary>Ids in addresses have one spelling: what is written otherwise (without hyphens, in braces) is not found.</summary>
internal sealed class IdConstraint : IRouteConstraint
{
    public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        values.TryGetValue(routeKey, out var value)
        && Guid.TryParseExact(Convert.ToString(value, CultureInfo.InvariantCulture), "D", out _);
}
