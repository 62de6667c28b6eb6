using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Client.Runner;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Model;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Runner;

/// <summary>A stop tells runners, whoever orders it, and its receipt says what they proved.</summary>
public sealed class RunnerStopTests : IAsyncLifetime
{
    private readonly ClockedConsole _clocked = new();
    private Scene _scene = null!;

    private TestConsole Console => _clocked.Console;

    public async ValueTask InitializeAsync() => _scene = await _clocked.SceneAsync(new[] { Scene.Rule() });

    public ValueTask DisposeAsync() => _clocked.DisposeAsync();

    [Theory]
    [InlineData("session")]
    [InlineData("agent")]
    [InlineData("everything")]
    public async Task A_stop_has_the_runner_kill_and_the_receipt_proves_it(string scope)
    {
        var session = await Supervised.OpenAsync(_scene);
        await using var runner = await session.ConnectAsync(Console);
        await runner.RenewAsync();

        var receipt = await StopAsync(scope, session);

        Assert.Equal([RunnerHub.Stop], runner.Told);
        var process = Supervised.Layer(receipt, "process");
        Assert.Equal(("confirmed", "7 processes killed on build-7, 0 left (cgroup)"), (process.State, process.Detail));
        Assert.InRange(process.AfterMs!.Value, 0, 5000);
        Assert.Equal(("absent", null, "no isolation was set up"), Supervised.Layer(receipt, "network"));
        Assert.Equal(("absent", null, "not needed: the runner answered"), Supervised.Layer(receipt, "lease"));
        Assert.Equal("dead", await session.StateAsync(_scene));
        Assert.Empty(await Replay.DifferencesAsync(Console.Services.GetRequiredService<IDbContextFactory<AgentApprovals.Data.Storage.LedgerContext>>()));
    }

    [Fact]
    public async Task So_does_a_deleted_key_and_a_third_repeat()
    {
        var session = await Supervised.OpenAsync(_scene);
        await using var runner = await session.ConnectAsync(Console);
        var key = (await _scene.Admin.Get($"agents/{_scene.AgentId}/keys")).Is(HttpStatusCode.OK)["items"]![0]!["id"];
        (await _scene.Admin.Delete($"agents/{_scene.AgentId}/keys/{key}")).Is(HttpStatusCode.NoContent);
        await Eventually.IsAsync(() => Task.FromResult(runner.Told.Contains(RunnerHub.Stop)));

        var other = await _clocked.SceneAsync();
        var repeating = await Supervised.OpenAsync(other);
        await using var its = await repeating.ConnectAsync(Console);
        (await (await other.ReviewerAsync()).Deny(await repeating.Run.Submitted())).Is(HttpStatusCode.OK);
        for (var i = 0; i < 3; i++)
            await repeating.Run.Submitted();
        await Eventually.IsAsync(() => Task.FromResult(its.Told.Contains(RunnerHub.Stop)));
    }

    [Fact]
    public async Task Many_sessions_are_summed_up_and_confirmed_only_when_all_are()
    {
        var quick = await Supervised.OpenAsync(_scene, Supervised.With("cgroup", isolated: true));
        var slow = await Supervised.OpenAsync(_scene, Supervised.With("pidNamespace", host: "build-8"));
        var held = new TaskCompletionSource<CageReport>();
        await using var first = await quick.ConnectAsync(Console, _ => Task.FromResult(new CageReport(4, 0, 3, NetworkCut: true)));
        await using var second = await slow.ConnectAsync(Console, _ => held.Task);

        var receipt = await StopAsync("agent", quick);
        Assert.Equal(("waiting", null, "4 processes killed on build-7, 0 left (cgroup); build-8 has not answered yet"), Supervised.Layer(receipt, "process"));
        Assert.Equal(("confirmed", "the only way out closed on build-7; 1 session without isolation"), (Supervised.Layer(receipt, "network").State, Supervised.Layer(receipt, "network").Detail));
        Assert.Equal("waiting", Supervised.Layer(receipt, "lease").State);

        held.SetResult(new(2, 0, 9));
        await Eventually.IsAsync(async () => Supervised.Layer(await ReceiptAsync(receipt), "process") is { State: "confirmed", Detail: "6 processes killed on 2 hosts, 0 left (cgroup, pidNamespace)" });
    }

    [Fact]
    public async Task What_nothing_holds_is_never_confirmed_as_killed()
    {
        var session = await Supervised.OpenAsync(_scene, Supervised.With("none"));
        await using var runner = await session.ConnectAsync(Console, _ => Task.FromResult(new CageReport(3, 0, 3, "cgroup")));
        var receipt = await StopAsync("session", session);
        Assert.Equal(("failed", null), (Supervised.Layer(receipt, "process").State, Supervised.Layer(receipt, "process").AfterMs));
        Assert.Equal("lost", await session.StateAsync(_scene));
    }

