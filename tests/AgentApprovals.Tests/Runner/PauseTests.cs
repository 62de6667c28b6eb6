using System.Net;
using AgentApprovals.Client.Runner;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Runner;

/// <summary>Pause and continue: done by the runner, confirmed by it, and only then said.</summary>
public sealed class PauseTests : IAsyncLifetime
{
    private readonly ClockedConsole _clocked = new();
    private Scene _scene = null!;

    public async ValueTask InitializeAsync() => _scene = await _clocked.SceneAsync(new[] { Scene.Rule() });

    public ValueTask DisposeAsync() => _clocked.DisposeAsync();

    [Fact]
    public async Task The_runner_freezes_and_thaws_and_renewals_say_so()
    {
        var session = await Supervised.OpenAsync(_scene);
        await using var runner = await session.ConnectAsync(_clocked.Console);
        Assert.False((await runner.RenewAsync()).Paused);

        Assert.True((bool)(await PostAsync(session, "pause")).Is(HttpStatusCode.OK)["paused"]!);
        Assert.True((await runner.RenewAsync()).Paused);
        Assert.True((bool)(await session.LookAsync(_scene))["paused"]!);
        (await PostAsync(session, "pause")).Is(HttpStatusCode.OK);
        Assert.False((bool)(await PostAsync(session, "continue")).Is(HttpStatusCode.OK)["paused"]!);
        Assert.False((await runner.RenewAsync()).Paused);
        Assert.Equal([RunnerHub.Pause, RunnerHub.Continue], runner.Told);
        var kinds = (await _scene.Admin.Get($"ledger?sessionId={session.Id}")).Is(HttpStatusCode.OK)["items"]!.AsArray().Select(e => (string?)e!["kind"]);
        Assert.Equal(["session.started", "session.paused", "session.continued"], kinds);
    }

    [Fact]
    public async Task While_the_runner_does_it_a_renewal_does_not_undo_it()
    {
        var session = await Supervised.OpenAsync(_scene);
        var asked = new TaskCompletionSource();
        var done = new TaskCompletionSource<CageReport>();
        await using var runner = await session.ConnectAsync(_clocked.Console, _ =>
        {
            asked.SetResult();
            return done.Task;
        });
        var pausing = PostAsync(session, "pause");
        await asked.Task;
        Assert.True((await runner.RenewAsync()).Paused);
        done.SetResult(new(7, 7, 2, "cgroup", "pause"));
        (await pausing).Is(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("pidNamespace")]
    [InlineData("user")]
    [InlineData("none")]
    public async Task What_cannot_freeze_is_not_paused(string mechanism)
    {
        var session = await Supervised.OpenAsync(_scene, Supervised.With(mechanism));
        await using var runner = await session.ConnectAsync(_clocked.Console);
        (await PostAsync(session, "pause")).IsRefused(HttpStatusCode.Conflict, "no_runner");
        Assert.Empty(runner.Told);
    }

    [Fact]
    public async Task Nothing_is_said_to_be_paused_that_no_runner_confirmed()
    {
        var plain = await _scene.SessionAsync();
        (await _scene.Admin.Post($"sessions/{plain.Id}/pause")).IsRefused(HttpStatusCode.Conflict, "no_runner");

        var session = await Supervised.OpenAsync(_scene);
        (await PostAsync(session, "pause")).IsRefused(HttpStatusCode.Conflict, "no_runner");
        await using (var broken = await session.ConnectAsync(_clocked.Console, _ => Task.FromException<CageReport>(new InvalidOperationException("frozen solid"))))
            (await PostAsync(session, "pause")).IsRefused(HttpStatusCode.Conflict, "no_runner");
        Assert.False((bool)(await session.LookAsync(_scene))["paused"]!);
    }

    [Fact]
    public async Task A_paused_session_is_stopped_and_not_continued_after()
    {
        var session = await Supervised.OpenAsync(_scene);
        await using var runner = await session.ConnectAsync(_clocked.Console);
        (await PostAsync(session, "pause")).Is(HttpStatusCode.OK);
        var receipt = (await PostAsync(session, "stop")).Is(HttpStatusCode.Accepted);
        Assert.Equal("confirmed", Supervised.Layer(receipt, "process").State);
        (await PostAsync(session, "continue")).IsRefused(HttpStatusCode.Conflict, "no_runner");
        Assert.False((bool)(await session.LookAsync(_scene))["paused"]!);
    }

    private Task<Answer> PostAsync(Supervised session, string what) => _scene.Admin.Post($"sessions/{session.Id}/{what}");
}
