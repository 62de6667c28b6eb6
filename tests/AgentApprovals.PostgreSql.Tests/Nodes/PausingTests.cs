using System.Net;
using AgentApprovals.Client.Runner;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Runner;
using Xunit;

namespace AgentApprovals.Tests.Nodes;

/// <summary>A runner is connected to one node, and only that one can tell it anything.</summary>
public sealed class PausingTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("agent-approvals-pausing-").FullName;
    private TestConsole _here = null!;
    private TestConsole _there = null!;

    public ValueTask InitializeAsync()
    {
        _here = new(hangfire: false, folder: _folder);
        _there = new(hangfire: false, folder: _folder);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _here.DisposeAsync();
        await _there.DisposeAsync();
        Suite.Drop(_folder);
    }

    [Fact]
    public async Task A_pause_asked_of_another_node_than_the_runners_is_refused_in_words_and_a_stop_reaches_it_all_the_same()
    {
        var scene = await Scene.SetAsync(_here);
        var session = await Supervised.OpenAsync(scene);
        await using var runner = await session.ConnectAsync(_there);
        // What one node hears, the others learn from the database; one that stood still meanwhile begins anew, and learns of the next.
        await Eventually.IsAsync(async () =>
        {
            await runner.RenewAsync();
            return await session.StateAsync(scene) == "connected";
        }, 30);

        var refused = await scene.Admin.Post($"sessions/{session.Id}/pause");
        refused.IsRefused(HttpStatusCode.Conflict, "no_runner");
        Assert.Contains("connected to another node", refused.Text("detail"), StringComparison.Ordinal);
        Assert.Empty(runner.Told);
        Assert.False((bool)(await session.LookAsync(scene))["paused"]!);

        (await _there.Admin.Post($"sessions/{session.Id}/pause")).Is(HttpStatusCode.OK);
        Assert.True((bool)(await session.LookAsync(scene))["paused"]!);

        var receipt = (await scene.Admin.Post($"sessions/{session.Id}/stop")).Is(HttpStatusCode.Accepted);
        await Eventually.IsAsync(
            async () => Supervised.Layer(receipt = (await scene.Admin.Get($"stops/{receipt["id"]}")).Is(HttpStatusCode.OK), "process").State == "confirmed", 30,
            () => $"{receipt["layers"]!.ToJsonString()} The runner was told {string.Join(", ", runner.Told)}.");
        Assert.Equal([RunnerHub.Pause, RunnerHub.Stop], runner.Told);
    }
}
