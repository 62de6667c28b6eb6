using System.Net;
using AgentApprovals.Tests.Drivers;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AgentApprovals.Tests.Api;

/// <summary>The life of an action over the public API, with the clock in the test's hand.</summary>
public sealed class LifeTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));
    private readonly TestConsole _console;

    public LifeTests() => _console = new(_clock, timer: false, hangfire: false);

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task An_approved_action_is_released_when_its_window_ends_and_redeemed_once()
    {
        var scene = await Scene.SetAsync(_console, new[] { Scene.Rule(window: 60, hold: 10) });
        var run = await scene.SessionAsync();
        var reviewer = await scene.ReviewerAsync();

        var action = await run.Submitted();
        var id = action["id"]!.ToString();
        Assert.Equal("pending", (string?)action["status"]);
        Assert.Equal("2026-11-24T09:01:00.000Z", (string?)action["confirmationEndsAt"]);

        var approved = (await reviewer.Post($"actions/{id}/decisions", new { verdict = "approve", payloadDigest = (string?)action["payloadDigest"] })).Is(HttpStatusCode.OK);
        Assert.Equal("approved", (string?)approved["status"]);
        Assert.Equal("2026-11-24T09:01:00.000Z", (string?)approved["releaseAt"]);

        _clock.Advance(TimeSpan.FromMilliseconds(59_999));
        (await run.Agent.Post($"actions/{id}/redeem")).IsRefused(HttpStatusCode.Conflict, "not_released");
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("released", (string?)(await run.Agent.Get($"actions/{id}")).Body?["status"]);

        var redeemed = (await run.Agent.Post($"actions/{id}/redeem", key: "k1")).Is(HttpStatusCode.OK);
        Assert.StartsWith("aax_", (string?)redeemed["permit"], StringComparison.Ordinal);
        var again = await run.Agent.Post($"actions/{id}/redeem", key: "k1");
        Assert.Equal((string?)redeemed["permit"], (string?)again.Is(HttpStatusCode.OK)["permit"]);
        Assert.Equal("true", again.Response.Headers.GetValues("Idempotent-Replayed").Single());
        (await run.Agent.Post($"actions/{id}/redeem")).IsRefused(HttpStatusCode.Conflict, "already_redeemed");

        var done = (await run.Agent.Post($"actions/{id}/result", new { outcome = "succeeded" })).Is(HttpStatusCode.OK);
        Assert.Equal("completed", (string?)done["status"]);
        (await run.Agent.Post($"actions/{id}/result", new { outcome = "succeeded" })).Is(HttpStatusCode.OK);
        (await run.Agent.Post($"actions/{id}/result", new { outcome = "failed" })).IsRefused(HttpStatusCode.Conflict, "not_executing");
    }

    [Fact]
    public async Task An_unanswered_action_expires_by_the_clock_alone()
    {
        var scene = await Scene.SetAsync(_console, new[] { Scene.Rule(expires: 100) });
        var run = await scene.SessionAsync();
        var reviewer = await scene.ReviewerAsync();
        var action = await run.Submitted();
        _clock.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal("expired", (string?)(await run.Agent.Get($"actions/{action["id"]}")).Body?["status"]);
        (await reviewer.Post($"actions/{action["id"]}/decisions", new { verdict = "approve", payloadDigest = (string?)action["payloadDigest"] }))
            .IsRefused(HttpStatusCode.Conflict, "action_expired");
        var list = (await reviewer.Get("actions?status=expired")).Is(HttpStatusCode.OK);
        Assert.Single(list["items"]!.AsArray());
        Assert.Empty((await reviewer.Get("actions?status=pending")).Is(HttpStatusCode.OK)["items"]!.AsArray());
    }

    [Fact]
    public async Task A_long_poll_answers_at_the_release_although_nobody_writes_it_down()
    {
        var scene = await Scene.SetAsync(_console, new[] { Scene.Rule("veto", window: 30) });
        var run = await scene.SessionAsync();
        var action = await run.Submitted();
        Assert.Equal("approved", (string?)action["status"]);
        var poll = run.Agent.Get($"actions/{action["id"]}?wait=50");
        while (!poll.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(poll, Task.Delay(10, TestContext.Current.CancellationToken));
        }

        Assert.Equal("released", (string?)(await poll).Is(HttpStatusCode.OK)["status"]);
    }

    [Fact]
    public async Task A_denied_action_stays_denied_and_the_third_repeat_stops_the_session()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var reviewer = await scene.ReviewerAsync();
        var action = await run.Submitted();
        (await reviewer.Post($"actions/{action["id"]}/decisions", new { verdict = "deny" })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        var denied = (await reviewer.Post($"actions/{action["id"]}/decisions", new { verdict = "deny", comment = "No" })).Is(HttpStatusCode.OK);
        Assert.Equal("denied_by_person", (string?)denied["decision"]!["code"]);
        for (var i = 0; i < 3; i++)
        {
            var repeat = await run.Submitted();
            Assert.Equal("repeats_denied", (string?)repeat["decision"]!["code"]);
        }

        (await run.Submit()).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
    }

    [Fact]
    public async Task A_stop_ends_what_waits_and_resuming_brings_nothing_back()
    {
        var scene = await Scene.SetAsync(_console, new[] { Scene.Rule("veto", window: 30) });
        var run = await scene.SessionAsync();
        var action = await run.Submitted();
        var receipt = (await scene.Admin.Post($"agents/{scene.AgentId}/stop", new { reason = "wrong advice" })).Is(HttpStatusCode.Accepted);
        // It ran without a runner: what only one could take away is absent.
        Assert.Equal(["confirmed", "confirmed", "confirmed", "absent", "absent", "absent"], receipt["layers"]!.AsArray().Select(l => (string)l!["state"]!));
        (await run.Submit()).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        (await scene.Console.As(scene.Key).Post("sessions", new { onBehalfOf = "dana@example.com" })).IsRefused(HttpStatusCode.Forbidden, "agent_stopped");
        (await scene.Admin.Post($"agents/{scene.AgentId}/resume", new { reason = "fixed" })).Is(HttpStatusCode.OK);
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("stopped", (string?)(await scene.Admin.Get($"actions/{action["id"]}")).Body?["status"]);
        await scene.SessionAsync();
        Assert.True((bool?)(await scene.Admin.Get("ledger/verify")).Is(HttpStatusCode.OK)["valid"]);
    }

    [Fact]
    public async Task The_person_acted_for_can_deny_and_never_approve()
    {
        var scene = await Scene.SetAsync(_console);
        var (dana, email, _) = await scene.PersonAsync(["Reviewer"]);
        var run = await scene.SessionAsync(email);
        var action = await run.Submitted();
        (await dana.Post($"actions/{action["id"]}/decisions", new { verdict = "approve", payloadDigest = (string?)action["payloadDigest"] }))
            .IsRefused(HttpStatusCode.Forbidden, "second_person_required");
        (await dana.Post($"actions/{action["id"]}/decisions", new { verdict = "deny", comment = "Not mine" })).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_was_seen_is_what_runs()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var reviewer = await scene.ReviewerAsync();
        var action = await run.Submitted();
        (await reviewer.Post($"actions/{action["id"]}/decisions", new { verdict = "approve", payloadDigest = "sha256:other" }))
            .IsRefused(HttpStatusCode.Conflict, "payload_changed");
        var edited = (await reviewer.Post($"actions/{action["id"]}/decisions",
            new { verdict = "approve", payloadDigest = (string?)action["payloadDigest"], payload = new { body = "Ask the owner first" } })).Is(HttpStatusCode.OK);
        Assert.True((bool?)edited["edited"]);
        Assert.NotEqual((string?)action["payloadDigest"], (string?)edited["payloadDigest"]);
        Assert.Equal("Ask the owner first", (string?)edited["payload"]!["body"]);
    }
}
