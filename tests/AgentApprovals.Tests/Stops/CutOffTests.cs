using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Data.Storage;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Webhooks;
using AgentApprovals.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Stops;

/// <summary>Endpoints that carry out a stop: told at once and first, waited for, and told again until they have answered 2xx.</summary>
public sealed class CutOffTests : IAsyncLifetime
{
    private WebhookStage _it = new();
    private Receiver _receiver = null!;
    private Scene _scene = null!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await Receiver.StartAsync();
        _scene = await Scene.SetAsync(_it.Console, agent: new { limits = new { sessionSeconds = 1_000_000, maxSessionSeconds = 1_000_000 } });
    }

    public async ValueTask DisposeAsync()
    {
        await _it.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_stop_is_told_at_once_ahead_of_what_waits_and_confirmed_by_the_answer_with_its_time()
    {
        var endpoint = await RegisterAsync(events: ["action.submitted"]);
        var run = await _scene.SessionAsync();
        for (var i = 0; i < 5; i++)
            await run.Submitted(Scene.Post(payload: new { i }));
        await _it.LookedThroughAsync();
        // Nobody sends what waits: no job, no poll, no turn is needed for a stop.
        var stop = await StopAsync(run, "It posts what nobody asked for");
        var layer = await UntilAsync(stop, "confirmed");
        Assert.Equal("answered 200", layer.Text("detail"));
        Assert.InRange((long)layer["afterMs"]!, 0, 5000);
        var told = Assert.Single(_receiver.All);
        Assert.True(told.IsSignedBy(endpoint.Text("secret"), _it.Clock.GetUtcNow()));
        Assert.Equal(("stop.ordered", stop.Text("id"), "session"), (told.Type, (string?)told.Json["data"]!["id"], (string?)told.Json["data"]!["scope"]));

        // The same in the words of identity providers (RFC 8417, CAEP).
        Assert.Equal(("complex", "opaque", run.Id), ((string?)told.Json["sub_id"]!["format"], (string?)told.Json["sub_id"]!["session"]!["format"], (string?)told.Json["sub_id"]!["session"]!["id"]));
        var revoked = told.Json["events"]!["https://schemas.openid.net/secevent/caep/event-type/session-revoked"]!;
        Assert.Equal(("admin", "It posts what nobody asked for"), (revoked.Text("initiating_entity"), (string?)revoked["reason_admin"]!["en"]));

        // What waited is sent in its turn, without the stop, which was told once.
        await _it.SendDueAsync();
        Assert.Equal(1 + 5, _receiver.All.Count);
        Assert.Equal(5, _receiver.Of("action.submitted").Count);
        (await _scene.Admin.Post($"sessions/{run.Id}/stop", new { })).Is(HttpStatusCode.Accepted);
        await _it.SendDueAsync();
        Assert.Single(_receiver.Of("stop.ordered"));
    }

    [Fact]
    public async Task One_that_is_refused_keeps_the_receipt_waiting_and_is_told_again_by_the_schedule()
    {
        await RegisterAsync();
        var late = 0;
        _receiver.Answer = _ => ++late < 3 ? 503 : 202;
        var stop = await StopAsync(await _scene.SessionAsync());
        var began = _it.Clock.GetUtcNow();
        var layer = await UntilAsync(stop, "waiting", $"answered 503; told again at {began.AddSeconds(5):yyyy-MM-ddTHH:mm:ss.fffZ}");
        Assert.Null(layer["afterMs"]);
        await PassAsync(4);
        Assert.Single(_receiver.All);
        await PassAsync(1);
        await UntilAsync(stop, "waiting", $"answered 503; told again at {began.AddSeconds(305):yyyy-MM-ddTHH:mm:ss.fffZ}");
        await PassAsync(300);
        layer = await UntilAsync(stop, "confirmed");
        Assert.Equal("answered 202 at try 3", layer.Text("detail"));
        Assert.InRange((long)layer["afterMs"]!, 305_000, 310_000);
        Assert.Equal([0L, 5, 305], _receiver.All.Select(r => r.Timestamp - began.ToUnixTimeSeconds()));
        Assert.Single(_receiver.All.Select(r => r.Id).Distinct());
    }

    [Fact]
    public async Task Given_up_gone_or_deleted_the_layer_has_failed_and_somebody_may_tell_it_again()
    {
        var endpoint = await RegisterAsync();
        _receiver.Answer = _ => 500;
        var stop = await StopAsync(await _scene.SessionAsync());
        await UntilAsync(stop, "waiting", null);
        foreach (var wait in new[] { 5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600 })
            await PassAsync(wait);
        Assert.Equal("answered 500; given up after 8 tries", (await UntilAsync(stop, "failed")).Text("detail"));
        Assert.Equal(8, _receiver.All.Count);

        // A person sees to it, and has it told again: what it answers then is what the receipt says.
        _receiver.Answer = _ => 200;
        var delivery = Assert.Single(await _it.Admin.DeliveriesAsync(endpoint));
        (await _it.Admin.Post($"webhooks/{endpoint["id"]}/deliveries/{delivery["id"]}/redeliver")).Is(HttpStatusCode.OK);
        await UntilAsync(stop, "confirmed");

        _receiver.Answer = _ => 410;
        Assert.Equal("answered 410: the endpoint is switched off", (await UntilAsync(await StopAsync(await _scene.SessionAsync()), "failed")).Text("detail"));
        Assert.Contains("switched off", (await UntilAsync(await StopAsync(await _scene.SessionAsync()), "failed")).Text("detail"), StringComparison.Ordinal);
        var heard = _receiver.All.Count;
        (await _it.Admin.Delete($"webhooks/{endpoint["id"]}")).Is(HttpStatusCode.NoContent);
        _receiver.Answer = _ => 503;
        var another = await RegisterAsync();
        stop = await StopAsync(await _scene.SessionAsync());
        await UntilAsync(stop, "waiting", null);
        (await _it.Admin.Delete($"webhooks/{another["id"]}")).Is(HttpStatusCode.NoContent);
        await Eventually.IsAsync(async () =>
        {
            await PassAsync(0);
            return Layer(await ReceiptAsync(stop)).Text("detail") == "the endpoint was deleted before it confirmed";
        });
        Assert.Equal("failed", Layer(await ReceiptAsync(stop)).Text("state"));
        Assert.Equal(heard + 1, _receiver.All.Count);
        Assert.DoesNotContain((await StopAsync(await _scene.SessionAsync()))["layers"]!.AsArray(), l => l!.Text("layer").StartsWith("webhook:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_process_that_ended_had_not_heard_the_next_one_asks_for_and_only_that(bool wasAnswered)
    {
        await RegisterAsync();
        using var held = new ManualResetEventSlim(wasAnswered);
        _receiver.Answer = _ =>
        {
            held.Wait(TimeSpan.FromSeconds(30));
            return wasAnswered ? 200 : 503;
        };
        var stop = await StopAsync(await _scene.SessionAsync());
        await Eventually.IsAsync(() => Task.FromResult(_receiver.All.Count == 1));
        if (wasAnswered)
            await UntilAsync(stop, "confirmed");
        var (folder, clock) = (_it.Console.Folder, _it.Clock);
        await _it.DisposeAsync();
        held.Set();
        _receiver.Answer = _ => 200;

        _it = new(folder, clock);
        _scene = new(_it.Console);
        // Where other nodes may be at it, what was claimed is left to its claim.
        await PassAsync(Suite.Engine == DatabaseEngine.Sqlite ? 0 : 21);
        await UntilAsync(stop, "confirmed");
        Assert.Equal(wasAnswered ? 1 : 2, _receiver.All.Count);
        Assert.Single(_receiver.All.Select(r => r.Id).Distinct());
        await PassAsync(3600);
        Assert.Equal(wasAnswered ? 1 : 2, _receiver.All.Count);
    }

    [Fact]
    public async Task An_endpoint_of_one_agent_carries_out_its_stops_and_those_of_everything()
    {
        var (other, key) = await _scene.AgentAsync("other");
        await RegisterAsync(agentId: other);
        Assert.DoesNotContain((await StopAsync(await _scene.SessionAsync()))["layers"]!.AsArray(), l => l!.Text("layer").StartsWith("webhook:", StringComparison.Ordinal));
        await UntilAsync(await StopAsync(await _scene.SessionAsync(key: key)), "confirmed");
        await UntilAsync((await _it.Admin.Post($"agents/{other}/stop", new { })).Is(HttpStatusCode.Accepted), "confirmed");
        await UntilAsync((await _it.Admin.Post("stop", new { })).Is(HttpStatusCode.Accepted), "confirmed");
        Assert.Equal(["session", "application", "tenant"], _receiver.All.Select(r => r.Json["sub_id"]!.AsObject().Last().Key));
    }

    [Fact]
    public async Task An_address_that_may_not_be_reached_is_refused_at_registration_and_at_each_stop()
    {
        (await PostAsync("http://10.0.0.1/")).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        (await PostAsync(_receiver.Url, "Identity Provider")).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        await RegisterAsync();
        (await PostAsync(_receiver.Url)).IsRefused(HttpStatusCode.Conflict, "name_taken");
        var (folder, clock) = (_it.Console.Folder, _it.Clock);
        await _it.DisposeAsync();

        // The operator takes the network back: nothing is sent there, and the receipt says so.
        _it = new(folder, clock, networks: "");
        _scene = new(_it.Console);
        var stop = (await _it.Admin.Post("stop", new { })).Is(HttpStatusCode.Accepted);
        await Eventually.IsAsync(async () => Layer(await ReceiptAsync(stop)).Text("detail").StartsWith("The address may not be reached", StringComparison.Ordinal));
        Assert.Equal("waiting", Layer(await ReceiptAsync(stop)).Text("state"));
        Assert.Empty(_receiver.All);
    }

    private Task<JsonNode> RegisterAsync(string[]? events = null, string? agentId = null) => CutOffPeople.CutOffAsync(_it.Admin, _receiver.Url, events, agentId);

    private Task<Answer> PostAsync(string url, string cutOff = "identity-provider") => _it.Admin.Post("webhooks", new { url, cutOff });

    private async Task<JsonNode> StopAsync(Run run, string? reason = null) => (await _it.Admin.Post($"sessions/{run.Id}/stop", new { reason })).Is(HttpStatusCode.Accepted);

    private Task<JsonNode> ReceiptAsync(JsonNode stop) => CutOffPeople.ReceiptAsync(_it.Admin, stop);

    private static JsonNode Layer(JsonNode receipt) => CutOffPeople.Layer(receipt);

    /// <summary>What the sweep of any node would do after that time.</summary>
    private async Task PassAsync(int seconds)
    {
        _it.Clock.Advance(TimeSpan.FromSeconds(seconds));
        await Task.WhenAll(await _it.Console.Services.GetRequiredService<CutOffs>().TakeUpAsync());
    }

    private Task<JsonNode> UntilAsync(JsonNode stop, string state, string? detail = null) => CutOffPeople.UntilAsync(_it.Admin, stop, state, detail);
}

internal static class CutOffPeople
{
    /// <summary>Longer than a claim: what broke is gone on with by then.</summary>
    private const double Patience = 40;

    public static async Task<JsonNode> CutOffAsync(this Person person, string url, string[]? events = null, string? agentId = null) =>
        (await person.Post("webhooks", new { url, events, agentId, cutOff = "identity-provider" })).Is(HttpStatusCode.Created);

    public static async Task<JsonNode> ReceiptAsync(this Person person, JsonNode stop) => (await person.Get($"stops/{stop["id"]}")).Is(HttpStatusCode.OK);

    public static JsonNode Layer(JsonNode receipt) => receipt["layers"]!.AsArray().Single(l => l!.Text("layer") == "webhook:identity-provider")!;

    /// <summary>The endpoint's layer once it stands so, and says anything.</summary>
    public static async Task<JsonNode> UntilAsync(this Person person, JsonNode stop, string state, string? detail = null)
    {
        JsonNode layer = null!;
        await Eventually.IsAsync(async () =>
        {
            layer = Layer(await person.ReceiptAsync(stop));
            return layer.Text("state") == state && (detail is null ? layer.Text("detail").Length > 0 : layer.Text("detail") == detail);
        }, Patience, () => layer?.ToJsonString());
        return layer;
    }
}
