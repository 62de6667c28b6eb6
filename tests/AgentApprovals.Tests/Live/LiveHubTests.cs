using System.Net;
using AgentApprovals.Tests.Drivers;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Live;

/// <summary>What people's clients are told: everything they may see, in order, from wherever they stand.</summary>
public sealed class LiveHubTests : IAsyncDisposable
{
    private readonly TestConsole _console = new(timer: false, hangfire: false);

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task It_tells_of_each_entry_once_in_order_with_the_action_and_without_its_payload()
    {
        var scene = await Scene.SetAsync(_console);
        await using var live = await LiveClient.ConnectAsync(_console, TestConsole.AdminToken);
        await live.SubscribeAsync();
        var run = await scene.SessionAsync();
        var action = await run.Submitted();
        (await (await scene.ReviewerAsync()).Deny(action)).Is(HttpStatusCode.OK);
        await live.UntilAsync("action.denied");
        Assert.Equal(["session.started", "action.submitted", "person.created", "person.setup_link_made", "person.token_made", "action.denied"], live.Kinds);
        Assert.Equal(Enumerable.Range(0, 6).Select(i => live.Sequences[0] + i), live.Sequences);
        var submitted = live.Told[1];
        Assert.Equal(action["id"]!.ToString(), (string?)submitted["actionId"]);
        Assert.Equal(run.Id, (string?)submitted["sessionId"]);
        Assert.Equal(scene.AgentId, (string?)submitted["agentId"]);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", (string?)submitted["at"]);
        Assert.Equal("Answer the question", (string?)submitted["action"]!["summary"]);
        Assert.Null(submitted["action"]!["payload"]);
        Assert.Null(live.Told[0]["action"]);
    }

    [Fact]
    public async Task Who_resumes_misses_nothing_and_hears_nothing_twice()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        await using var first = await LiveClient.ConnectAsync(_console, TestConsole.AdminToken);
        await first.SubscribeAsync(0);
        var submitting = Task.WhenAll(Enumerable.Range(0, 60).Select(i => run.Submitted(Scene.Post($"forum://{i}"))));
        await first.UntilAsync("action.submitted", 10);
        var last = first.Sequences[^1];
        await first.DisposeAsync();
        await submitting;
        await using var second = await LiveClient.ConnectAsync(_console, TestConsole.AdminToken);
        await second.SubscribeAsync(last);
        var before = first.Sequences.Where(s => s <= last).ToList();
        var missing = 60 - first.Told.Take(before.Count).Count(e => (string?)e["kind"] == "action.submitted");
        await second.UntilAsync("action.submitted", missing);
        Assert.Equal(Enumerable.Range(1, before.Count + second.Told.Count).Select(i => (long)i), before.Concat(second.Sequences));
    }

    [Fact]
    public async Task Subscribing_again_begins_anew_where_it_is_told_to()
    {
        await Scene.SetAsync(_console);
        await using var live = await LiveClient.ConnectAsync(_console, TestConsole.AdminToken);
        await live.SubscribeAsync(0);
        await live.UntilAsync("agent.key_made");
        var all = live.Told.Count;
        await live.SubscribeAsync(all - 2);
        await live.UntilAsync("agent.key_made", 2);
        Assert.Equal(Enumerable.Range(1, all).Concat([all - 1, all]).Select(i => (long)i), live.Sequences);
    }

    [Fact]
    public async Task Who_has_a_sequence_that_was_never_told_is_told_from_now_on()
    {
        var scene = await Scene.SetAsync(_console);
        await using var live = await LiveClient.ConnectAsync(_console, TestConsole.AdminToken);
        await live.SubscribeAsync(1_000_000);
        await scene.SessionAsync();
        await live.UntilAsync("session.started");
        Assert.Single(live.Told);
    }

    [Fact]
    public async Task Who_is_more_than_ten_thousand_behind_has_to_read_anew()
    {
        var scene = await Scene.SetAsync(_console);
        await using var live = await LiveClient.ConnectAsync(_console, TestConsole.AdminToken);
        (await _console.Services.GetRequiredService<AgentApprovals.Data.Ledger.Ledger>().CommitAsync(new Noise(10_001))).Require();
        var head = (long)(await scene.Admin.Get("ledger/verify?from=1&to=1")).Is(HttpStatusCode.OK)["head"]!["sequence"]!;
        await live.SubscribeAsync(head - 10_000);
        var refused = await Assert.ThrowsAsync<HubException>(() => live.SubscribeAsync(head - 10_001));
        Assert.Contains("resync", refused.Message, StringComparison.Ordinal);
        Assert.Contains("resync", (await Assert.ThrowsAsync<HubException>(() => live.SubscribeAsync(-1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_people_come_in()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var token = run.Opened["token"]!.ToString();
        foreach (var (credential, status, code) in new[] { (token, 403, "forbidden"), (scene.Key, 403, "forbidden"), ("aap_nobody", 401, "unauthenticated"), (null, 401, "unauthenticated") })
        {
            var answer = await _console.As(credential).Post("/hubs/live/negotiate?negotiateVersion=1");
            answer.IsRefused((HttpStatusCode)status, code);
            Assert.Equal("application/problem+json", answer.Response.Content.Headers.ContentType!.MediaType);
        }

        (await _console.Admin.Get("/hubs/nothing")).IsRefused(HttpStatusCode.NotFound, "not_found");
    }
}
