using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Api;

/// <summary>What a target system is told of a permit, and that nobody is told twice that they may use it.</summary>
public sealed class PermitTests(ClockedConsole clocked) : IClassFixture<ClockedConsole>
{
    private static readonly object[] Rules = [Scene.Rule(extra: new { executeSeconds = 900 })];

    [Fact]
    public async Task An_active_permit_says_what_it_is_for_and_who_said_yes()
    {
        var (scene, run, action, permit) = await RedeemedAsync();
        var verifier = await VerifierAsync(scene);
        var told = (await verifier.Post("permits/introspect", new { permit })).Is(HttpStatusCode.OK);
        Assert.True((bool)told["active"]!);
        Assert.Equal((action.Text("id"), "forum.post", action.Text("resource"), action.Text("payloadDigest"), "dana@example.com"),
            (told.Text("actionId"), told.Text("type"), told.Text("resource"), told.Text("payloadDigest"), told.Text("onBehalfOf")));
        Assert.Equal(scene.AgentId, told["agent"]!.Text("id"));
        Assert.Single(told["approvedBy"]!.AsArray());
        Assert.Equal(clocked.Clock.GetUtcNow().AddSeconds(900).ToUnixTimeSeconds(), (long)told["exp"]!);
        Assert.True(await IsActiveAsync(verifier, new { permit, payloadDigest = action.Text("payloadDigest") }));
        Assert.False(await IsActiveAsync(verifier, new { permit, payloadDigest = "sha256:" + new string('0', 64) }));

        (await run.Agent.Post($"actions/{action["id"]}/result", new { outcome = "succeeded" })).Is(HttpStatusCode.OK);
        var over = (await verifier.Post("permits/introspect", new { permit })).Is(HttpStatusCode.OK);
        Assert.Equal("""{"active":false}""", over.ToJsonString());
    }

    [Fact]
    public async Task What_is_over_stopped_forged_or_of_another_redeem_is_not_active_and_says_nothing_else()
    {
        var (scene, run, _, permit) = await RedeemedAsync();
        var verifier = await VerifierAsync(scene);
        var (_, otherRun, _, other) = await RedeemedAsync(scene);
        foreach (var forged in new[] { "aax_", "aax_" + new string('a', 43), permit[..^1], permit + "=", permit[..30] + other[30..], other[..30] + permit[30..], permit[4..], "aap_" + permit[4..], permit + "a" })
            Assert.False(await IsActiveAsync(verifier, new { permit = forged, consume = true }), forged);
        // One letter more or less anywhere is another permit.
        for (var i = 4; i < permit.Length; i++)
            Assert.False(await IsActiveAsync(verifier, new { permit = permit[..i] + (permit[i] == 'x' ? 'y' : 'x') + permit[(i + 1)..] }), $"{i}");
        Assert.True(await IsActiveAsync(verifier, new { permit }));

        (await scene.Admin.Post($"sessions/{run.Id}/stop", new { })).Is(HttpStatusCode.Accepted);
        Assert.False(await IsActiveAsync(verifier, new { permit }));
        Assert.False(await IsActiveAsync(verifier, new { permit, consume = true }));

        Assert.True(await IsActiveAsync(verifier, new { permit = other }));
        clocked.Pass(899.999);
        Assert.True(await IsActiveAsync(verifier, new { permit = other }));
        clocked.Pass(0.001);
        Assert.False(await IsActiveAsync(verifier, new { permit = other }));
        Assert.False(await IsActiveAsync(verifier, new { permit = other, consume = true }));

        var (_, ending, _, third) = await RedeemedAsync(scene);
        (await ending.Agent.Delete("sessions/current")).Is(HttpStatusCode.NoContent);
        Assert.False(await IsActiveAsync(verifier, new { permit = third }));
        Assert.NotEqual(run.Id, otherRun.Id);
    }

    [Fact]
    public async Task Sixty_four_who_take_a_permit_as_used_at_once_are_told_so_once()
    {
        var (scene, _, first, permit) = await RedeemedAsync();
        var permits = new List<string> { permit };
        for (var i = 0; i < Soak.Times(1000) / 100; i++)
            permits.Add((await RedeemedAsync(scene, i)).Permit);
        var verifier = await VerifierAsync(scene);
        // A look uses nothing up, and another payload's digest neither.
        Assert.False(await IsActiveAsync(verifier, new { permit, payloadDigest = "sha256:" + new string('0', 64), consume = true }));
        Assert.True(await IsActiveAsync(verifier, new { permit }));
        foreach (var one in permits)
        {
            var told = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => IsActiveAsync(verifier, new { permit = one, consume = true })));
            Assert.Equal(1, told.Count(active => active));
            Assert.False(await IsActiveAsync(verifier, new { permit = one }));
        }

        // The control: asked without taking it, all of them are told yes.
        var (_, _, _, another) = await RedeemedAsync(scene, 77);
        Assert.Equal(64, (await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => IsActiveAsync(verifier, new { permit = another })))).Count(active => active));
        var taken = (await scene.Admin.Get($"ledger?actionId={first.Text("id")}")).Is(HttpStatusCode.OK)["items"]!.AsArray().Single(e => e!.Text("kind") == "permit.consumed")!;
        Assert.Equal("person", taken["actor"]!.Text("kind"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"permit":7}""")]
    [InlineData("""{"permit":""}""")]
    [InlineData("""{"permit":"aax_x","consume":"yes"}""")]
    [InlineData("""{"permit":"aax_x","payloadDigest":1}""")]
    public async Task A_body_that_asks_nothing_is_refused_after_the_role(string body)
    {
        var scene = new Scene(clocked.Console);
        (await (await VerifierAsync(scene)).PostRaw("permits/introspect", body)).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        (await (await scene.PersonAsync(["Manager", "Reviewer", "Auditor"])).Person.PostRaw("permits/introspect", body)).IsRefused(HttpStatusCode.Forbidden, "forbidden");
    }

    private static async Task<Person> VerifierAsync(Scene scene) => (await scene.PersonAsync(["Verifier"], mayDecide: "none")).Person;

    private static async Task<bool> IsActiveAsync(Person verifier, object asked) => (bool)(await verifier.Post("permits/introspect", asked)).Is(HttpStatusCode.OK)["active"]!;

    private async Task<(Scene Scene, Run Run, JsonNode Action, string Permit)> RedeemedAsync(Scene? scene = null, int n = 0)
    {
        scene ??= await clocked.SceneAsync(Rules);
        var run = await scene.SessionAsync();
        var action = await run.Submitted(Scene.Post(payload: new { n }));
        (await (await scene.ReviewerAsync()).Approve(action)).Is(HttpStatusCode.OK);
        return (scene, run, action, (await run.Agent.Post($"actions/{action["id"]}/redeem")).Is(HttpStatusCode.OK).Text("permit"));
    }
}
