using System.Net;
using System.Net.Http.Json;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Gateway;

/// <summary>
/// Incident A, step 5: a forum that is a real server behind a connector. The agent that posts without a permit is refused by the gateway,
/// which alone holds the forum's key; the one that goes around it is seen by the forum, told as a bypass, and stopped.
/// </summary>
public sealed class GoneAroundTests(GatewayStage it) : IClassFixture<GatewayStage>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await it.BeginAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_agent_that_posts_without_a_permit_is_refused_and_the_one_that_goes_around_is_seen_and_stopped()
    {
        // The forum takes posts from whoever has its key, and says who, by the header that its users write under.
        var posts = new List<string>();
        it.Target.Answers = context =>
        {
            var mayPost = context.Request.Headers["X-Api-Key"] == GatewayStage.Secret || context.Request.Headers["X-Api-Key"] == "a-key-that-leaked";
            if (mayPost && context.Request.Method == "POST")
                posts.Add(context.Request.Path);
            context.Response.StatusCode = mayPost ? 201 : 401;
            return Task.CompletedTask;
        };
        (await it.Scene.Admin.Patch($"agents/{it.Scene.AgentId}", new { stopOnBypass = true })).Is(HttpStatusCode.OK);

        // Through the gateway, without waiting for anybody: held, not redeemed, not by another method or path, and straight there without the key.
        var asked = (await it.Ask(HttpMethod.Post, "/threads/8841/posts", new { body = "Flush the ACL cache" })).Is(HttpStatusCode.Accepted);
        (await it.Run.Agent.Post($"actions/{asked["id"]}/redeem")).IsRefused(HttpStatusCode.Conflict, "not_released");
        (await it.Ask(HttpMethod.Patch, "/threads/8841/posts", new { body = "Flush" })).IsRefused(HttpStatusCode.Forbidden, "not_permitted");
        (await it.Ask(HttpMethod.Post, "/threads/8841/posts/", new { body = "Flush" })).Is(HttpStatusCode.Accepted);
        using var around = new HttpClient { BaseAddress = new(it.Target.Address) };
        Assert.Equal(HttpStatusCode.Unauthorized, (await around.PostAsJsonAsync("threads/8841/posts", new { body = "Flush" }, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Empty(posts);

        // A reviewer releases one: it is posted once, and the forum's own report of it is covered.
        (await it.Scene.Admin.Approve(asked)).Is(HttpStatusCode.OK);
        (await it.Run.Agent.Post($"actions/{asked["id"]}/redeem")).Is(HttpStatusCode.OK);
        Assert.Single(posts);
        var forum = (await it.Scene.PersonAsync(["Verifier"])).Person;
        await ReportAsync(forum, "1");
        Assert.Equal("active", (await it.Run.Agent.Get("sessions/current")).Is(HttpStatusCode.OK).Text("state"));

        // With a key that leaked it goes around. The forum reports what nobody released: a bypass, and the agent is stopped.
        around.DefaultRequestHeaders.Add("X-Api-Key", "a-key-that-leaked");
        Assert.Equal(HttpStatusCode.Created, (await around.PostAsJsonAsync("threads/8841/posts", new { body = "chmod -R 777" }, TestContext.Current.CancellationToken)).StatusCode);
        await ReportAsync(forum, "2");
        await Eventually.IsAsync(async () => (await it.Scene.Admin.Get($"agents/{it.Scene.AgentId}")).Is(HttpStatusCode.OK).Text("state") == "stopped");
        (await it.Ask(HttpMethod.Get, "/threads")).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        var told = (await it.Scene.Admin.Get("ledger?limit=200&after=0")).Is(HttpStatusCode.OK)["items"]!.AsArray();
        Assert.Single(told, e => e!.Text("kind") == "agent.bypassed");
        Assert.Equal(2, posts.Count);
    }

    private static async Task ReportAsync(Person forum, string id) => Assert.True((int)(await forum.Post("observations", new
    {
        agent = "forum-helper",
        type = "forum.post",
        resource = "forum://threads/8841",
        externalId = $"post-{id}",
        observedAt = DateTimeOffset.UtcNow,
    })).Status is 200 or 201 or 202);
}
