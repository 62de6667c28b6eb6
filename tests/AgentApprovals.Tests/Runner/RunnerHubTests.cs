using System.Net;
using AgentApprovals.Client.Runner;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Runner;

/// <summary>Who is let in at the runners' hub, and what a session shows of its runner.</summary>
public sealed class RunnerHubTests : IAsyncLifetime
{
    private readonly ClockedConsole _clocked = new();
    private Scene _scene = null!;

    private TestConsole Console => _clocked.Console;

    public async ValueTask InitializeAsync() => _scene = await _clocked.SceneAsync(new[] { Scene.Rule() });

    public ValueTask DisposeAsync() => _clocked.DisposeAsync();

    [Fact]
    public async Task Only_a_runner_is_given_a_runner_token_and_its_session_shows_it()
    {
        var plain = await _scene.SessionAsync();
        Assert.Null(plain.Opened["runnerToken"]);
        Assert.Null((await _scene.Admin.Get($"sessions/{plain.Id}")).Body!["runner"]);

        var session = await Supervised.OpenAsync(_scene, Supervised.With("pidNamespace", isolated: true));
        Assert.StartsWith("aar_", session.RunnerToken, StringComparison.Ordinal);
        var shown = (await session.LookAsync(_scene))["runner"]!;
        Assert.Equal("""{"host":"build-7","mechanism":"pidNamespace","isolated":true,"leaseExpiresAt":"2026-11-24T09:00:15.000Z","state":"lost"}""", shown.ToJsonString());
        Assert.Null((await session.LookAsync(_scene))["runnerToken"]);

        await using var runner = await session.ConnectAsync(Console);
        _clocked.Pass(2);
        Assert.Equal(new Lease(15, false), await runner.RenewAsync());
        shown = (await session.LookAsync(_scene))["runner"]!;
        Assert.Equal(("connected", "2026-11-24T09:00:17.000Z"), ((string?)shown["state"], (string?)shown["leaseExpiresAt"]));
    }

    [Theory]
    [InlineData("""{ "mechanism": "cgroup" }""", "runner.host")]
    [InlineData("""{ "host": "build-7" }""", "runner.mechanism")]
    [InlineData("""{ "host": "build-7", "mechanism": "job" }""", "runner.mechanism")]
    [InlineData("""{ "host": "build-7", "mechanism": "cgroup", "isolated": "yes" }""", "runner.isolated")]
    [InlineData("\"build-7\"", "runner")]
    public async Task A_runner_says_what_it_is(string runner, string field)
    {
        var answer = await Console.As(_scene.Key).PostRaw("sessions", $$"""{ "onBehalfOf": "dana@example.com", "runner": {{runner}} }""");
        answer.IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        Assert.NotNull(answer.Body!["errors"]![field]);
    }

    [Fact]
    public async Task Nothing_but_a_runner_token_opens_the_hub_and_it_opens_nothing_else()
    {
        var session = await Supervised.OpenAsync(_scene);
        foreach (var token in new[] { session.Run.Opened["token"]!.ToString(), _scene.Key, TestConsole.AdminToken, "aar_unknown", "" })
            await Assert.ThrowsAsync<HttpRequestException>(() => RunnerClient.ConnectAsync(Console, token));
        await using var control = await session.ConnectAsync(Console);

        var asRunner = Console.As(session.RunnerToken);
        foreach (var path in new[] { "sessions/current", "actions", $"sessions/{session.Id}", "agents", "events" })
            (await asRunner.Get(path)).IsRefused(HttpStatusCode.Forbidden, "forbidden");
        (await asRunner.Post("sessions", new { onBehalfOf = "dana@example.com" })).IsRefused(HttpStatusCode.Forbidden, "forbidden");
        (await asRunner.Post("stop")).IsRefused(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task A_second_is_refused_while_the_first_is_heard_and_else_takes_its_place()
    {
        var session = await Supervised.OpenAsync(_scene);
        await using var first = await session.ConnectAsync(Console);
        await first.RenewAsync();
        _clocked.Pass(6);
        await Assert.ThrowsAsync<HttpRequestException>(() => session.ConnectAsync(Console));

        _clocked.Pass(0.1);
        await using var second = await session.ConnectAsync(Console);
        await second.RenewAsync();
        Assert.Empty(await KindsAsync(session, "session.runner_contested"));

        // Refused, or cut off before it was told so.
        await Assert.ThrowsAnyAsync<Exception>(first.RenewAsync);
        Assert.Single(await KindsAsync(session, "session.runner_contested"));
        await first.Closed.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        await second.RenewAsync();
    }

    [Fact]
    public async Task Whoever_has_gone_leaves_its_place()
    {
        var session = await Supervised.OpenAsync(_scene);
        await (await session.ConnectAsync(Console)).DisposeAsync();
        await Eventually.IsAsync(async () =>
        {
            try
            {
                await using var next = await session.ConnectAsync(Console);
                return (await next.RenewAsync()).LeaseSeconds == 15;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task Renewals_are_not_entries()
    {
        var session = await Supervised.OpenAsync(_scene);
        await using var runner = await session.ConnectAsync(Console);
        var before = (await _scene.Admin.Get("ledger/verify")).Is(HttpStatusCode.OK)["entries"]!.ToString();
        for (var i = 0; i < 50; i++)
        {
            _clocked.Pass(5);
            await runner.RenewAsync();
        }

        Assert.Equal(before, (await _scene.Admin.Get("ledger/verify")).Is(HttpStatusCode.OK)["entries"]!.ToString());
        Assert.Equal("connected", await session.StateAsync(_scene));
    }

    [Fact]
    public async Task An_agent_that_requires_a_runner_is_refused_without_one_and_with_one_that_holds_nothing()
    {
        var strict = await _clocked.SceneAsync(agent: new { requiresRunner = true });
        (await Console.As(strict.Key).Post("sessions", new { onBehalfOf = "dana@example.com" })).IsRefused(HttpStatusCode.Forbidden, "runner_required");
        (await Console.As(strict.Key).Post("sessions", new { onBehalfOf = "dana@example.com", runner = Supervised.With("none") })).IsRefused(HttpStatusCode.Forbidden, "runner_required");
        await Supervised.OpenAsync(strict);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(601)]
    public async Task A_lease_has_bounds(int seconds) =>
        (await _scene.Admin.Patch($"agents/{_scene.AgentId}", new { limits = new { leaseSeconds = seconds } })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");

    private async Task<IEnumerable<string>> KindsAsync(Supervised session, string kind) =>
        (await _scene.Admin.Get($"ledger?sessionId={session.Id}")).Is(HttpStatusCode.OK)["items"]!.AsArray().Select(e => (string)e!["kind"]!).Where(k => k == kind);
}
