using System.Net;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Api;

/// <summary>An agent's run: how it opens, what refuses it, how it ends.</summary>
public sealed class SessionTests(ClockedConsole clocked) : IClassFixture<ClockedConsole>
{
    private const HttpStatusCode Unauthorized = HttpStatusCode.Unauthorized, Forbidden = HttpStatusCode.Forbidden, NotFound = HttpStatusCode.NotFound;

    [Fact]
    public async Task It_opens_with_a_token_shown_once_and_its_standing_instructions()
    {
        var scene = await clocked.SceneAsync();
        (await scene.Admin.Put($"agents/{scene.AgentId}/instructions", new { text = "Confirm with a person first." })).Is(HttpStatusCode.OK);
        var answer = await clocked.Console.As(scene.Key).Post("sessions", new
        {
            onBehalfOf = " Dana@Example.com ",
            purpose = "Answer question 8841",
            client = new { name = "forum-helper", version = "1.4.0", model = "m", host = "build-7" },
            somethingNew = true,
        });
        var session = answer.Is(HttpStatusCode.Created);
        var id = session.Text("id");
        Assert.Equal($"/api/v1/sessions/{id}", answer.Response.Headers.Location?.ToString());
        Assert.Equal('7', id[14]);
        Assert.StartsWith("aas_", session.Text("token"), StringComparison.Ordinal);
        Assert.Equal("active", session.Text("state"));
        Assert.Equal("Dana@Example.com", session.Text("onBehalfOf"));
        Assert.Equal(scene.AgentId, session["agent"]!.Text("id"));
        Assert.False((bool)session["paused"]!);
        Assert.Equal("Confirm with a person first.", session["instructions"]!.Text("text"));
        Assert.Matches("^sha256:[0-9a-f]{64}$", session["instructions"]!.Text("digest"));
        var agent = clocked.Console.As(session.Text("token"));
        var shown = (await agent.Get("sessions/current")).Is(HttpStatusCode.OK);
        Assert.Null(shown["token"]);
        Assert.Equal("Confirm with a person first.", shown["instructions"]!.Text("text"));
        var forPeople = (await scene.Admin.Get($"sessions/{id}")).Is(HttpStatusCode.OK);
        Assert.Equal("Confirm with a person first.", forPeople["instructions"]!.Text("text"));
        Assert.Null(forPeople["token"]);
        Assert.Equal("Answer question 8841", forPeople.Text("purpose"));
    }

    [Fact]
    public async Task The_person_acted_for_is_shown_as_this_console_spells_them()
    {
        var scene = await clocked.SceneAsync();
        var (_, email, _) = await scene.PersonAsync([]);
        Assert.Equal(email, (await scene.SessionAsync($" {email.ToUpperInvariant()}")).Opened.Text("onBehalfOf"));
    }

