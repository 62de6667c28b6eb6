using System.Net;
using AgentApprovals.Tests.Drivers;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace AgentApprovals.Tests.Gateway;

/// <summary>A stored request is sent once, whoever redeems it and how often, and not at all after a stop has answered.</summary>
public sealed class OnceTests(GatewayStage it) : IClassFixture<GatewayStage>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await it.BeginAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Workers_that_race_for_released_actions_have_each_arrive_once()
    {
        var count = Soak.Times(5);
        for (var i = 0; i < count; i++)
        {
            var action = await it.ReleasedAsync(thread: i);
            var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => it.Run.Agent.Post($"actions/{action["id"]}/redeem")));
            Assert.All(answers, a => a.Is(HttpStatusCode.OK));
        }

        Assert.Equal(count, it.Target.Arrived.Count);
        Assert.Equal(count, it.Target.Arrived.Select(a => a.Line).Distinct().Count());
        // The control: where a rule lets them pass, all of the workers' requests arrive.
        it.Target.Answers = context => context.Response.WriteAsync("1");
        var open = it.NewName();
        await it.ConnectorAsync(open, rules: [new { methods = new[] { "*" }, path = "/**", pass = true }]);
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => it.Ask(HttpMethod.Post, "/open", "a", connector: open)));
        Assert.Equal(64, it.Target.Arrived.Count(a => a.Line == "/open"));
    }

    [Fact]
    public async Task After_the_answer_to_a_stop_nothing_is_sent_however_it_falls_between()
    {
        var times = Soak.Times(12);
        var (late, sent) = (0, 0);
        await Soak.RunAsync(times, 2, async i =>
        {
            var run = await it.Scene.SessionAsync();
            var action = await it.ReleasedAsync(run: run, thread: i);
            using var begun = new ManualResetEventSlim();
            var redeeming = Task.Run(async () =>
            {
                begun.Set();
                return await run.Agent.Post($"actions/{action["id"]}/redeem");
            });
            begun.Wait(TestContext.Current.CancellationToken);
            // Anywhere from before the redeem to after it.
            Thread.SpinWait(Random.Shared.Next(400_000));
            (await it.Scene.Admin.Post($"sessions/{run.Id}/stop", new { })).Is(HttpStatusCode.Accepted);
            var answered = DateTimeOffset.UtcNow;
            await redeeming;
            // What the target's own thread had not got to yet when the stop was answered had left before.
            Interlocked.Add(ref late, it.Target.Arrived.Count(a => a.Line == $"/threads/{i}/posts" && a.At > answered.AddMilliseconds(50)));
            Interlocked.Add(ref sent, it.Target.Arrived.Count(a => a.Line == $"/threads/{i}/posts"));
            (await run.Agent.Post($"actions/{action["id"]}/redeem")).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        });
        Assert.Equal(0, late);
        TestContext.Current.TestOutputHelper?.WriteLine($"{times} interleavings: {sent} had been sent before the stop answered, 0 after");
        // The control: without a stop each arrives.
        var free = await it.ReleasedAsync(thread: times);
        (await it.Run.Agent.Post($"actions/{free["id"]}/redeem")).Is(HttpStatusCode.OK);
        Assert.Single(it.Target.Arrived, a => a.Line == $"/threads/{times}/posts");
    }

    [Fact]
    public async Task A_stop_breaks_off_what_is_being_sent_and_people_see_that_it_is_not_known()
    {
        var arrived = new TaskCompletionSource();
        it.Target.Answers = async context =>
        {
            arrived.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        var action = await it.ReleasedAsync();
        var redeeming = it.Run.Agent.Post($"actions/{action["id"]}/redeem");
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        var receipt = (await it.Scene.Admin.Post($"sessions/{it.Run.Id}/stop", new { })).Is(HttpStatusCode.Accepted);
        Assert.Equal("1 request aborted", receipt["layers"]!.AsArray().Single(l => l!.Text("layer") == "gateway")!.Text("detail"));
        (await redeeming).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        var seen = await it.Scene.Admin.Look(action);
        Assert.Equal(("stopped", "unknown"), (seen.Text("status"), seen.Text("outcome")));
    }

    [Fact]
    public async Task What_a_process_that_ended_had_begun_to_send_is_unknown_at_the_next_start_and_not_sent_again()
    {
        var (arrived, over) = (new TaskCompletionSource(), new TaskCompletionSource());
        it.Target.Answers = _ =>
        {
            arrived.TrySetResult();
            return over.Task;
        };
        var action = await it.ReleasedAsync();
        var redeeming = it.Run.Agent.Post($"actions/{action["id"]}/redeem");
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        // As a process that was killed leaves it: its lock is gone, and what it had redeemed is being executed by nobody.
        var copy = Directory.CreateTempSubdirectory("agent-approvals-").FullName;
        foreach (var file in Directory.EnumerateFiles(it.Console.Folder).Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)))
        {
            await using var from = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            await using var to = File.Create(Path.Combine(copy, Path.GetFileName(file)));
            await from.CopyToAsync(to, TestContext.Current.CancellationToken);
        }

        await using var next = new TestConsole(folder: copy);
        var seen = (await next.Admin.Get($"actions/{action["id"]}")).Is(HttpStatusCode.OK);
        Assert.Equal(("failed", "unknown"), (seen.Text("status"), seen.Text("outcome")));
        (await next.As(it.Run.Opened["token"]!.ToString()).Post($"actions/{action["id"]}/redeem")).IsRefused(HttpStatusCode.Conflict, "already_redeemed");
        Assert.Single(it.Target.Arrived);
        over.SetResult();
        await redeeming;
    }
}
