using System.Net;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Live;
using AgentApprovals.Tests.Data;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Live;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Xunit;

namespace AgentApprovals.Tests.Api;

/// <summary>What is answered, and what is not done, when the writer is held up or breaks.</summary>
public sealed class OutageTests : IAsyncDisposable
{
    private readonly TestConsole _console;
    private StoreDriver? _driver;

    public OutageTests() => _console = new(timer: false, hangfire: false, services: services =>
    {
        var own = services.Single(s => s.ServiceType == typeof(ILedgerStore));
        services.Replace(ServiceDescriptor.Singleton<ILedgerStore>(s => _driver = new((ILedgerStore)own.ImplementationFactory!(s))));
        services.Replace(ServiceDescriptor.Singleton(new LedgerOptions(MinimumWindowSeconds: 0, QueueRoom: 2)));
    });

    private StoreDriver Store => _driver ?? throw new InvalidOperationException("The console has not started.");

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task With_no_room_for_more_a_write_is_busy_and_a_stop_acts_at_once_and_is_entered()
    {
        var scene = await Scene.SetAsync(_console);
        var (run, poller) = (await scene.SessionAsync(), await scene.SessionAsync());
        var poll = poller.Agent.Get($"actions/{(await poller.Submitted())["id"]}?wait=60");
        await using var stream = await EventClient.OpenAsync(poller.Agent);
        // Both are open before anything is held up: what the receipt counts is what stood when the stop came.
        await Eventually.IsAsync(() => Task.FromResult(_console.Services.GetRequiredService<Connections>().Count == 2));
        var (gate, held) = (new TaskCompletionSource(), new TaskCompletionSource());
        Store.Before = _ =>
        {
            held.TrySetResult();
            return gate.Task;
        };
        var first = run.Submit();
        await held.Task;
        var more = Enumerable.Range(0, 12).Select(_ => run.Submit()).ToList();
        var busy = await await Task.WhenAny(more);
        busy.IsRefused(HttpStatusCode.ServiceUnavailable, "busy");
        Assert.InRange(busy.Response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);

        var stopping = scene.Admin.Post($"agents/{scene.AgentId}/stop");
        // Nothing can be committed yet, and the agent is cut off all the same.
        (await poll).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        (await poller.Agent.Get("sessions/current")).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        await stream.Ended.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        Assert.Equal("session.stopped", stream.Kinds[^1]);
        Assert.Equal("stopped", stream.Told[^1].Data["data"]!.Text("state"));
        Assert.False(stopping.IsCompleted);
        Store.Before = null;
        gate.SetResult();
        var receipt = (await stopping).Is(HttpStatusCode.Accepted);
        Assert.Equal("1 long-poll, 1 event stream closed", receipt["layers"]![1]!.Text("detail"));
        // What waited in the writer before the stop was decided after it, but for the one that was being written.
        (await first).Is(HttpStatusCode.Created);
        var answers = await Task.WhenAll(more);
        Assert.All(answers, a => Assert.Contains(a.Code, new[] { "busy", "session_stopped" }));
    }

    [Fact]
    public async Task A_database_that_cant_be_reached_is_unavailable_and_a_fault_of_ours_an_internal_error()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        Store.Before = _ => throw Suite.Unreachable();
        var unavailable = await run.Submit();
        unavailable.IsRefused(HttpStatusCode.ServiceUnavailable, "unavailable");
        Assert.InRange(unavailable.Response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Store.Before = _ => throw new InvalidOperationException("secret detail");
        var broken = await run.Submit();
        broken.IsRefused(HttpStatusCode.InternalServerError, "internal_error");
        Assert.DoesNotContain("secret", broken.Body!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("application/problem+json", broken.Response.Content.Headers.ContentType!.MediaType);
        Store.Before = null;
        (await run.Submit()).Is(HttpStatusCode.Created);
        Assert.Single((await run.Agent.Get("actions")).Body!["items"]!.AsArray());
    }
}
