using System.Net;
using AgentApprovals.Tests.Drivers;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AgentApprovals.Tests.Setup;

/// <summary>What risk an agent carries, out of its counters.</summary>
public sealed class RiskTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));
    private readonly TestConsole _console;

    public RiskTests() => _console = new(_clock);

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task An_agents_risk_shows_what_it_asked_for_what_became_of_it_and_what_it_never_used()
    {
        var scene = await Scene.SetAsync(_console, new[] { Scene.Rule(expires: 60) });
        var (director, email, _) = await scene.PersonAsync([]);
        var (manager, _, _) = await scene.PersonAsync(["Manager"]);
        var path = $"agents/{scene.AgentId}/risk";
        var quiet = (await manager.Get(path)).Is(HttpStatusCode.OK);
        Assert.Equal(("0", "[]", "[]"), (quiet["undirectedShare"]!.ToJsonString(), quiet["types"]!.ToJsonString(), quiet["days"]!.ToJsonString()));

        (await scene.Admin.Put($"agents/{scene.AgentId}/permissions", new { version = 1, items = new[] { new { type = "forum.*", resource = "*" }, new { type = "wiki.edit", resource = "*" } } })).Is(HttpStatusCode.OK);
        var run = await scene.SessionAsync();
        var directed = await run.Submitted(Scene.Post(directedBy: email));
        (await director.Post($"actions/{directed["id"]}/direction", new { confirmed = true })).Is(HttpStatusCode.OK);
        (await manager.Post($"actions/{directed["id"]}/decisions", new { verdict = "deny", comment = "No" })).Is(HttpStatusCode.OK);
        await run.Submitted(Scene.Post(payload: new { n = 1 }));
        await run.Submitted(Scene.Post(payload: new { n = 2 }, type: "forum.read"));
        Assert.Equal("denied", (await run.Submitted(Scene.Post(type: "email.send"))).Text("status"));
        _clock.Advance(TimeSpan.FromSeconds(60));
        await Eventually.IsAsync(async () => (int)(await manager.Get(path)).Is(HttpStatusCode.OK)["outcomes"]!["expired"]! == 2);

        var risk = (await manager.Get(path)).Is(HttpStatusCode.OK);
        Assert.Equal(2, (int)risk["outcomes"]!["denied"]!);
        Assert.Equal(("forum.post", 2), (risk["types"]![0]!.Text("type"), (int)risk["types"]![0]!["count"]!));
        Assert.InRange((double)risk["undirectedShare"]!, 0.6, 0.8);
        Assert.Equal("wiki.edit", risk["unusedPermissions"]!.AsArray().Single()!.Text("type"));
        Assert.Equal("2026-11-24", risk["days"]![0]!.Text("day"));
        var factors = risk["factors"]!.AsArray();
        Assert.Equal(Math.Min(100, factors.Sum(f => (int)f!["points"]!)), (int)risk["score"]!);
        Assert.All(factors, f => Assert.NotEmpty(f!.Text("why")));
        Assert.Contains(risk.Text("level"), new[] { "low", "medium", "high", "critical" });
    }

    [Fact]
    public async Task The_days_asked_for_are_the_days_counted()
    {
        var scene = await Scene.SetAsync(_console);
        var (manager, _, _) = await scene.PersonAsync(["Manager"]);
        await (await scene.SessionAsync()).Submitted();
        _clock.Advance(TimeSpan.FromDays(2));
        await (await scene.SessionAsync()).Submitted();
        foreach (var (days, submitted) in new[] { (1, 1), (2, 1), (3, 2), (365, 2) })
            Assert.Equal(submitted, (int)(await manager.Get($"agents/{scene.AgentId}/risk?days={days}")).Is(HttpStatusCode.OK)["outcomes"]!["submitted"]!);
        foreach (var days in new[] { "0", "366", "x" })
            (await manager.Get($"agents/{scene.AgentId}/risk?days={days}")).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
    }
}