    [Fact]
    public async Task A_runner_that_was_away_is_told_when_it_comes_and_its_own_report_confirms()
    {
        var session = await Supervised.OpenAsync(_scene);
        var receipt = await StopAsync("session", session);
        Assert.Equal("waiting", Supervised.Layer(receipt, "process").State);
        Assert.Equal("waiting", Supervised.Layer(receipt, "lease").State);

        await using var runner = await session.ConnectAsync(Console);
        await Assert.ThrowsAsync<HubException>(runner.RenewAsync);
        await Eventually.IsAsync(() => Task.FromResult(runner.Told.Contains(RunnerHub.Stop)));
        await Eventually.IsAsync(async () => Supervised.Layer(await ReceiptAsync(receipt), "process").State == "confirmed");

        var other = await Supervised.OpenAsync(await _clocked.SceneAsync());
        await using (var reporting = await other.ConnectAsync(Console))
            await reporting.ReportAsync(new(9, 0, 4, "cgroup", "lease"));
        await Eventually.IsAsync(async () => (string?)(await other.LookAsync(_scene))["state"] == "stopped");
        var stops = (await _scene.Admin.Get("stops")).Is(HttpStatusCode.OK)["items"]!.AsArray();
        await Eventually.IsAsync(async () => Supervised.Layer(await ReceiptAsync(stops[0]!), "lease") is { State: "confirmed", Detail: "build-7 killed 9 processes by its own clock" });
    }

    [Fact]
    public async Task Where_nobody_answers_the_lease_is_confirmed_at_twice_its_length()
    {
        var session = await Supervised.OpenAsync(_scene);
        await using var runner = await session.ConnectAsync(Console, _ => new TaskCompletionSource<CageReport>().Task);
        var receipt = await StopAsync("session", session);
        Assert.Equal("waiting", Supervised.Layer(receipt, "lease").State);
        _clocked.Pass(30);
        await Eventually.IsAsync(async () => Supervised.Layer(await ReceiptAsync(receipt), "lease") is { State: "confirmed", AfterMs: 30_000 });
        Assert.Equal("waiting", Supervised.Layer(await ReceiptAsync(receipt), "process").State);
    }

    [Fact]
    public async Task One_that_failed_is_told_again_when_somebody_stops_again()
    {
        var left = 2;
        var session = await Supervised.OpenAsync(_scene);
        await using var runner = await session.ConnectAsync(Console, _ => Task.FromResult(new CageReport(7, left, 5)));
        var receipt = await StopAsync("session", session);
        Assert.Equal(("failed", "7 processes killed on build-7, 2 left (cgroup)"), (Supervised.Layer(receipt, "process").State, Supervised.Layer(receipt, "process").Detail));
        left = 0;
        await StopAsync("session", session);
        await Eventually.IsAsync(async () => Supervised.Layer(await ReceiptAsync(receipt), "process").State == "confirmed");
        // Once ahead of the ledger and once with its entry, where the first had failed by then; and once for whoever stopped again.
        Assert.InRange(runner.Told.Count, 2, 3);
    }

    [Fact]
    public async Task A_child_that_ended_by_itself_ends_its_session()
    {
        var session = await Supervised.OpenAsync(_scene);
        await using var runner = await session.ConnectAsync(Console);
        await runner.ReportAsync(new(0, 0, 1, "cgroup", "exit", ExitCode: 0));
        var shown = await session.LookAsync(_scene);
        Assert.Equal(("ended", "dead"), ((string?)shown["state"], (string?)shown["runner"]!["state"]));
        (await session.Run.Submit()).IsRefused(HttpStatusCode.Forbidden, "session_ended");
    }

    [Fact]
    public async Task A_drill_on_a_test_agent_stops_it_in_earnest_and_files_the_times()
    {
        (await _scene.Admin.Post($"agents/{_scene.AgentId}/stop", new { drill = true })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        var test = await _clocked.SceneAsync(agent: new { isTest = true });
        var session = await Supervised.OpenAsync(test);
        await using var runner = await session.ConnectAsync(Console);
        var receipt = (await test.Admin.Post($"agents/{test.AgentId}/stop", new { drill = true, reason = "Monthly drill" })).Is(HttpStatusCode.Accepted);
        Assert.True((bool)receipt["drill"]!);
        Assert.Equal("confirmed", Supervised.Layer(receipt, "process").State);
        Assert.NotNull(Supervised.Layer(receipt, "process").AfterMs);
        (await session.Run.Submit()).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
    }

    private async Task<JsonNode> StopAsync(string scope, Supervised session) => (await _scene.Admin.Post(scope switch
    {
        "session" => $"sessions/{session.Id}/stop",
        "agent" => $"agents/{_scene.AgentId}/stop",
        _ => "stop",
    })).Is(HttpStatusCode.Accepted);

    private async Task<JsonNode> ReceiptAsync(JsonNode receipt) => (await _scene.Admin.Get($"stops/{receipt["id"]}")).Is(HttpStatusCode.OK);
}
