using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Data.Storage;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Api;

/// <summary>What agents are seen to do: covered by one redeemed action each, or a bypass, which is told and may stop the agent.</summary>
public sealed class ObservationTests(ClockedConsole clocked) : IClassFixture<ClockedConsole>
{
    private const string Resource = "forum://engineering/threads/8841";
    private static readonly object[] Rules = [Scene.Rule("allow", extra: new { executeSeconds = 900 })];

    [Fact]
    public async Task One_redeemed_action_covers_one_thing_until_a_minute_after_its_end()
    {
        var (scene, verifier) = await SceneAsync();
        var run = await scene.SessionAsync();
        // Before it was redeemed nothing is covered, whatever was approved.
        var early = await run.Submitted(Post(0));
        await IsBypassAsync(scene, verifier, "early");
        var permit = await RedeemAsync(run, early);
        var covered = await SeeAsync(scene, verifier, "a");
        Assert.Equal((true, early.Text("id")), ((bool)covered["covered"]!, covered.Text("actionId")));
        await IsBypassAsync(scene, verifier, "b");
        var again = await SeeAsync(scene, verifier, "a", expected: HttpStatusCode.OK);
        Assert.Equal(covered.Text("id"), again.Text("id"));

        var second = await run.Submitted(Post(1));
        await RedeemAsync(run, second);
        // Another type, resource or agent is not what was redeemed; nor is the permit of an action that covers something already.
        await IsBypassAsync(scene, verifier, "c", type: "forum.delete");
        await IsBypassAsync(scene, verifier, "d", resource: "forum://engineering/threads/1");
        await IsBypassAsync(scene, verifier, "e", permit: permit);
        await IsBypassAsync(scene, verifier, "f", permit: "aax_forged");
        (await run.Agent.Post($"actions/{second.Text("id")}/result", new { outcome = "succeeded" })).Is(HttpStatusCode.OK);
        clocked.Pass(59.999);
        Assert.Equal(second.Text("id"), (await SeeAsync(scene, verifier, "g")).Text("actionId"));

        var third = await run.Submitted(Post(2));
        var shown = await RedeemAsync(run, third);
        var fourth = await run.Submitted(Post(3));
        await RedeemAsync(run, fourth);
        (await run.Agent.Post($"actions/{third.Text("id")}/result", new { outcome = "failed" })).Is(HttpStatusCode.OK);
        Assert.Equal(third.Text("id"), (await SeeAsync(scene, verifier, "h", permit: shown)).Text("actionId"));
        clocked.Pass(960);
        // Its execution ended by the clock, fifteen minutes after the redeem; a minute later it is too late.
        await IsBypassAsync(scene, verifier, "i");
        Assert.Empty(await Replay.DifferencesAsync(clocked.Console.Services.GetRequiredService<IDbContextFactory<LedgerContext>>()));
    }

