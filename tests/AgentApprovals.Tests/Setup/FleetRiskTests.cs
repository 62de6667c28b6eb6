using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Data.Storage;
using AgentApprovals.Risk;
using AgentApprovals.Tests.Drivers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AgentApprovals.Tests.Setup;

/// <summary>The figures of all agents together, over a real console with its clock in hand.</summary>
public sealed class FleetRiskTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));
    private readonly TestConsole _console;

    public FleetRiskTests() => _console = new(_clock);

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task What_agents_asked_for_and_people_decided_is_told_as_it_was()
    {
        var scene = await Scene.SetAsync(_console, new[] { Scene.Rule(expires: 600, match: new { types = new[] { "forum.*" } }) });
        var (manager, _, _) = await scene.PersonAsync(["Manager"]);
        var (reviewer, email, _) = await scene.PersonAsync(["Reviewer"]);
        var quiet = await RiskAsync(manager);
        Assert.Equal((0, null, 1), (Int(quiet["timeToDecide"]!["count"]), quiet["timeToDecide"]!["medianSeconds"], Int(quiet["agents"]!["active"])));

        var run = await scene.SessionAsync();
        var first = await run.Submitted();
        (await reviewer.Approve(first)).Is(HttpStatusCode.OK);
        var second = await run.Submitted(Scene.Post(payload: new { n = 2 }));
        _clock.Advance(TimeSpan.FromSeconds(100));
        (await reviewer.Deny(second)).Is(HttpStatusCode.OK);
        await run.Submitted(Scene.Post(payload: new { n = 3 }));
        await run.Submitted(Scene.Post(type: "unheard.of"));
        _clock.Advance(TimeSpan.FromSeconds(700));
        await Eventually.IsAsync(async () => Int((await RiskAsync(manager))["unanswered"]) == 1);
        await Eventually.IsAsync(async () => Int((await RiskAsync(manager))["outcomes"]!["expired"]) == 2);

        var risk = await RiskAsync(manager);
        Assert.Equal((4, 1, 1), (Int(risk["outcomes"]!["submitted"]), Int(risk["outcomes"]!["denied"]), Int(risk["outcomes"]!["approved"])));
        Assert.Equal(["forum.post 3 0", "unheard.of 1 1"], risk["types"]!.AsArray().Select(t => $"{t!["type"]} {t["count"]} {t["unruled"]}"));
        Assert.Equal(["unheard.of"], risk["uncovered"]!.AsArray().Select(t => t!.Text("type")));
        Assert.Equal(2, Int(risk["timeToDecide"]!["count"]));
        Assert.InRange(Int(risk["timeToDecide"]!["p90Seconds"]), 80, 125);
        Assert.Equal(2, Int(risk["decisionsByHour"]![9]));
        Assert.Equal(2, risk["decisionsByHour"]!.AsArray().Sum(Int));
        // Hour by hour of the last seven days: both in the hour that it is, and no hour after it.
        var perHour = risk["decisionsPerHour"]!.AsArray();
        Assert.Equal(((6 * 24) + 10, "2026-11-18T00:00:00.000Z", "2026-11-24T09:00:00.000Z"), (perHour.Count, perHour[0]!.Text("from"), perHour[^1]!.Text("from")));
        Assert.Equal((2, 2), (Int(perHour[^1]!["count"]), perHour.Sum(h => Int(h!["count"]))));
        var load = risk["reviewers"]!.AsArray().Single()!;
        Assert.Equal((email, 2, 1, 1, 1, 9), (load["person"]!.Text("name"), Int(load["decisions"]), Int(load["approved"]), Int(load["denied"]), Int(load["quick"]), Int(load["busiestHour"])));
        Assert.Equal((4, 0), Week(risk, "submitted"));

        _clock.Advance(TimeSpan.FromDays(7));
        var later = await RiskAsync(manager);
        Assert.Equal((0, 4), Week(later, "submitted"));
        Assert.Equal(4, Int(later["outcomes"]!["submitted"]));
        Assert.Equal(0, Int((await RiskAsync(manager, 7))["outcomes"]!["submitted"]));
    }

    [Fact]
    public async Task Past_stops_say_how_long_they_took_and_how_agents_are_exposed_is_counted()
    {
        var scene = await Scene.SetAsync(_console);
        var (manager, _, _) = await scene.PersonAsync(["Manager"]);
        await scene.AgentAsync("with-runner", new { requiresRunner = true, isTest = true });
        var retired = (await scene.AgentAsync("retired")).Id;
        (await scene.Admin.Patch($"agents/{retired}", new { state = "retired" })).Is(HttpStatusCode.OK);
        await (await scene.SessionAsync()).Submitted();
        var stop = (await scene.Admin.Post($"agents/{scene.AgentId}/stop", new { reason = "Enough" })).Is(HttpStatusCode.Accepted);
        await Eventually.IsAsync(async () => Int((await RiskAsync(manager))["containment"]!["count"]) == 2);

        var risk = await RiskAsync(manager);
        var last = risk["containment"]!["last"]!.AsArray();
        Assert.Equal(stop.Text("id"), last[0]!.Text("id"));
        Assert.Equal("forum-helper", last[0]!.Text("targetName"));
        Assert.NotNull(last[0]!["containedAfterMs"]);
        Assert.Null(risk["containment"]!["lastDrill"]);
        var agents = risk["agents"]!;
        Assert.Equal((1, 1, 1), (Int(agents["active"]), Int(agents["stopped"]), Int(agents["retired"])));
        Assert.Equal((1, 1, 1), (Int(agents["withoutRunner"]), Int(agents["withUnusedPermissions"]), Int(agents["unusedPermissions"])));
        Assert.Equal(1, Int(agents["idle"]));
        Assert.Equal((2, 2), (Int(agents["withoutGateway"]), Int(agents["neverDrilled"])));
        Assert.Equal(2, agents["levels"]!.AsObject().Sum(l => Int(l.Value)));
        Assert.Equal(["forum-helper", "with-runner"], risk["riskiest"]!.AsArray().Select(a => a!["agent"]!.Text("name")));
    }

    [Fact]
    public async Task Drills_are_told_with_what_each_layer_took_and_who_held_them_and_real_stops_are_none()
    {
        var scene = await Scene.SetAsync(_console, agent: new { isTest = true });
        var (manager, email, _) = await scene.PersonAsync(["Manager"]);
        var (other, _) = await scene.AgentAsync("other", new { isTest = true });
        Assert.Empty((await RiskAsync(manager))["containment"]!["drills"]!.AsArray());
        await (await scene.SessionAsync()).Submitted();
        (await manager.Post($"agents/{other}/stop", new { reason = "In earnest" })).Is(HttpStatusCode.Accepted);
        var first = (await manager.Post($"agents/{scene.AgentId}/stop", new { drill = true })).Is(HttpStatusCode.Accepted);
        (await manager.Post($"agents/{scene.AgentId}/resume", new { reason = "Again" })).Is(HttpStatusCode.OK);
        var second = (await manager.Post($"agents/{scene.AgentId}/stop", new { drill = true })).Is(HttpStatusCode.Accepted);

        var risk = await RiskAsync(manager);
        var drills = risk["containment"]!["drills"]!.AsArray();
        Assert.Equal([second.Text("id"), first.Text("id")], drills.Select(d => d!.Text("id")));
        Assert.All(drills, d => Assert.Equal(("forum-helper", email), (d!.Text("targetName"), d!["by"]!.Text("name"))));
        Assert.All(drills, d => Assert.Equal("confirmed", d!["layers"]![0]!.Text("state")));
        Assert.Equal(1, Int(risk["agents"]!["neverDrilled"]));
        Assert.Equal(["other"], (await manager.Get("agents?without=drill")).Is(HttpStatusCode.OK)["items"]!.AsArray().Select(a => a!.Text("name")));
        Assert.Equal(2, (await manager.Get($"agents/{scene.AgentId}/risk")).Is(HttpStatusCode.OK)["drills"]!.AsArray().Count);
        Assert.Empty((await manager.Get($"agents/{other}/risk")).Is(HttpStatusCode.OK)["drills"]!.AsArray());
    }

    [Fact]
    public async Task A_score_grows_old_by_itself_and_the_order_of_agents_with_it()
    {
        var scene = await Scene.SetAsync(_console);
        var (manager, _, _) = await scene.PersonAsync(["Manager"]);
        // The one was bad long ago, the other is exposed a little: in the end that counts for more.
        var (exposed, _) = await scene.AgentAsync("exposed", new { requiresRunner = true });
        var run = await scene.SessionAsync();
        for (var i = 0; i < 3; i++)
            await run.Submitted(Scene.Post(payload: new { i }, type: "secret.read"));
        (await scene.Admin.Put($"agents/{scene.AgentId}/permissions", new { version = 1, items = Array.Empty<object>() })).Is(HttpStatusCode.OK);
        (await scene.Admin.Patch($"agents/{scene.AgentId}", new { requiresRunner = true, actsFor = Array.Empty<string>() })).Is(HttpStatusCode.OK);
        Assert.Equal(["forum-helper", "exposed"], await ByRiskAsync(manager));

        _clock.Advance(TimeSpan.FromDays(31));
        await _console.Services.GetRequiredService<StandingKeeper>().RefreshAsync(CancellationToken.None);
        Assert.Equal(["exposed", "forum-helper"], await ByRiskAsync(manager));
        foreach (var id in (string[])[exposed, scene.AgentId])
            Assert.InRange(Int((await manager.Get($"agents/{id}/risk")).Is(HttpStatusCode.OK)["score"]), 0, 24);
    }

    [Fact]
    public async Task What_a_catalogue_calls_irreversible_from_now_on_moves_agents_that_did_nothing()
    {
        var scene = await Scene.SetAsync(_console);
        var (manager, _, _) = await scene.PersonAsync(["Manager"]);
        var (quiet, _) = await scene.AgentAsync("quiet", new { requiresRunner = true });
        (await scene.Admin.Put($"agents/{quiet}/permissions", new { version = 1, items = new[] { new { type = "wiki.edit", resource = "*" } } })).Is(HttpStatusCode.OK);
        var items = new[] { new { name = "wiki.edit", title = "Edit", sensitivity = 20, reversible = false } };
        (await scene.Admin.Put("action-types", new { version = 0, items })).Is(HttpStatusCode.OK);
        await _console.Services.GetRequiredService<StandingKeeper>().RefreshAsync(CancellationToken.None);
        var shown = Int((await manager.Get($"agents/{quiet}/risk")).Is(HttpStatusCode.OK)["score"]);
        var reader = _console.Services.GetRequiredService<AgentApprovals.Data.Queries.Reader>();
        Assert.Equal(shown, await reader.LookAsync(db => db.Standings.Where(s => s.Name == "quiet").Select(s => s.Risk).SingleAsync()));
    }

    [Fact]
    public async Task A_database_from_before_there_were_standings_gets_them_at_start()
    {
        var scene = await Scene.SetAsync(_console);
        await (await scene.SessionAsync()).Submitted();
        var before = (await ByRiskAsync(scene.Admin)).ToList();
        var folder = _console.Folder;
        await _console.DisposeAsync();
        await using (var old = new LedgerContext(new DbContextOptionsBuilder<LedgerContext>().UseLedger(Suite.Engine, Suite.Database(folder)).Options))
        {
            await old.Standings.ExecuteDeleteAsync();
            await old.AgentWords.ExecuteDeleteAsync();
            await old.FleetCounts.ExecuteDeleteAsync();
        }

        await using var again = new TestConsole(_clock, folder: folder);
        Assert.Equal(before, await ByRiskAsync(again.Admin));
        Assert.Equal(1, Int((await RiskAsync(again.Admin))["outcomes"]!["submitted"]));
        Assert.Single((await again.Admin.Get("agents?q=forum&without=runner")).Is(HttpStatusCode.OK)["items"]!.AsArray());
    }

    [Fact]
    public async Task A_permission_audit_tells_what_was_used_when_and_what_was_asked_beyond()
    {
        var scene = await Scene.SetAsync(_console);
        var (manager, _, _) = await scene.PersonAsync(["Manager"]);
        (await scene.Admin.Put($"agents/{scene.AgentId}/permissions", new
        {
            version = 1,
            items = new object[] { new { type = "forum.*", resource = "*", maxPerHour = 7 }, new { type = "wiki.edit", resource = "wiki://a" } },
        })).Is(HttpStatusCode.OK);
        var run = await scene.SessionAsync();
        await run.Submitted();
        _clock.Advance(TimeSpan.FromSeconds(5));
        var last = await run.Submitted(Scene.Post(payload: new { n = 2 }));
        var beyond = await run.Submitted(Scene.Post(type: "email.send", resource: "mailto:all@example.com"));
        var audit = (await manager.Get($"agents/{scene.AgentId}/permissions/audit")).Is(HttpStatusCode.OK);
        Assert.Equal(["forum.* * 7 2", "wiki.edit wiki://a  0"], audit["permissions"]!.AsArray().Select(p => $"{p!["type"]} {p["resource"]} {p["maxPerHour"]} {p["uses"]}"));
        Assert.Equal(last.Text("submittedAt"), audit["permissions"]![0]!.Text("lastUsedAt"));
        Assert.Null(audit["permissions"]![1]!["lastUsedAt"]);
        var one = audit["beyond"]!.AsArray().Single()!;
        Assert.Equal(("email.send", 1, "mailto:all@example.com", beyond.Text("id")), (one.Text("type"), Int(one["count"]), one.Text("resource"), one.Text("actionId")));
        Assert.Equal(30, Int(audit["days"]));
        (await manager.Get($"agents/{scene.AgentId}/permissions/audit?days=0")).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
    }

    private static async Task<JsonNode> RiskAsync(Person manager, int? days = null) =>
        (await manager.Get(days is null ? "risk" : $"risk?days={days}")).Is(HttpStatusCode.OK);

    private static async Task<IEnumerable<string>> ByRiskAsync(Person manager) =>
        (await manager.Get("agents?sort=risk")).Is(HttpStatusCode.OK)["items"]!.AsArray().Select(a => a!.Text("name"));

    private static (int Now, int Before) Week(JsonNode risk, string name)
    {
        var figure = risk["week"]!.AsArray().Single(w => w!.Text("name") == name)!;
        return (Int(figure["now"]), Int(figure["before"]));
    }

    private static int Int(JsonNode? node) => (int)node!;
}
