using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace AgentApprovals.Tests.Live;

/// <summary>Event streams of a session: its own events, in order, from wherever it stands, until it ends.</summary>
public sealed class EventStreamTests : IAsyncDisposable
{
    private readonly TestConsole _console = new(timer: false, hangfire: false);

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task A_session_is_told_of_its_own_events_without_payload_reason_and_peoples_ids()
    {
        var scene = await Scene.SetAsync(_console, new[] { Scene.Rule() });
        var run = await scene.SessionAsync();
        var other = await scene.SessionAsync();
        var reviewer = await scene.ReviewerAsync();
        await using var stream = await EventClient.OpenAsync(run.Agent);
        await other.Submitted();
        var action = await run.Submitted(new { type = "forum.post", resource = "forum://1", summary = "Answer", reason = "Waited", payload = new { body = "x" } });
        (await reviewer.Approve(action)).Is(HttpStatusCode.OK);
        (await run.Agent.Post($"actions/{action["id"]}/redeem")).Is(HttpStatusCode.OK);
        (await run.Agent.Post($"actions/{action["id"]}/result", new { outcome = "succeeded" })).Is(HttpStatusCode.OK);
        await stream.UntilAsync("action.completed");
        Assert.Equal(["action.submitted", "action.approved", "action.released", "action.executing", "action.completed"], stream.Kinds);
        Assert.Equal(stream.Sequences.Order().Distinct(), stream.Sequences);
        foreach (var told in stream.Told)
        {
            Assert.Equal(told.EventType, (string?)told.Data["type"]);
            Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", (string?)told.Data["timestamp"]);
            Assert.Equal((string?)action["id"], (string?)told.Data["data"]!["id"]);
            Assert.DoesNotContain(told.Data["data"]!.AsObject(), m => m.Key is "payload" or "reason" or "purged");
        }

        // Each as it stood right after the event, however late it is told.
        string[] statuses = ["pending", "approved", "released", "executing", "completed"];
        Assert.Equal(statuses, stream.Told.Select(e => (string?)e.Data["data"]!["status"]));
        await using var late = await EventClient.OpenAsync(run.Agent, stream.Sequences[0] - 1);
        await late.UntilAsync("action.completed");
        Assert.Equal(statuses, late.Told.Select(e => (string?)e.Data["data"]!["status"]));
        var by = stream.Told[1].Data["data"]!["approvals"]![0]!["by"]!.AsObject();
        Assert.Equal(["name"], by.Select(m => m.Key));
        var entry = (await scene.Admin.Get($"ledger?after={stream.Sequences[1] - 1}&limit=1")).Is(HttpStatusCode.OK)["items"]![0]!;
        Assert.Equal(("action.approved", (string?)stream.Told[1].Data["timestamp"]), ((string?)entry["kind"], (string?)entry["at"]));
    }

