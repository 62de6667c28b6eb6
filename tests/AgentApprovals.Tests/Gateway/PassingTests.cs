using System.Net;
using AgentApprovals.Tests.Drivers;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace AgentApprovals.Tests.Gateway;

/// <summary>What a connector's rules let pass, and what they do not.</summary>
public sealed class PassingTests(GatewayStage it) : IClassFixture<GatewayStage>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await it.BeginAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_read_goes_to_the_target_with_the_targets_credential_and_not_with_the_agents()
    {
        it.Target.Answers = async context =>
        {
            context.Response.Headers.SetCookie = "session=1";
            context.Response.Headers["X-Api-Key"] = GatewayStage.Secret;
            context.Response.Headers["X-Page"] = "2";
            await context.Response.WriteAsync("""{"threads":[]}""");
        };
        var answer = await it.Ask(HttpMethod.Get, "/threads/a%20b?page=2&q=%26", change: r =>
        {
            foreach (var (name, value) in new[] { ("X-Api-Key", "mine"), ("x_api_key", "mine"), ("Cookie", "a=b"), ("X-HTTP-Method-Override", "DELETE"), ("X-Original-URL", "/admin"), ("X-Forwarded-For", "1.2.3.4"), ("Accept", "text/html") })
                r.Headers.TryAddWithoutValidation(name, value);
        });
        answer.Is(HttpStatusCode.OK);
        Assert.Equal("2", answer.Response.Headers.GetValues("X-Page").Single());
        Assert.False(answer.Response.Headers.Contains("Set-Cookie"));
        Assert.False(answer.Response.Headers.Contains("X-Api-Key"));
        var arrived = Assert.Single(it.Target.Arrived);
        Assert.Equal(("GET", "/threads/a%20b?page=2&q=%26", GatewayStage.Secret, "text/html"), (arrived.Method, arrived.Line, arrived.Headers["x-api-key"], arrived.Headers["accept"]));
        Assert.Empty(arrived.Headers.Keys.Intersect(["authorization", "cookie", "x-http-method-override", "x-original-url", "x-forwarded-for", "x_api_key", "traceparent"]));
        Assert.Equal(new Uri(it.Target.Address).Authority, arrived.Headers["host"]);
    }

    [Theory]
    [InlineData("bearer", null, "abc", "Bearer abc")]
    [InlineData("basic", "forum", "abc", "Basic Zm9ydW06YWJj")]
    [InlineData("basic", null, "forum:abc", "Basic Zm9ydW06YWJj")]
    public async Task A_credential_is_put_where_the_connector_says(string placement, string? name, string value, string header)
    {
        var connector = it.NewName();
        await it.ConnectorAsync(connector, credential: new { placement, name, value });
        Assert.Equal(HttpStatusCode.OK, (await Plain(connector)).StatusCode);
        Assert.Equal(header, it.Target.Arrived.Single().Headers["authorization"]);
    }

    [Fact]
    public async Task A_redirect_is_given_on_and_not_followed_and_an_answer_without_a_body_stays_one()
    {
        it.Target.Answers = context =>
        {
            (context.Response.StatusCode, context.Response.Headers.Location) = (302, "http://169.254.169.254/");
            return Task.CompletedTask;
        };
        var moved = await Plain();
        Assert.Equal((HttpStatusCode.Redirect, "http://169.254.169.254/"), (moved.StatusCode, moved.Headers.Location?.OriginalString));
        it.Target.Answers = context =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        };
        var missing = await Plain();
        Assert.Equal((HttpStatusCode.NotFound, ""), (missing.StatusCode, await missing.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
        Assert.Equal(2, it.Target.Arrived.Count);
    }

    [Fact]
    public async Task What_no_rule_lets_through_is_refused_recorded_and_never_arrives()
    {
        (await it.Ask(HttpMethod.Delete, "/threads/8841")).IsRefused(HttpStatusCode.Forbidden, "not_permitted");
        (await it.Ask(HttpMethod.Post, "/threads", new { })).IsRefused(HttpStatusCode.Forbidden, "not_permitted");
        (await it.Ask(HttpMethod.Get, "/", connector: "nowhere")).IsRefused(HttpStatusCode.NotFound, "not_found");
        (await it.Ask(HttpMethod.Get, "/", change: r => r.Headers.TryAddWithoutValidation("Upgrade", "websocket"))).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        Assert.Equal(400, (await it.RawAsync("get", "/gateway/forum/")).Status);
        Assert.Empty(it.Target.Arrived);
        var kinds = (await it.Scene.Admin.Get($"ledger?limit=200&sessionId={it.Run.Id}")).Is(HttpStatusCode.OK)["items"]!.AsArray().Where(e => e!.Text("kind") == "gateway.refused").ToList();
        Assert.Equal(["not_permitted", "not_permitted", "invalid_request", "invalid_request"], kinds.Select(k => k!["data"]!.Text("code")));
        Assert.DoesNotContain("8841", kinds[0]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_calls_without_a_permit_none_arrives()
    {
        var times = Soak.Times(40);
        await Soak.RunAsync(times, 16, async i => Assert.Equal(HttpStatusCode.Forbidden, (await it.Ask(i % 2 == 0 ? HttpMethod.Delete : HttpMethod.Patch, $"/threads/{i}", new { i })).Status));
        Assert.Empty(it.Target.Arrived);
        // The control: the same calls arrive where a rule lets them pass.
        await it.ConnectorAsync("open", rules: [new { methods = new[] { "*" }, path = "/**", pass = true }]);
        await Soak.RunAsync(times, 16, async i => Assert.Equal(HttpStatusCode.OK, (await Plain("open", i % 2 == 0 ? HttpMethod.Delete : HttpMethod.Patch, $"/threads/{i}")).StatusCode));
        Assert.Equal(times, it.Target.Arrived.Count);
    }

    [Theory]
    [InlineData("/gateway/forum/a/../b")]
    [InlineData("/gateway/forum/../forum/b")]
    [InlineData("/gateway/forum/../../api/v1/agents")]
    [InlineData("/gateway/forum/%2e%2e/%2e%2e/b")]
    [InlineData("/gateway/forum/a%2fb")]
    [InlineData("/gateway/forum/a%5cb")]
    [InlineData("/gateway/forum/a%252fb")]
    [InlineData("/gateway/forum//a")]
    [InlineData("/gateway/forum/a;b")]
    public async Task A_path_that_can_be_read_in_two_ways_is_refused(string target)
    {
        Assert.Equal(400, (await it.RawAsync("GET", target)).Status);
        Assert.Empty(it.Target.Arrived);
        Assert.Equal(200, (await it.RawAsync("GET", "/gateway/forum/a/b")).Status);
    }

    [Theory]
    [InlineData("/gateway/x/../forum/b")]
    [InlineData("/gateway/Forum/b")]
    [InlineData("/gateway/%66orum/b")]
    [InlineData("/Gateway/forum/b")]
    [InlineData("/%67ateway/forum/b")]
    [InlineData("/x/../gateway/forum/b")]
    [InlineData("/gateway/mcp/../forum/b")]
    public async Task A_connector_is_named_in_one_way(string target)
    {
        Assert.Equal(404, (await it.RawAsync("GET", target)).Status);
        Assert.Empty(it.Target.Arrived);
    }

    [Fact]
    public async Task Neither_people_nor_keys_come_in()
    {
        foreach (var token in new[] { TestConsole.AdminToken, it.Scene.Key })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(it.Console.Address, "/gateway/forum/"));
            (await it.Console.As(token).Send(request)).IsRefused(HttpStatusCode.Forbidden, "forbidden");
        }

        using var anonymous = new HttpRequestMessage(HttpMethod.Get, new Uri(it.Console.Address, "/gateway/forum/"));
        (await it.Console.As(null).Send(anonymous)).IsRefused(HttpStatusCode.Unauthorized, "unauthenticated");
        Assert.Empty(it.Target.Arrived);
    }

    [Fact]
    public async Task A_target_that_is_not_there_is_told_as_502()
    {
        var name = it.NewName();
        await it.ConnectorAsync(name, baseAddress: "http://127.0.0.1:9/");
        (await it.Ask(HttpMethod.Get, "/", connector: name)).IsRefused(HttpStatusCode.BadGateway, "unreachable_target");
    }

    [Fact]
    public async Task A_stop_cuts_streams_both_ways_and_says_how_many()
    {
        var count = Soak.Times(5);
        it.Target.Answers = async context =>
        {
            await context.Response.WriteAsync("begun");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        var streams = new List<Stream>();
        for (var i = 0; i < count; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(it.Console.Address, $"/gateway/forum/{i}"));
            var answer = await it.Run.Agent.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            var stream = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
            Assert.Equal(5, await stream.ReadAtLeastAsync(new byte[5], 5, cancellationToken: TestContext.Current.CancellationToken));
            streams.Add(stream);
        }

        var receipt = (await it.Scene.Admin.Post($"sessions/{it.Run.Id}/stop", new { })).Is(HttpStatusCode.Accepted);
        var layer = receipt["layers"]!.AsArray().Single(l => l!.Text("layer") == "gateway")!;
        Assert.Equal(("confirmed", $"{count} requests aborted"), (layer.Text("state"), layer.Text("detail")));
        TestContext.Current.TestOutputHelper?.WriteLine($"{count} streams cut after {layer["afterMs"]} ms");
        foreach (var stream in streams)
            await Assert.ThrowsAnyAsync<IOException>(async () => await stream.ReadExactlyAsync(new byte[1], TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(5)));
        (await it.Ask(HttpMethod.Get, "/")).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        Assert.Equal(count, it.Target.Arrived.Count);
    }

    [Fact]
    public async Task An_answer_without_end_ends_with_its_session()
    {
        it.Target.Answers = async context =>
        {
            await context.Response.WriteAsync("begun");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(it.Console.Address, "/gateway/forum/1"));
        using var answer = await it.Run.Agent.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var stream = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await stream.ReadExactlyAsync(new byte[5], TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, (await it.Run.Agent.Delete("sessions/current")).Status);
        await Assert.ThrowsAnyAsync<IOException>(async () => await stream.ReadExactlyAsync(new byte[1], TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
    }

    private async Task<HttpResponseMessage> Plain(string connector = "forum", HttpMethod? method = null, string path = "/")
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, new Uri(it.Console.Address, $"/gateway/{connector}{path}"));
        return await it.Run.Agent.Client.SendAsync(request);
    }
}
