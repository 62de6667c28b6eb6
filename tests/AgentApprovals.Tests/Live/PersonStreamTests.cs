using System.Net;
using AgentApprovals.Domain;
using AgentApprovals.Security;
using AgentApprovals.Tests.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Live;

/// <summary>Event streams of people: what they may see, by the same rule as the hub, as long as they may see anything.</summary>
public sealed class PersonStreamTests : IAsyncDisposable
{
    private readonly TestConsole _console = new(timer: false, hangfire: false);

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task A_stream_and_a_hub_connection_tell_the_same_in_the_same_order()
    {
        var scene = await Scene.SetAsync(_console, new[] { Scene.Rule() });
        var reviewer = await scene.ReviewerAsync();
        await using var hub = await LiveClient.ConnectAsync(_console, TestConsole.AdminToken);
        await hub.SubscribeAsync();
        await using var stream = await EventClient.OpenAsync(scene.Admin);
        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => scene.SessionAsync()));
        await Task.WhenAll(runs.Select(async (run, n) =>
        {
            for (var i = 0; i < 5; i++)
            {
                var action = await run.Submitted(Scene.Post($"forum://{n}/{i}"));
                (await (i % 2 == 0 ? reviewer.Approve(action) : reviewer.Deny(action))).Is(HttpStatusCode.OK);
            }
        }));
        (await scene.Admin.Post($"agents/{scene.AgentId}/stop")).Is(HttpStatusCode.Accepted);
        (await scene.Admin.Post($"agents/{scene.AgentId}/resume", new { reason = "x" })).Is(HttpStatusCode.OK);
        await hub.UntilAsync("agent.resumed");
        await stream.UntilAsync("agent.resumed");
        Assert.Equal(hub.Sequences.Zip(hub.Kinds), stream.Sequences.Zip(stream.Kinds));
        Assert.Equal(20, stream.Kinds.Count(k => k == "action.submitted"));
        Assert.Equal(hub.Told.Where(e => e["kind"]!.ToString().StartsWith("action.", StringComparison.Ordinal)).Select(e => (string?)e["actionId"]),
            stream.Told.Where(e => e.EventType.StartsWith("action.", StringComparison.Ordinal)).Select(e => (string?)e.Data["data"]!["id"]));
        var started = stream.Told.First(e => e.EventType == "session.started").Data["data"]!;
        Assert.Equal("dana@example.com", (string?)started["onBehalfOf"]);
        foreach (var kind in new[] { "agent.stopped", "agent.resumed" })
            Assert.Equal(("agent", scene.AgentId), ((string?)Data(stream, kind)["scope"], (string?)Data(stream, kind)["targetId"]));
    }

    [Fact]
    public async Task A_role_and_what_is_ones_own_say_what_is_told_and_a_changed_role_holds_from_its_entry_on()
    {
        var scene = await Scene.SetAsync(_console, new[] { Scene.Rule() });
        var (nobody, _, id) = await scene.PersonAsync([]);
        var (dana, _, _) = await scene.PersonAsync([], email: "dana@example.com");
        await using var ofNobody = await EventClient.OpenAsync(nobody);
        await using var ofDana = await EventClient.OpenAsync(dana);
        await using var ofReviewer = await EventClient.OpenAsync(await scene.ReviewerAsync());
        var hers = await scene.SessionAsync();
        var others = await scene.SessionAsync("eve@example.com");
        await hers.Submitted(Scene.Post("forum://hers"));
        await others.Submitted(Scene.Post("forum://others"));
        (await scene.Admin.Patch($"people/{id}", new { roles = new[] { "Auditor" } })).Is(HttpStatusCode.OK);
        await others.Submitted(Scene.Post("forum://after"));
        await ofReviewer.UntilAsync("action.submitted", 3);
        await ofNobody.UntilAsync("action.submitted");
        await ofDana.UntilAsync("action.submitted");
        Assert.Equal(["session.started", "session.started", "action.submitted", "action.submitted", "action.submitted"], ofReviewer.Kinds);
        Assert.Equal(["person.changed", "action.submitted"], ofNobody.Kinds);
        Assert.Equal(["session.started", "action.submitted"], ofDana.Kinds);
        await using var later = await EventClient.OpenAsync(nobody, 0);
        await later.UntilAsync("action.submitted");
        Assert.Equal(ofNobody.Sequences, later.Sequences);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_is_deactivated_or_loses_the_token_is_cut_off_although_nothing_else_happens(bool deactivated)
    {
        var scene = await Scene.SetAsync(_console);
        var (person, _, id) = await scene.PersonAsync(["Reviewer"]);
        await using var stream = await EventClient.OpenAsync(person);
        await using var stays = await EventClient.OpenAsync(await scene.ReviewerAsync());
        if (deactivated)
        {
            (await scene.Admin.Patch($"people/{id}", new { active = false })).Is(HttpStatusCode.OK);
        }
        else
        {
            var token = (await scene.Admin.Get($"people/{id}/tokens")).Is(HttpStatusCode.OK)["items"]![0]!["id"];
            Assert.Equal(HttpStatusCode.NoContent, (await scene.Admin.Delete($"people/{id}/tokens/{token}")).Status);
        }

        await Assert.ThrowsAnyAsync<Exception>(() => stream.Ended.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
        Assert.True(stream.Ended.IsCompleted);
        Assert.Equal(HttpStatusCode.Unauthorized, (await EventClient.AskAsync(person, null)).StatusCode);
        await scene.SessionAsync();
        await stays.UntilAsync("session.started");
        Assert.False(stays.Ended.IsCompleted);
    }

    [Fact]
    public async Task A_new_password_cuts_off_who_came_by_cookie_and_nobody_who_came_by_token()
    {
        var scene = await Scene.SetAsync(_console);
        var (person, email, id) = await scene.PersonAsync(["Reviewer"]);
        await using var byCookie = await EventClient.OpenAsync(await _console.ByCookieAsync(email, antiforgery: false));
        await using var byToken = await EventClient.OpenAsync(person);
        _console.Services.GetRequiredService<Stamps>().Change(_console.Services.GetRequiredService<Roster>().Person(new PersonId(Guid.Parse(id)))!);
        await Assert.ThrowsAnyAsync<Exception>(() => byCookie.Ended.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
        Assert.True(byCookie.Ended.IsCompleted);
        await scene.SessionAsync();
        await byToken.UntilAsync("session.started");
    }

    private static System.Text.Json.Nodes.JsonNode Data(EventClient stream, string kind) => stream.Told.Single(e => e.EventType == kind).Data["data"]!;
}