    [Fact]
    public async Task Who_resumes_misses_nothing_and_hears_nothing_twice_however_far_behind()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        await using var first = await EventClient.OpenAsync(run.Agent);
        var submitting = Task.WhenAll(Enumerable.Range(0, 60).Select(i => run.Submitted(Scene.Post($"forum://{i}"))));
        await first.UntilAsync("action.submitted", 10);
        await first.DisposeAsync();
        await submitting;
        var ledger = _console.Services.GetRequiredService<AgentApprovals.Data.Ledger.Ledger>();
        (await ledger.CommitAsync(new Noise(9000))).Require();
        await using var second = await EventClient.OpenAsync(run.Agent, first.Sequences[^1]);
        await run.Submitted(Scene.Post("forum://last"));
        await second.UntilAsync("action.submitted", 61 - first.Told.Count);
        var resources = first.Told.Concat(second.Told).Select(e => e.Data["data"]!["resource"]!.ToString()).ToList();
        Assert.Equal(61, resources.Count);
        Assert.Equal(61, resources.Distinct().Count());
        Assert.Equal("forum://last", resources[^1]);
        await using var all = await EventClient.OpenAsync(run.Agent, 0);
        await all.UntilAsync("action.submitted", 61);
        Assert.Equal(["session.started", .. Enumerable.Repeat("action.submitted", 61)], all.Kinds);
        Assert.Equal(first.Sequences.Concat(second.Sequences), all.Sequences.Skip(1));
        await using var ahead = await EventClient.OpenAsync(run.Agent, long.MaxValue);
        await run.Submitted(Scene.Post("forum://ahead"));
        await ahead.UntilAsync("action.submitted");
    }

    [Fact]
    public async Task What_is_no_number_is_no_place_to_resume_from()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        foreach (var (who, id) in new[] { run.Agent, scene.Admin }.SelectMany(w => new[] { "x", "-1", "1.5", "1,2", "99999999999999999999" }.Select(i => (w, i))))
        {
            var answer = await EventClient.AskAsync(who, id);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
            Assert.Equal("invalid_request", (string?)problem["code"]);
            Assert.NotNull(problem["errors"]!["Last-Event-ID"]);
        }
    }

    [Theory]
    [InlineData("session")]
    [InlineData("agent")]
    [InlineData("everything")]
    public async Task A_stop_is_the_last_thing_told_and_the_receipt_counts_the_stream(string scope)
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var action = await run.Submitted();
        var (_, key) = await scene.AgentAsync("bystander");
        var other = await scene.SessionAsync(key: key);
        await using var stream = await EventClient.OpenAsync(run.Agent);
        await using var stays = await EventClient.OpenAsync(other.Agent);
        var poll = run.Agent.Get($"actions/{action["id"]}?wait=60");
        var connections = _console.Services.GetRequiredService<AgentApprovals.Live.Connections>();
        await Eventually.IsAsync(() => Task.FromResult(connections.Count == 3));
        var receipt = (await scene.Admin.Post(scope switch
        {
            "session" => $"sessions/{run.Id}/stop",
            "agent" => $"agents/{scene.AgentId}/stop",
            _ => "stop",
        })).Is(HttpStatusCode.Accepted);
        (await poll).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        await stream.Ended.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        var last = Assert.Single(stream.Told);
        Assert.Equal("session.stopped", last.EventType);
        Assert.Equal((run.Id, "stopped"), ((string?)last.Data["data"]!["id"], (string?)last.Data["data"]!["state"]));
        Assert.Equal(scope == "everything" ? "1 long-poll, 2 event streams closed" : "1 long-poll, 1 event stream closed",
            (string?)receipt["layers"]!.AsArray().Single(l => (string?)l!["layer"] == "live")!["detail"]);
        var entry = (await scene.Admin.Get($"ledger?after={last.EventId}&limit=1")).Is(HttpStatusCode.OK);
        Assert.NotEmpty(entry["items"]!.AsArray());
        Assert.Equal(HttpStatusCode.Forbidden, (await EventClient.AskAsync(run.Agent, last.EventId)).StatusCode);
        if (scope == "everything")
            await stays.UntilAsync("session.stopped");
        else
            Assert.False(stays.Ended.IsCompleted);
    }

    [Fact]
    public async Task One_stop_ends_a_hundred_and_each_is_told()
    {
        var scene = await Scene.SetAsync(_console);
        var streams = new List<EventClient>();
        foreach (var run in await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => scene.SessionAsync())))
            streams.AddRange(await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => EventClient.OpenAsync(run.Agent))));
        var receipt = (await scene.Admin.Post($"agents/{scene.AgentId}/stop")).Is(HttpStatusCode.Accepted);
        await Task.WhenAll(streams.Select(s => s.Ended)).WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        Assert.All(streams, s => Assert.Equal(["session.stopped"], s.Kinds));
        Assert.Equal("100 event streams closed", (string?)receipt["layers"]!.AsArray().Single(l => (string?)l!["layer"] == "live")!["detail"]);
    }

    [Fact]
    public async Task The_end_of_the_session_is_told_and_ends_it()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        await using var stream = await EventClient.OpenAsync(run.Agent);
        await run.Agent.Delete("sessions/current");
        await stream.Ended.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        Assert.Equal(["session.ended"], stream.Kinds);
    }

    [Fact]
    public async Task A_session_has_ten_streams_and_no_more()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var streams = new List<EventClient>();
        for (var i = 0; i < 10; i++)
            streams.Add(await EventClient.OpenAsync(run.Agent));
        var refused = await EventClient.AskAsync(run.Agent, null);
        Assert.Equal((HttpStatusCode)429, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        await using var another = await EventClient.OpenAsync((await scene.SessionAsync()).Agent);
        await streams[0].DisposeAsync();
        await Eventually.IsAsync(async () =>
        {
            using var answer = await EventClient.AskAsync(run.Agent, null);
            return answer.StatusCode == HttpStatusCode.OK;
        });
        foreach (var stream in streams)
            await stream.DisposeAsync();
    }

    [Fact]
    public async Task A_host_that_shuts_down_ends_it_after_the_last_event()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        await using var stream = await EventClient.OpenAsync(run.Agent);
        await using var person = await EventClient.OpenAsync(scene.Admin);
        await run.Submitted();
        _console.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await Task.WhenAll(stream.Ended, person.Ended).WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        Assert.Equal(["action.submitted"], stream.Kinds);
        Assert.Equal(["action.submitted"], person.Kinds);
    }
}
