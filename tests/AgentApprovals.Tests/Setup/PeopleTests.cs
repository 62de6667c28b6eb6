using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Domain.People;
using AgentApprovals.Tests.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Setup;

/// <summary>People, their tokens and their one-time links.</summary>
public sealed class PeopleTests(SetupConsole it) : IClassFixture<SetupConsole>
{
    [Fact]
    public async Task A_new_person_comes_with_a_link_and_is_found_at_their_location()
    {
        var made = await it.Admin.Post("people", new { email = " New@Example.com ", displayName = "New", roles = new[] { "Manager", "Reviewer" }, groups = new[] { "security" } });
        var person = made.Is(HttpStatusCode.Created);
        Assert.Matches(@"^http://127\.0\.0\.1:\d+/account/setup\?link=aau_[\w-]{43}$", person.Text("setupUrl"));
        Assert.Equal($"/api/v1/people/{person["id"]}", made.Response.Headers.Location!.OriginalString);
        var shown = (await it.Admin.Get($"people/{person["id"]}")).Is(HttpStatusCode.OK);
        Assert.Null(shown["setupUrl"]);
        Assert.Equal(("New@Example.com", "New", """["Manager","Reviewer"]""", """["security"]""", true),
            (shown.Text("email"), shown.Text("displayName"), shown["roles"]!.ToJsonString(), shown["groups"]!.ToJsonString(), (bool)shown["active"]!));
        (await it.Admin.Post("people", new { email = "new@example.COM" })).IsRefused(HttpStatusCode.Conflict, "name_taken");
        (await it.Admin.Post("people", new { email = "x@example.com", roles = new[] { "Owner" } })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        (await it.Admin.Post("people", new { email = "nobody" })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task A_patch_merges_and_never_lets_anybody_in_by_leaving_it_open()
    {
        var (_, email, id) = await it.Scene.PersonAsync(["Reviewer"], ["security"]);
        var patched = (await it.Admin.Patch($"people/{id}", new { displayName = "Dana" })).Is(HttpStatusCode.OK);
        Assert.Equal(("""["Reviewer"]""", """["security"]"""), (patched["roles"]!.ToJsonString(), patched["groups"]!.ToJsonString()));
        var reset = (await it.Admin.Patch($"people/{id}", JsonNode.Parse("""{"roles":null,"groups":null,"displayName":null}""")!)).Is(HttpStatusCode.OK);
        Assert.Equal(("[]", "[]", email), (reset["roles"]!.ToJsonString(), reset["groups"]!.ToJsonString(), reset.Text("displayName")));
        (await it.Admin.Patch($"people/{id}", JsonNode.Parse("""{"active":null}""")!)).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        (await it.Admin.Patch($"people/{id}", new { email = "other@example.com" })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        (await it.Admin.Patch($"people/{Guid.NewGuid()}", new { active = false })).IsRefused(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task The_last_administrator_stays_one()
    {
        await using var console = new TestConsole();
        var root = (await console.Admin.Get("people")).Is(HttpStatusCode.OK)["items"]!.AsArray().Single(p => p!.Text("email") == TestConsole.AdminEmail)!;
        (await console.Admin.Patch($"people/{root["id"]}", new { roles = new[] { "Reviewer" } })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        (await console.Admin.Patch($"people/{root["id"]}", new { active = false })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task Everyone_makes_lists_and_deletes_their_own_tokens_and_nobody_elses()
    {
        var (nobody, _, id) = await it.Scene.PersonAsync([], mayDecide: "high");
        var (_, _, other) = await it.Scene.PersonAsync(["Reviewer"]);
        var made = await nobody.Post($"people/{id}/tokens", new { name = "script", mayDecide = "none" });
        var token = made.Is(HttpStatusCode.Created);
        Assert.StartsWith("aap_", token.Text("token"), StringComparison.Ordinal);
        var listed = (await nobody.Get($"people/{id}/tokens")).Is(HttpStatusCode.OK);
        Assert.DoesNotContain("aap_", listed.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal([("test", "high"), ("script", "none")], listed["items"]!.AsArray().Select(t => (t!.Text("name"), t!.Text("mayDecide"))));
        Assert.Equal(TestConsole.AdminEmail, listed["items"]![0]!["madeBy"]!.Text("name"));
        Assert.Equal(id, listed["items"]![1]!["madeBy"]!.Text("id"));
        Assert.Equal(HttpStatusCode.NoContent, (await nobody.Delete($"people/{id}/tokens/{token["id"]}")).Status);
        (await it.Console.As(token.Text("token")).Get("agents")).IsRefused(HttpStatusCode.Unauthorized, "unauthenticated");
        (await nobody.Delete($"people/{id}/tokens/{token["id"]}")).IsRefused(HttpStatusCode.NotFound, "not_found");

        (await nobody.Post($"people/{other}/tokens", new { name = "theirs" })).IsRefused(HttpStatusCode.Forbidden, "forbidden");
        (await nobody.Get($"people/{other}/tokens")).IsRefused(HttpStatusCode.Forbidden, "forbidden");
        var theirs = (await it.Admin.Get($"people/{other}/tokens")).Is(HttpStatusCode.OK)["items"]![0]!.Text("id");
        (await nobody.Delete($"people/{other}/tokens/{theirs}")).IsRefused(HttpStatusCode.Forbidden, "forbidden");
        (await it.Admin.Delete($"people/{id}/tokens/{theirs}")).IsRefused(HttpStatusCode.NotFound, "not_found");
    }

    [Theory]
    [InlineData("none", "none", true)]
    [InlineData("none", "high", false)]
    [InlineData("high", "high", true)]
    [InlineData("high", "all", false)]
    [InlineData("all", "all", true)]
    public async Task A_token_never_makes_one_wider_than_itself(string own, string wanted, bool allowed)
    {
        var (administrator, _, id) = await it.Scene.PersonAsync(["Administrator"], mayDecide: own);
        var (_, _, other) = await it.Scene.PersonAsync([]);
        foreach (var holder in new[] { id, other })
        {
            var made = await administrator.Post($"people/{holder}/tokens", new { name = "t", mayDecide = wanted });
            if (allowed)
                made.Is(HttpStatusCode.Created);
            else
                made.IsRefused(HttpStatusCode.Forbidden, "token_may_not_decide");
        }
    }

    [Fact]
    public async Task What_a_token_may_decide_is_high_where_nothing_is_said_and_one_of_three_words()
    {
        var (someone, _, id) = await it.Scene.PersonAsync([]);
        Assert.Equal("high", (await someone.Post($"people/{id}/tokens", new { name = "t" })).Is(HttpStatusCode.Created).Text("mayDecide"));
        (await someone.Post($"people/{id}/tokens", new { name = "t", mayDecide = "everything" })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        (await someone.Post($"people/{id}/tokens", new { mayDecide = "none" })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task A_link_into_an_account_that_opens_already_takes_a_token_for_everything()
    {
        var (administrator, _, _) = await it.Scene.PersonAsync(["Administrator"], mayDecide: "high");
        var fresh = (await it.Admin.Post("people", new { email = "fresh@example.com" })).Is(HttpStatusCode.Created).Text("id");
        Assert.Contains("/account/setup?link=aau_", (await administrator.Post($"people/{fresh}/setup-link")).Is(HttpStatusCode.OK).Text("setupUrl"), StringComparison.Ordinal);
        (await it.Admin.Post($"people/{fresh}/tokens", new { name = "t" })).Is(HttpStatusCode.Created);
        (await administrator.Post($"people/{fresh}/setup-link")).IsRefused(HttpStatusCode.Forbidden, "token_may_not_decide");
        (await it.Admin.Post($"people/{fresh}/setup-link")).Is(HttpStatusCode.OK);
        (await administrator.Post($"people/{Guid.NewGuid()}/setup-link")).IsRefused(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task A_token_made_for_someone_else_is_an_entry_by_who_made_it()
    {
        var (_, _, id) = await it.Scene.PersonAsync([]);
        var entries = (await it.Admin.Get("ledger?limit=200")).Is(HttpStatusCode.OK)["items"]!.AsArray();
        var made = entries.Last(e => e!.Text("kind") == "person.token_made")!;
        Assert.Equal(("person", TestConsole.AdminEmail), (made["actor"]!.Text("kind"), made["actor"]!.Text("name")));
        Assert.DoesNotContain("aap_", made.ToJsonString(), StringComparison.Ordinal);
        Assert.NotNull(id);
    }

    [Fact]
    public async Task Deactivating_refuses_tokens_at_once_and_stops_what_runs_on_their_behalf()
    {
        var (reviewer, email, id) = await it.Scene.PersonAsync(["Reviewer"]);
        var (_, key) = await it.Scene.AgentAsync(it.NewName());
        var run = await it.Scene.SessionAsync(email, key);
        var unrelated = await it.Scene.SessionAsync("somebody@example.com", key);
        var approved = await unrelated.Submitted();
        (await reviewer.Post($"actions/{approved["id"]}/decisions", new { verdict = "approve", payloadDigest = approved.Text("payloadDigest") })).Is(HttpStatusCode.OK);

        Assert.False((bool)(await it.Admin.Patch($"people/{id}", new { active = false })).Is(HttpStatusCode.OK)["active"]!);
        (await reviewer.Get("agents")).IsRefused(HttpStatusCode.Unauthorized, "unauthenticated");
        (await run.Agent.Get("sessions/current")).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        var taken = (await it.Admin.Get($"actions/{approved["id"]}")).Is(HttpStatusCode.OK);
        Assert.Equal(("pending", 0), (taken.Text("status"), taken["approvals"]!.AsArray().Count));
        (await unrelated.Agent.Get("sessions/current")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_link_is_used_once_and_the_persons_other_links_are_void_with_it()
    {
        var person = (await it.Admin.Post("people", new { email = "links@example.com" })).Is(HttpStatusCode.Created);
        var second = (await it.Admin.Post($"people/{person["id"]}/setup-link")).Is(HttpStatusCode.OK);
        var others = (await it.Admin.Post("people", new { email = "others@example.com" })).Is(HttpStatusCode.Created);
        Assert.Equal(200, await UseAsync(second));
        Assert.Equal(404, await UseAsync(second));
        Assert.Equal(404, await UseAsync(person));
        Assert.Equal(200, await UseAsync(others));
    }

    private async Task<int> UseAsync(JsonNode person)
    {
        var ledger = it.Console.Services.GetRequiredService<AgentApprovals.Data.Ledger.Ledger>();
        return (await ledger.CommitAsync(new UseSetupLink(SecretHash.Of(person.Text("setupUrl").Split("link=")[1])))).Refusal?.Status ?? 200;
    }
}
