using System.Diagnostics;
using System.Net;
using AgentApprovals.Tests.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace AgentApprovals.Tests.Api;

/// <summary>An agent that waits: it is answered when its action is settled or released, cut off by a stop, and holds nobody up.</summary>
public sealed class LongPollTests : IAsyncDisposable
{
    private readonly TestConsole _console = new(timer: false, hangfire: false);

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task A_denial_wakes_it_and_an_approval_alone_does_not()
    {
        var scene = await Scene.SetAsync(_console, new[] { Scene.Rule(window: 600) });
        var run = await scene.SessionAsync();
        var reviewer = await scene.ReviewerAsync();
        var action = await run.Submitted();
        var poll = run.Agent.Get($"actions/{action["id"]}?wait=60");
        await OpenAsync(1);
        (await reviewer.Approve(action)).Is(HttpStatusCode.OK);
        Assert.False(poll.IsCompleted);
        (await reviewer.Deny(action)).Is(HttpStatusCode.OK);
        Assert.Equal("denied", (string?)(await poll).Is(HttpStatusCode.OK)["status"]);
    }

    [Fact]
    public async Task It_answers_at_the_release_by_the_clock()
    {
        var scene = await Scene.SetAsync(_console, new[] { Scene.Rule("veto", window: 1) });
        var run = await scene.SessionAsync();
        var action = await run.Submitted();
        var request = new HttpRequestMessage(HttpMethod.Get, $"actions/{action["id"]}");
        request.Headers.Add("Prefer", "respond-async, wait=20");
        var began = Stopwatch.GetTimestamp();
        var answer = await run.Agent.Send(request);
        Assert.Equal("released", (string?)answer.Is(HttpStatusCode.OK)["status"]);
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0.5, 5);
    }

    [Fact]
    public async Task It_answers_with_what_there_is_when_its_time_is_up()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var action = await run.Submitted();
        Assert.Equal("pending", (string?)(await run.Agent.Get($"actions/{action["id"]}?wait=1")).Is(HttpStatusCode.OK)["status"]);
        foreach (var wait in new[] { "0", "61", "x", "-1" })
            (await run.Agent.Get($"actions/{action["id"]}?wait={wait}")).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        (await run.Agent.Get($"actions/{Guid.CreateVersion7()}?wait=0")).IsRefused(HttpStatusCode.NotFound, "not_found");
        Assert.Equal(0, Open);
    }

    [Fact]
    public async Task The_end_of_its_session_answers_it_with_the_cancelled_action()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var action = await run.Submitted();
        var poll = run.Agent.Get($"actions/{action["id"]}?wait=60");
        await OpenAsync(1);
        await run.Agent.Delete("sessions/current");
        Assert.Equal("cancelled", (string?)(await poll).Is(HttpStatusCode.OK)["status"]);
    }

    [Theory]
    [InlineData("session")]
    [InlineData("agent")]
    [InlineData("everything")]
    public async Task A_stop_ends_it_and_counts_it(string scope)
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var action = await run.Submitted();
        var (_, otherKey) = await scene.AgentAsync("bystander");
        var other = await scene.SessionAsync(key: otherKey);
        var otherPoll = other.Agent.Get($"actions/{(await other.Submitted())["id"]}?wait=60");
        var polls = Enumerable.Range(0, 2).Select(_ => run.Agent.Get($"actions/{action["id"]}?wait=60")).ToList();
        await OpenAsync(3);
        var receipt = (await scene.Admin.Post(scope switch
        {
            "session" => $"sessions/{run.Id}/stop",
            "agent" => $"agents/{scene.AgentId}/stop",
            _ => "stop",
        })).Is(HttpStatusCode.Accepted);
        foreach (var poll in polls)
            (await poll).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        Assert.Equal(scope == "everything" ? "3 long-polls closed" : "2 long-polls closed",
            (string?)receipt["layers"]!.AsArray().Single(l => (string?)l!["layer"] == "live")!["detail"]);
        Assert.Equal(scope == "everything", otherPoll.IsCompleted || Open == 0);
    }

    [Fact]
    public async Task Many_wait_at_once_and_one_stop_ends_them_all()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var action = await run.Submitted();
        var polls = Enumerable.Range(0, 300).Select(_ => run.Agent.Get($"actions/{action["id"]}?wait=60")).ToList();
        await OpenAsync(300);
        var began = Stopwatch.GetTimestamp();
        (await scene.Admin.Post($"agents/{scene.AgentId}/stop")).Is(HttpStatusCode.Accepted);
        foreach (var answer in await Task.WhenAll(polls))
            answer.IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 5);
    }

    [Fact]
    public async Task A_host_that_shuts_down_answers_with_what_there_is()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var poll = run.Agent.Get($"actions/{(await run.Submitted())["id"]}?wait=60");
        await OpenAsync(1);
        _console.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Assert.Equal("pending", (string?)(await poll).Is(HttpStatusCode.OK)["status"]);
    }

    private int Open => _console.Services.GetRequiredService<AgentApprovals.Live.Connections>().Count;

    private Task OpenAsync(int count) => Eventually.IsAsync(() => Task.FromResult(Open == count));
}
