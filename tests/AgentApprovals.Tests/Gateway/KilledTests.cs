using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Hosting;
using Xunit;

namespace AgentApprovals.Tests.Gateway;

/// <summary>
/// The published console is killed (SIGKILL) at each point of sending stored requests, some at once. Whatever came of it: nothing arrives
/// twice, and what may have arrived and nobody knows is shown to people as unknown.
/// </summary>
public sealed class KilledTests(PublishedConsole published) : IClassFixture<PublishedConsole>, IAsyncLifetime
{
    private const int AtOnce = 4;
    private readonly string _folder = Directory.CreateTempSubdirectory("agent-approvals-").FullName;
    private readonly HeldTarget _target = new();
    private readonly Dictionary<string, int> _became = [];
    private ServingConsole _console = null!;
    private string _token = "";
    private int _thread;

    public async ValueTask InitializeAsync()
    {
        _console = await published.ServeAsync(PublishedConsole.Settings(_folder));
        var admin = _console.Admin;
        (await admin.Put("policies", new { version = 0, rules = new[] { Scene.Rule(permit: 3600, extra: new { burst = new { count = 10_000 } }) } })).Is(HttpStatusCode.OK);
        var agent = (await admin.Post("agents", new { name = "poster", owner = "o@example.com", limits = new { maxPending = 100_000, maxActionsPerMinute = 1_000_000, sessionSeconds = 86_400 } })).Is(HttpStatusCode.Created).Text("id");
        (await admin.Put($"agents/{agent}/permissions", new { version = 0, items = new[] { new { type = "*", resource = "*" } } })).Is(HttpStatusCode.OK);
        var key = (await admin.Post($"agents/{agent}/keys", new { name = "k" })).Is(HttpStatusCode.Created).Text("key");
        (await admin.Post("connectors", new
        {
            name = "forum",
            kind = "http",
            baseAddress = _target.Address,
            rules = new[] { new { methods = new[] { "POST" }, path = "/*", actionType = "forum.post", resource = "forum://{1}" } },
        })).Is(HttpStatusCode.Created);
        _token = (await _console.As(key).Post("sessions", new { onBehalfOf = "o@example.com" })).Is(HttpStatusCode.Created).Text("token");
    }

    public async ValueTask DisposeAsync()
    {
        await _console.DisposeAsync();
        await _target.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Killed_at_any_point_of_sending_nothing_arrives_twice_and_what_is_not_known_is_shown_as_unknown()
    {
        for (var times = Soak.Times(1); times > 0; times--)
        {
            foreach (var point in Enum.GetValues<Reached>())
                await RoundAsync(point);
            // As the redeem comes in, somewhere on the way, and once all has been answered.
            await RoundAsync(null, () => Task.CompletedTask);
            await RoundAsync(null, () => Task.Delay(Random.Shared.Next(40)));
            await RoundAsync(null, isAnswered: true);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", _became.Select(b => $"{b.Value} {b.Key}")) + "; 0 arrived twice");
        Assert.True(_became.GetValueOrDefault("unknown, arrived once") > 0 && _became.GetValueOrDefault("completed, arrived once") > 0, "It was not killed where it matters.");
        // The control: whoever sends again what nobody answered, as plain proxies do, has it arrive twice.
        using var plain = new HttpClient();
        for (var again = 0; again < 2; again++)
            await plain.PostAsJsonAsync(_target.Address + "control", new { again }, TestContext.Current.CancellationToken);
        Assert.Equal(2, _target.Arrived("/control"));
    }

    /// <param name="point">Where the target stands still when the console is killed; null: nowhere.</param>
    private async Task RoundAsync(Reached? point, Func<Task>? until = null, bool isAnswered = false)
    {
        var actions = new List<(string Path, JsonNode Action)>();
        for (var i = 0; i < AtOnce; i++)
            actions.Add(await ReleasedAsync());
        _target.HoldAt(point);
        var redeeming = actions.ConvertAll(a => RedeemAsync(a.Action));
        if (point is not null)
            await Eventually.IsAsync(() => Task.FromResult(_target.Holding == AtOnce), 30);
        else if (isAnswered)
            await Task.WhenAll(redeeming);
        else
            await until!();
        await _console.KillAsync();
        _target.LetGo();
        await Task.WhenAll(redeeming);
        await Eventually.IsAsync(() => Task.FromResult(_target.IsQuiet), 30);
        _console = await published.ServeAsync(PublishedConsole.Settings(_folder));
        foreach (var (path, action) in actions)
            await JudgeAsync(path, action);
    }

    private async Task<(string Path, JsonNode Action)> ReleasedAsync()
    {
        var path = $"/{++_thread}";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_console.As(_token).Client.BaseAddress!, $"/gateway/forum{path}")) { Content = JsonContent.Create(new { body = "Flush" }) };
        var action = (await _console.As(_token).Send(request)).Is(HttpStatusCode.Accepted);
        return (path, (await _console.Admin.Approve(action)).Is(HttpStatusCode.OK));
    }

    private async Task RedeemAsync(JsonNode action)
    {
        try
        {
            await _console.As(_token).Post($"actions/{action["id"]}/redeem");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException or SocketException)
        {
            // Killed: nobody answers any more.
        }
    }

    private async Task JudgeAsync(string path, JsonNode action)
    {
        var arrived = _target.Arrived(path);
        var seen = await _console.Admin.Look(action);
        var (status, outcome) = (seen.Text("status"), (string?)seen["outcome"]);
        // What arrived is known to have, or is said not to be known; what is said not to have been sent has not.
        Assert.Contains((status, outcome, arrived), new[] { ("completed", "succeeded", 1), ("failed", "unknown", 1), ("failed", "unknown", 0), ("failed", "failed", 0), ("released", null, 0) });
        // Whoever tries again sends what was never begun, and nothing else.
        var again = await _console.As(_token).Post($"actions/{action["id"]}/redeem");
        if (status == "failed")
            again.IsRefused(outcome == "unknown" ? HttpStatusCode.Conflict : HttpStatusCode.BadGateway, outcome == "unknown" ? "already_redeemed" : "unreachable_target");
        else
            again.Is(HttpStatusCode.OK);
        Assert.Equal(status == "released" ? 1 : arrived, _target.Arrived(path));
        var became = $"{outcome ?? "not begun"}, arrived {(_target.Arrived(path) == 1 ? "once" : "never")}".Replace("succeeded", "completed", StringComparison.Ordinal);
        _became[became] = _became.GetValueOrDefault(became) + 1;
    }
}
