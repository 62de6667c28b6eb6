using System.Collections.Concurrent;
using System.Net;
using System.Text;
using AgentApprovals.Tests.Drivers;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Authorization;

/// <summary>Every route of the real app, by every kind of caller, on their own and on others' things, against the one table of api.md.</summary>
public sealed class MatrixTests : IAsyncLifetime
{
    private Stage _stage = null!;

    public async ValueTask InitializeAsync() => _stage = await Stage.SetAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public void Every_route_has_a_row_and_every_row_a_route()
    {
        var served = Routes().Where(r => r.Path.StartsWith("/api/", StringComparison.Ordinal)).Select(r => $"{r.Method} {r.Path["/api/v1".Length..]}").Order();
        Assert.Equal(RoleTable.Api.Select(r => r.Route).Concat(RoleTable.ElsewhereTested).Order(), served);
    }

    [Fact]
    public async Task Each_caller_is_let_in_or_told_401_403_or_404_as_the_table_says()
    {
        var calls = RoleTable.Api.SelectMany(row => _stage.Callers.SelectMany(caller =>
            (row.Thing == Thing.None ? [true] : new[] { true, false }).Select(isFirst => (Row: row, Caller: caller, IsFirst: isFirst)))).ToList();
        var wrong = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(calls, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (call, _) =>
        {
            var expected = Expect(call.Row, call.Caller, call.IsFirst);
            var (status, body) = await CallAsync(call.Row, call.Caller, call.IsFirst);
            if ((status is 401 or 403 or 404 ? status : 0) != expected || status >= 500)
                wrong.Add($"{call.Row.Route} of {(call.IsFirst ? "the first" : "the other")} by {call.Caller.Name}: {status}, expected {(expected == 0 ? "to be let in" : expected)}. {body}");
        });
        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Order()));
        // The control: a table that lets nobody in would be kept just as well.
        Assert.InRange(calls.Count(c => Expect(c.Row, c.Caller, c.IsFirst) == 0), 200, calls.Count / 2);
    }

    [Fact]
    public async Task What_is_beside_the_API_is_open_or_asks_who_comes()
    {
        var unknown = new List<string>();
        foreach (var endpoint in Endpoints().Where(e => !Path(e).StartsWith("/api/", StringComparison.Ordinal)))
        {
            var isPage = endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null || Path(endpoint).StartsWith("/stop", StringComparison.Ordinal) || Path(endpoint).StartsWith("/account", StringComparison.Ordinal);
            var isAsset = endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null
                || Path(endpoint) == "/{**path:file}" || Path(endpoint).StartsWith("/_framework/", StringComparison.Ordinal);
            if (isAsset)
                continue;
            var asks = endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null;
            if (isPage ? !asks && !RoleTable.OpenPages.Contains(Path(endpoint)) : !RoleTable.OpenBesideTheApi.ContainsKey(Path(endpoint)))
                unknown.Add(Path(endpoint));
        }

        Assert.Empty(unknown);
        foreach (var (path, isOpen) in RoleTable.OpenBesideTheApi)
        {
            using var request = new HttpRequestMessage(path.Contains("negotiate", StringComparison.Ordinal) ? HttpMethod.Post : HttpMethod.Get,
                path.Replace("{documentName}", "v1", StringComparison.Ordinal).Replace("{documentName?}", "", StringComparison.Ordinal).Replace("{**path}", "", StringComparison.Ordinal));
            var answer = await _stage.Callers[0].Person.Client.SendAsync(request);
            Assert.True(isOpen ? answer.IsSuccessStatusCode : answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Redirect, $"{path}: {answer.StatusCode}");
        }
    }

    /// <summary>401, 403, 404, or 0 for being let in.</summary>
    private static int Expect(Row row, Caller caller, bool isFirst)
    {
        if (caller.Comes == Comes.Unknown)
            return 401;
        if (caller.Comes == Comes.AsKey)
            return !row.Who.HasFlag(Who.Key) ? 403 : row.Thing == Thing.None || caller.OfFirst == isFirst ? 0 : 404;
        if (caller.Comes == Comes.AsSession)
            return !row.Who.HasFlag(Who.Session) ? 403 : row.Thing == Thing.None || caller.OfFirst == isFirst ? 0 : 404;
        if ((row.Who & ~(Who.Session | Who.Key)) == Who.Nobody)
            return 403;
        if (row.Who.HasFlag(Who.Anyone))
            return 0;
        // For people, their own is themselves.
        var owns = row.Thing == Thing.Person ? isFirst : isFirst && caller.Sees?.Contains(row.Thing) == true;
        var sees = row.Thing is Thing.None or Thing.Person or Thing.Webhook or Thing.Connector || owns || (caller.Roles & (Who.A | Who.M | Who.R | Who.U)) != 0;
        if (!sees)
            return 404;
        var isOwner = owns && (row.Thing is not (Thing.Action or Thing.Burst) || !caller.Roles.HasFlag(Who.Directing));
        return (row.Who & caller.Roles) != 0 || (isOwner && row.Who.HasFlag(Who.O)) ? 0 : 403;
    }

    private async Task<(int Status, string Body)> CallAsync(Row row, Caller caller, bool isFirst)
    {
        var person = caller.Person;
        // What ends the session that asks is asked by one that nobody needs afterwards.
        if (row.Route == "DELETE /sessions/current" && caller.Comes == Comes.AsSession)
            person = (await _stage.RunAsync()).Agent;
        var (method, path) = (row.Route.Split(' ')[0], row.Route.Split(' ')[1]);
        using var request = new HttpRequestMessage(new(method), "/api/v1" + await FillAsync(path, row.Thing, caller, isFirst));
        if (row.Body is { } body)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        // A stream would have no end; whoever is let in is told that this is no place to resume from.
        if (path == "/events")
            request.Headers.TryAddWithoutValidation("Last-Event-ID", "nowhere");
        var answer = await person.Client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<string> FillAsync(string path, Thing thing, Caller caller, bool isFirst)
    {
        var (agent, session, action, burst, stop, _) = isFirst ? _stage.First : _stage.Other;
        var person = isFirst && caller.PersonId is { } self && !path.EndsWith("/setup-link", StringComparison.Ordinal) ? self : _stage.Bystander;
        if (path.Contains("{keyId}", StringComparison.Ordinal))
            path = path.Replace("{keyId}", await _stage.KeyOfAsync(agent), StringComparison.Ordinal);
        if (path.Contains("{tokenId}", StringComparison.Ordinal))
            path = path.Replace("{tokenId}", await _stage.TokenOfAsync(person), StringComparison.Ordinal);
        var webhook = thing == Thing.Webhook ? await _stage.WebhookAsync() : "";
        if (path.Contains("{deliveryId}", StringComparison.Ordinal))
            path = path.Replace("{deliveryId}", await _stage.DeliveryOfAsync(webhook), StringComparison.Ordinal);
        return path.Replace("{id}", thing switch
        {
            Thing.Agent => agent,
            Thing.Session => session,
            Thing.Action => action,
            Thing.Burst => burst,
            Thing.Stop => stop,
            Thing.Webhook => webhook,
            Thing.Connector => await _stage.ConnectorAsync(),
            _ => person,
        }, StringComparison.Ordinal);
    }

    private IEnumerable<(string Method, string Path)> Routes() => Endpoints()
        .SelectMany(e => (e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["ANY"]).Select(m => (m, Path(e))));

    private IEnumerable<RouteEndpoint> Endpoints()
    {
        _ = _stage.Console.Address;
        return _stage.Console.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();
    }

    private static string Path(RouteEndpoint endpoint) =>
        "/" + (endpoint.RoutePattern.RawText ?? "").Replace(":guid", "", StringComparison.Ordinal).Trim('/');
}
