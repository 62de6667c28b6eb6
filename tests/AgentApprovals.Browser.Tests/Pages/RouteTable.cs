using System.Text.RegularExpressions;
using AgentApprovals.Browser.Tests.Drivers;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace AgentApprovals.Browser.Tests.Pages;

/// <summary>What the pages of the walk are about.</summary>
/// <param name="Denied">An action that was denied.</param>
/// <param name="Supervised">A session that a runner opened; the other sessions have none.</param>
/// <param name="Link">A set-up link of somebody who has no password yet.</param>
public sealed record Contents(Asker Agent, string Action, string Denied, string Stop, string Link, string Webhook, string Burst, string Connector, string Supervised);

/// <summary>Every page that the app serves to people, with addresses at which it shows something.</summary>
internal static partial class RouteTable
{
    /// <summary>Whatever is no page: a page that says so.</summary>
    public const string Nowhere = "/{**path}";

    /// <summary>By route: as whom, and where. A page without a row here fails <see cref="EveryPageTests"/>.</summary>
    public static IReadOnlyDictionary<string, (bool IsSignedIn, Func<Contents, string[]> Addresses)> Rows { get; } =
        new Dictionary<string, (bool, Func<Contents, string[]>)>
        {
            ["/"] = (true, c => ["/", $"/?id={c.Action}", $"/?id={c.Denied}", "/?show=all", "/?show=held&risk=critical", $"/?burst={c.Burst}"]),
            [Nowhere] = (true, _ => ["/nothing/is/here"]),
            ["/actions"] = (true, _ => ["/actions", "/actions?status=denied&type=payment.send", "/actions?directed=none&only=decided&slower=1"]),
            ["/bursts"] = (true, c => ["/bursts", $"/bursts?agent={c.Agent.Id}"]),
            ["/observations"] = (true, c => ["/observations", $"/observations?only=bypasses&agent={c.Agent.Id}&days=30"]),
            ["/decisions"] = (true, _ => ["/decisions", "/decisions?only=agreed&verdict=approve&hour=9&from=2026-01-01"]),
            ["/agents"] = (true, _ => ["/agents", "/agents?sort=risk&risk=medium&without=runner"]),
            ["/agents/{id}"] = (true, c => [$"/agents/{c.Agent.Id}", $"/agents/{c.Agent.Id}?tab=sessions"]),
            ["/risk"] = (true, _ => ["/risk", "/risk?days=7"]),
            ["/sessions"] = (true, _ => ["/sessions"]),
            ["/sessions/{id}"] = (true, c => [$"/sessions/{c.Agent.Run.Id}", $"/sessions/{c.Supervised}"]),
            ["/ledger"] = (true, _ => ["/ledger"]),
            ["/people"] = (true, _ => ["/people"]),
            ["/connectors"] = (true, _ => ["/connectors", "/connectors?new=true"]),
            ["/connectors/{id}"] = (true, c => [$"/connectors/{c.Connector}"]),
            ["/webhooks"] = (true, _ => ["/webhooks", "/webhooks?new=true"]),
            ["/webhooks/{id}"] = (true, c => [$"/webhooks/{c.Webhook}"]),
            ["/policies"] = (true, _ => ["/policies"]),
            ["/stop"] = (true, c => ["/stop", $"/stop?agent={c.Agent.Id}&session={c.Agent.Run.Id}"]),
            ["/stops"] = (true, _ => ["/stops"]),
            ["/stops/{id}"] = (true, c => [$"/stops/{c.Stop}"]),
            ["/incidents/{id}"] = (true, c => [$"/incidents/{c.Stop}"]),
            ["/account"] = (true, _ => ["/account"]),
            ["/account/sign-in"] = (false, _ => ["/account/sign-in"]),
            ["/account/setup"] = (false, c => [c.Link]),
        };

    /// <summary>The routes of the running app that answer a browser with a page of ours.</summary>
    public static IReadOnlyList<string> Of(Stage stage) =>
    [
        .. stage.Console.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>().Where(IsPage)
            .Select(e => "/" + Constraint().Replace(e.RoutePattern.RawText!.Trim('/'), "").ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal),
    ];

    private static bool IsPage(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null || (
        endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null
        && endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") == true
        && !Machines().IsMatch(endpoint.RoutePattern.RawText!.TrimStart('/')));

    [GeneratedRegex(":[a-z]+")]
    private static partial Regex Constraint();

    // What programs call, and pages that others wrote: the API's browser and Hangfire's board.
    [GeneratedRegex("^(\\.well-known|api|gateway|hubs|mcp|openapi|docs|health|jobs|_blazor|_framework|_content)(/|$)")]
    private static partial Regex Machines();
}