    [Fact]
    public async Task It_opens_only_for_whom_the_agent_acts_for_and_under_a_runner_where_that_is_asked_for()
    {
        var scene = await clocked.SceneAsync(agent: new { actsFor = Array.Empty<string>(), requiresRunner = true });
        var key = clocked.Console.As(scene.Key);
        (await key.Post("sessions", new { onBehalfOf = "dana@example.com" })).IsRefused(Forbidden, "principal_not_allowed");
        (await key.Post("sessions", new { onBehalfOf = "OWNER@example.com" })).IsRefused(Forbidden, "runner_required");
        (await key.Post("sessions", new { onBehalfOf = "nobody" })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        (await key.Post("sessions", new { })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task A_stopped_and_a_retired_agent_open_none()
    {
        var scene = await clocked.SceneAsync();
        var key = clocked.Console.As(scene.Key);
        (await scene.Admin.Post($"agents/{scene.AgentId}/stop")).Is(HttpStatusCode.Accepted);
        (await key.Post("sessions", new { onBehalfOf = "dana@example.com" })).IsRefused(Forbidden, "agent_stopped");
        (await scene.Admin.Patch($"agents/{scene.AgentId}", new { state = "retired" })).Is(HttpStatusCode.OK);
        (await key.Post("sessions", new { onBehalfOf = "dana@example.com" })).IsRefused(Forbidden, "agent_retired");
    }

    [Fact]
    public async Task Over_the_limit_of_sessions_it_is_told_when_to_come_back()
    {
        var scene = await clocked.SceneAsync(agent: new { limits = new { maxSessions = 2, sessionSeconds = 60 } });
        await scene.SessionAsync();
        var second = await scene.SessionAsync();
        var third = await clocked.Console.As(scene.Key).Post("sessions", new { onBehalfOf = "dana@example.com" });
        third.IsRefused(HttpStatusCode.TooManyRequests, "too_many_requests");
        Assert.InRange(third.Response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 3600);
        await second.Agent.Delete("sessions/current");
        await scene.SessionAsync();
        clocked.Pass(60);
        await scene.SessionAsync();
    }

    [Fact]
    public async Task The_token_of_a_run_that_is_over_says_how_it_ended()
    {
        var scene = await clocked.SceneAsync(agent: new { limits = new { sessionSeconds = 60 } });
        var (ended, stopped, expired) = (await scene.SessionAsync(), await scene.SessionAsync(), await scene.SessionAsync());
        Assert.Equal(HttpStatusCode.NoContent, (await ended.Agent.Delete("sessions/current")).Status);
        (await scene.Admin.Post($"sessions/{stopped.Id}/stop")).Is(HttpStatusCode.Accepted);
        clocked.Pass(60);
        foreach (var (run, status, code, state) in new[] { (ended, Forbidden, "session_ended", "ended"), (stopped, Forbidden, "session_stopped", "stopped"), (expired, Unauthorized, "token_expired", "expired") })
        {
            (await run.Agent.Get("sessions/current")).IsRefused(status, code);
            (await run.Submit()).IsRefused(status, code);
            (await run.Agent.Get("actions")).IsRefused(status, code);
            (await clocked.Console.As(scene.Key).Post($"sessions/{run.Id}/renew")).IsRefused(status, code);
            var list = (await scene.Admin.Get($"sessions?state={state}&agentId={scene.AgentId}")).Is(HttpStatusCode.OK);
            Assert.Equal(run.Id, list["items"]!.AsArray().Single()!.Text("id"));
        }

        (await clocked.Console.As("aas_nobody").Get("sessions/current")).IsRefused(Unauthorized, "unauthenticated");
        (await scene.Admin.Get("sessions?state=paused")).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task Renewing_gives_time_from_now_up_to_the_longest_run()
    {
        var scene = await clocked.SceneAsync(agent: new { limits = new { sessionSeconds = 100, maxSessionSeconds = 250 } });
        var run = await scene.SessionAsync();
        var key = clocked.Console.As(scene.Key);
        var start = clocked.Clock.GetUtcNow();
        clocked.Pass(80);
        Assert.Equal(start.AddSeconds(180), await RenewedAsync());
        clocked.Pass(90);
        Assert.Equal(start.AddSeconds(250), await RenewedAsync());
        clocked.Pass(79.999);
        (await run.Agent.Get("sessions/current")).Is(HttpStatusCode.OK);
        clocked.Pass(0.001);
        (await run.Agent.Get("sessions/current")).IsRefused(Unauthorized, "token_expired");
        var (_, otherKey) = await scene.AgentAsync($"other-{Guid.NewGuid():N}"[..20]);
        (await clocked.Console.As(otherKey).Post($"sessions/{run.Id}/renew")).IsRefused(NotFound, "not_found");
        (await run.Agent.Post($"sessions/{run.Id}/renew")).IsRefused(Unauthorized, "token_expired");
        (await key.Get("sessions/current")).IsRefused(Forbidden, "forbidden");

        async Task<DateTimeOffset> RenewedAsync() => DateTimeOffset.Parse((await key.Post($"sessions/{run.Id}/renew")).Is(HttpStatusCode.OK).Text("expiresAt"), System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task A_compacted_run_is_handed_its_instructions_and_asks_a_person_from_then_on()
    {
        var scene = await clocked.SceneAsync(new[] { Scene.Rule("allow") });
        (await scene.Admin.Put($"agents/{scene.AgentId}/instructions", new { text = "Never delete." })).Is(HttpStatusCode.OK);
        var run = await scene.SessionAsync();
        Assert.Equal("released", (await run.Submitted()).Text("status"));
        var compacted = (await run.Agent.Post("sessions/current/compacted")).Is(HttpStatusCode.OK);
        Assert.Equal("Never delete.", compacted["instructions"]!.Text("text"));
        Assert.Equal("pending", (await run.Submitted()).Text("status"));
    }
}