    [Fact]
    public async Task A_bypass_is_told_counted_and_listed_and_stops_whom_the_settings_say_once()
    {
        var (scene, verifier) = await SceneAsync(new { stopOnBypass = true });
        var run = await scene.SessionAsync();
        var name = (await scene.Admin.Get($"agents/{scene.AgentId}")).Is(HttpStatusCode.OK).Text("name");
        var seen = await SeeAsync(scene, verifier, "x");
        Assert.False((bool)seen["covered"]!);
        Assert.Equal("stopped", (await scene.Admin.Get($"agents/{scene.AgentId}")).Is(HttpStatusCode.OK).Text("state"));
        (await run.Agent.Get("sessions/current")).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        (await scene.Admin.Post($"agents/{scene.AgentId}/resume", new { reason = "Looked into" })).Is(HttpStatusCode.OK);
        // Told a second time, it is the same, and stops nobody again.
        await SeeAsync(scene, verifier, "x", expected: HttpStatusCode.OK);
        Assert.Equal("active", (await scene.Admin.Get($"agents/{scene.AgentId}")).Is(HttpStatusCode.OK).Text("state"));

        var entries = (await scene.Admin.Get("ledger?limit=200&after=" + await BeforeAsync(scene, seen.Text("id")))).Is(HttpStatusCode.OK)["items"]!.AsArray();
        Assert.Single(entries, e => e!.Text("kind") == "agent.bypassed" && (string?)e!["agentId"] == scene.AgentId);
        Assert.Equal("system", entries.First(e => e!.Text("kind") == "agent.stopped" && (string?)e!["agentId"] == scene.AgentId)!["actor"]!.Text("kind"));
        var risk = (await scene.Admin.Get($"agents/{scene.AgentId}/risk")).Is(HttpStatusCode.OK);
        Assert.Contains(risk["factors"]!.AsArray(), f => f!.Text("name") == "bypassed");
        Assert.Equal(1, risk["days"]!.AsArray().Sum(d => (int?)d!["counts"]!["bypassed"] ?? 0));

        var list = (await verifier.Get($"observations?agentId={scene.AgentId}&covered=false")).Is(HttpStatusCode.OK)["items"]!.AsArray().Single()!;
        Assert.Equal(("x", name, Resource), (list.Text("externalId"), list["agent"]!.Text("name"), list.Text("resource")));
        Assert.Empty((await verifier.Get($"observations?agentId={scene.AgentId}&covered=true")).Is(HttpStatusCode.OK)["items"]!.AsArray());
        Assert.Equal("x", (await verifier.Get($"observations/{seen.Text("id")}")).Is(HttpStatusCode.OK).Text("externalId"));
        (await (await scene.PersonAsync([])).Person.Get($"observations/{seen.Text("id")}")).IsRefused(HttpStatusCode.NotFound, "not_found");
        Assert.Empty((await (await scene.PersonAsync([])).Person.Get("observations")).Is(HttpStatusCode.OK)["items"]!.AsArray());
        (await (await scene.SessionAsync()).Agent.Get($"observations/{seen.Text("id")}")).IsRefused(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task Many_that_are_told_at_once_are_covered_by_no_more_actions_than_were_redeemed()
    {
        var (scene, verifier) = await SceneAsync();
        var run = await scene.SessionAsync();
        for (var n = 0; n < 5; n++)
            await RedeemAsync(run, await run.Submitted(Post(n)));
        var seen = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => SeeAsync(scene, verifier, $"thing {i}")));
        Assert.Equal(5, seen.Count(s => (bool)s["covered"]!));
        Assert.Equal(5, seen.Select(s => (string?)s["actionId"]).OfType<string>().Distinct().Count());
        // Twice the same at once is one observation, and one action covers it.
        await RedeemAsync(run, await run.Submitted(Post(9)));
        var same = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => verifier.Post("observations", Body(scene, "the same"))));
        Assert.Single(same, a => a.Status == HttpStatusCode.Created);
        Assert.Single(same.Select(a => a.Text("id")).Distinct());
    }

    [Theory]
    [InlineData("""{"agent":"nobody-here","type":"forum.post","resource":"a://b","externalId":"1","observedAt":"2026-11-24T09:00:00.000Z"}""", "agent")]
    [InlineData("""{"agent":"x","resource":"a://b","externalId":"1","observedAt":"2026-11-24T09:00:00.000Z"}""", "type")]
    [InlineData("""{"agent":"x","type":"forum.post","resource":"a://b","externalId":"","observedAt":"2026-11-24T09:00:00.000Z"}""", "externalId")]
    [InlineData("""{"agent":"x","type":"forum.post","resource":"a://b","externalId":"1","observedAt":"yesterday"}""", "observedAt")]
    [InlineData("""{"agent":"x","type":"forum.post","resource":"a://b","externalId":"1"}""", "observedAt")]
    public async Task What_is_no_observation_is_refused_and_not_recorded(string body, string field)
    {
        var scene = new Scene(clocked.Console);
        var verifier = (await scene.PersonAsync(["Verifier"])).Person;
        var refused = await verifier.PostRaw("observations", body);
        refused.IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        Assert.Equal([field], refused.Body!["errors"]!.AsObject().Select(e => e.Key));
        (await (await scene.PersonAsync(["Manager"])).Person.PostRaw("observations", body)).IsRefused(HttpStatusCode.Forbidden, "forbidden");
    }

    private async Task<(Scene Scene, Person Verifier)> SceneAsync(object? agent = null)
    {
        var scene = await clocked.SceneAsync(Rules, agent);
        await CatalogueAsync(scene);
        return (scene, (await scene.PersonAsync(["Verifier"])).Person);
    }

    /// <summary>What a rule may let pass has to be known and reversible, or it waits.</summary>
    private static async Task CatalogueAsync(Scene scene)
    {
        var now = (await scene.Admin.Get("action-types")).Is(HttpStatusCode.OK);
        (await scene.Admin.Put("action-types", new { version = (int)now["version"]!, items = new[] { new { name = "forum.post", reversible = true } } })).Is(HttpStatusCode.OK);
    }

    private static async Task<long> BeforeAsync(Scene scene, string id)
    {
        for (long after = 0; ;)
        {
            var page = (await scene.Admin.Get($"ledger?limit=200&after={after}")).Is(HttpStatusCode.OK);
            if (page["items"]!.AsArray().FirstOrDefault(e => e!["data"]!.ToJsonString().Contains(id, StringComparison.Ordinal)) is { } entry)
                return (long)entry["sequence"]! - 1;
            after = (long)page["items"]!.AsArray()[^1]!["sequence"]!;
        }
    }

    private static object Post(int n) => Scene.Post(Resource, new { n });

    private static async Task<string> RedeemAsync(Run run, JsonNode action) => (await run.Agent.Post($"actions/{action.Text("id")}/redeem")).Is(HttpStatusCode.OK).Text("permit");

    private object Body(Scene scene, string externalId, string type = "forum.post", string resource = Resource, string? permit = null) =>
        new { agent = scene.AgentId, type, resource, externalId, observedAt = clocked.Clock.GetUtcNow(), permit };

    private async Task<JsonNode> SeeAsync(Scene scene, Person verifier, string externalId, string? permit = null, HttpStatusCode expected = HttpStatusCode.Created) =>
        (await verifier.Post("observations", Body(scene, externalId, permit: permit))).Is(expected);

    private async Task IsBypassAsync(Scene scene, Person verifier, string externalId, string type = "forum.post", string resource = Resource, string? permit = null)
    {
        var seen = (await verifier.Post("observations", Body(scene, externalId, type, resource, permit))).Is(HttpStatusCode.Created);
        Assert.False((bool)seen["covered"]!, externalId);
        Assert.Null(seen["actionId"]);
    }
}
