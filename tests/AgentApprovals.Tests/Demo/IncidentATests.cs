using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Demo;
using AgentApprovals.Tests.Drivers;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using InboxPage = AgentApprovals.Console.Inbox.Inbox;

namespace AgentApprovals.Tests.Demo;

/// <summary>Incident A as the demo plays it: the agent in a process of its own, over the public API; the forum a server of its own, behind a connector.</summary>
public sealed class IncidentATests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly TestConsole _console;
    private Person _ana = null!;
    private Person _dana = null!;
    private string _agent = "";

    public IncidentATests() => _console = new(_clock, environment: "Development");

    private IReadOnlyList<ForumPost> Forum => _console.Services.GetRequiredService<DemoForum>().Posts;

    private DemoPlayer Player => _console.Services.GetRequiredService<DemoPlayers>().A;

    public async ValueTask InitializeAsync()
    {
        _ana = await _console.DemoPersonAsync("ana@example.com");
        _dana = await _console.DemoPersonAsync("dana@example.com");
        _agent = (await _ana.Get("agents?q=forum-helper")).Is(HttpStatusCode.OK)["items"]!.AsArray().Single()!.Text("id");
    }

    public ValueTask DisposeAsync()
    {
        Xunit.TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', Player.Said));
        return _console.DisposeAsync();
    }

    [Fact]
    public async Task A_post_nobody_asked_for_waits_for_a_second_person_who_sees_what_would_be_posted()
    {
        var (undirected, claimed) = await PlayAsync();

        // 1. It reads for Dana without a person, and may ask to post.
        var read = (await AskedAsync()).Single(a => a.Text("type") == "forum.read");
        Assert.Equal(("completed", "dana@example.com", "forum://engineering/threads/8841"), (read.Text("status"), read.Text("onBehalfOf"), read.Text("resource")));
        Assert.Contains("ACL cache", (await _ana.Get($"actions/{read["id"]}/response")).Is(HttpStatusCode.OK)["body"]!.Text("question"), StringComparison.Ordinal);
        var permissions = (await _ana.Get($"agents/{_agent}/permissions")).Is(HttpStatusCode.OK)["items"]!.AsArray().Select(p => p!.Text("type"));
        Assert.Equal(["forum.read", "forum.post"], permissions);

        // 2. Held, whoever is said to have directed it, and risky for whom it reaches.
        Assert.Equal(("pending", "none"), (undirected.Text("status"), undirected.Text("directed")));
        Assert.Equal(("pending", "claimed", "dana@example.com"), (claimed.Text("status"), claimed.Text("directed"), claimed.Text("directedBy")));
        foreach (var post in new[] { undirected, claimed })
        {
            Assert.Contains(post["risk"]!.Text("level"), new[] { "high", "critical" });
            Assert.Superset(new HashSet<string> { "audience", "undirected", "irreversible" }, post["risk"]!["factors"]!.AsArray().Select(f => f!.Text("name")).ToHashSet());
        }

        Assert.Equal(2, Player.Said.Count(s => s.EndsWith("pending. Going ahead all the same: not_released", StringComparison.Ordinal)));

        // 3. Not Dana, who may still say no; a second person sees the payload before what the agent says of it.
        (await _dana.Approve(undirected)).IsRefused(HttpStatusCode.Forbidden, "second_person_required");
        (await _dana.Approve(claimed)).IsRefused(HttpStatusCode.Forbidden, "second_person_required");
        var card = await CardAsync(undirected);
        Assert.Contains("Nobody directed this", card, StringComparison.Ordinal);
        Assert.Contains("1,240", card, StringComparison.Ordinal);
        var at = card.IndexOf("Flush the ACL cache with group write", StringComparison.Ordinal);
        Assert.InRange(at, 0, card.IndexOf("The thread has waited two hours", StringComparison.Ordinal));

        // 5. Nothing goes through the gateway that nobody approved, and nothing to the forum without its key.
        Assert.Contains("Another method, that nobody has to approve: not_permitted", Player.Said);
        Assert.Contains("Straight to the forum, with nothing in hand: 401", Player.Said);
        Assert.Empty(Forum);

        // Dana says that she did not tell it to; then no.
        var disowned = (await _dana.Post($"actions/{claimed["id"]}/direction", new { confirmed = false })).Is(HttpStatusCode.OK);
        Assert.Equal("disowned", disowned.Text("directed"));
        (await _dana.Deny(claimed, "I asked for an analysis")).Is(HttpStatusCode.OK);
        (await _ana.Deny(undirected, "The advice is wrong")).Is(HttpStatusCode.OK);

        // 5. It goes around: the forum reports a post that no permit covers, which is told as a bypass and stops the agent.
        await EndedAsync();
        Assert.Contains("Posted around the console: 201", Player.Said);
        Assert.Equal("Asked to post 2, posted 0, around the console 1. I end: session_stopped.", Player.Said[^1]);
        var around = Assert.Single(Forum);
        Assert.False(around.ByConsole);
        var seen = Assert.Single((await _ana.Get($"observations?agentId={_agent}")).Is(HttpStatusCode.OK)["items"]!.AsArray())!;
        Assert.Equal((false, "forum.post", around.Id), ((bool)seen["covered"]!, seen.Text("type"), seen.Text("externalId")));
        Assert.Equal("stopped", (await _ana.Get($"agents/{_agent}")).Is(HttpStatusCode.OK).Text("state"));
        var stop = Assert.Single((await _ana.Get("stops")).Is(HttpStatusCode.OK)["items"]!.AsArray())!;
        Assert.Equal(("agent", "bypass"), (stop.Text("scope"), stop["by"]!.Text("name")));

        // 6. The incident says so, by whom it was told, and how to undo it.
        var incident = (await _ana.Get($"stops/{stop["id"]}/incident")).Is(HttpStatusCode.OK)["incident"]!;
        var bypass = Assert.Single(incident["bypasses"]!.AsArray())!;
        Assert.Equal((around.Id, "Engineering forum"), (bypass.Text("externalId"), bypass.Text("reportedBy")));
        Assert.StartsWith("Delete the post", bypass.Text("compensation"), StringComparison.Ordinal);
        Assert.Superset(new HashSet<string> { "action.submitted", "action.disowned", "action.denied", "gateway.refused", "agent.bypassed", "stop.ordered" },
            incident["timeline"]!.AsArray().Select(e => e!.Text("kind")).ToHashSet());
    }

    [Fact]
    public async Task Approved_early_it_waits_for_its_window_and_once_it_is_posted_the_incident_says_all_of_it()
    {
        // 4. Held until the end of its window, and taken back until then.
        var (post, other) = await PlayAsync();
        var approved = (await _ana.Approve(post)).Is(HttpStatusCode.OK);
        Assert.Equal(("approved", post.Text("confirmationEndsAt")), (approved.Text("status"), approved.Text("releaseAt")));
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("pending", (await _ana.Delete($"actions/{post["id"]}/decisions/mine")).Is(HttpStatusCode.OK).Text("status"));
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("pending", (await _ana.Look(post)).Text("status"));
        Assert.DoesNotContain("Posted.", Player.Said);

        // Said yes to after all, it is held a while longer, and then the agent posts: once, and on record with who let it.
        Assert.Equal("approved", (await _ana.Approve(post)).Is(HttpStatusCode.OK).Text("status"));
        _clock.Advance(TimeSpan.FromSeconds(10));
        await Eventually.IsAsync(() => Task.FromResult(Player.Said.Contains("Posted.")), 30);
        var done = await _ana.Look(post);
        Assert.Equal(("completed", "Ana Ruiz"), (done.Text("status"), done["approvals"]![0]!["by"]!.Text("name")));
        // By the console's key, the very text that she saw; the forum's own report of it is covered, and stops nobody.
        var posted = Assert.Single(Forum);
        Assert.Equal((true, post["payload"]!["body"]!.Text("body")), (posted.ByConsole, posted.Body));
        await Eventually.IsAsync(async () => (await _ana.Get($"observations?agentId={_agent}&covered=true")).Is(HttpStatusCode.OK)["items"]!.AsArray().SingleOrDefault()?.Text("externalId") == posted.Id);

        // 6. What the session asked for, what was released, who approved, and how long it took from the first request to containment.
        _clock.Advance(TimeSpan.FromSeconds(300));
        var stop = (await _ana.Post($"sessions/{post["sessionId"]}/stop", new { reason = "The advice is wrong" })).Is(HttpStatusCode.Accepted).Text("id");
        await EndedAsync();
        Assert.Equal("Asked to post 2, posted 1, around the console 0. I end: session_stopped.", Player.Said[^1]);
        var incident = (await _ana.Get($"stops/{stop}/incident")).Is(HttpStatusCode.OK)["incident"]!;
        Assert.Equal(400, (int)incident["secondsToContainment"]!);
        var actions = incident["actions"]!.AsArray().Select(a => a!).ToDictionary(a => a.Text("id"));
        Assert.Equal(3, actions.Count);
        var executed = actions[post.Text("id")];
        Assert.Equal(("executed", "none", "Ana Ruiz"), (executed.Text("fate"), executed.Text("directed"), (string?)executed["approvedBy"]!.AsArray().Single()));
        Assert.StartsWith("Delete the post", executed.Text("compensation"), StringComparison.Ordinal);
        Assert.Empty(incident["bypasses"]!.AsArray());
        Assert.Equal(("didNotHappen", "stopped"), (actions[other.Text("id")].Text("fate"), actions[other.Text("id")].Text("status")));
        Assert.Equal(["dana@example.com"], incident["sessions"]!.AsArray().Select(s => s!.Text("onBehalfOf")));
        Assert.Superset(new HashSet<string> { "action.submitted", "action.approved", "action.approval_taken_back", "action.released", "action.completed", "session.stopped" },
            incident["timeline"]!.AsArray().Select(e => e!.Text("kind")).ToHashSet());
    }

    private async Task<(JsonNode Undirected, JsonNode Claimed)> PlayAsync()
    {
        Assert.Null(await Player.PlayAsync());
        await Eventually.IsAsync(async () => (await PostsAsync()).Count == 2 && Player.Said.Count(s => s.Contains("not_released", StringComparison.Ordinal)) == 2, 30);
        var posts = await PostsAsync();
        return (posts.Single(p => p.Text("directed") == "none"), posts.Single(p => p.Text("directed") == "claimed"));
    }

    private Task EndedAsync() => Eventually.IsAsync(() => Task.FromResult(!Player.IsPlaying && Player.Said[^1].Contains("I end", StringComparison.Ordinal)), 30);

    private async Task<List<JsonNode>> PostsAsync() => [.. (await AskedAsync()).Where(a => a.Text("type") == "forum.post")];

    private async Task<List<JsonNode>> AskedAsync() =>
        [.. (await _ana.Get($"actions?agentId={_agent}")).Is(HttpStatusCode.OK)["items"]!.AsArray().Select(a => a!)];

    /// <summary>What Ana reads of it in the inbox.</summary>
    private async Task<string> CardAsync(JsonNode action)
    {
        var ada = await _console.DemoPersonAsync(DemoSeed.Administrator);
        var id = (await ada.Get("people")).Is(HttpStatusCode.OK)["items"]!.AsArray().Single(p => p!.Text("email") == "ana@example.com")!.Text("id");
        await using var context = new PageContext(_console, id);
        context.Services.GetRequiredService<NavigationManager>().NavigateTo($"/?id={action["id"]}");
        return context.Render<InboxPage>().WaitForElement("article.action").TextContent;
    }
}
