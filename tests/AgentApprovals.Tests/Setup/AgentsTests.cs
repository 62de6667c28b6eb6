using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Setup;

/// <summary>Agents, their keys, permissions and instructions, as a script sets them up.</summary>
public sealed class AgentsTests(SetupConsole it) : IClassFixture<SetupConsole>
{
    [Fact]
    public async Task A_new_agent_has_the_defaults_of_the_contract_and_is_found_at_its_location()
    {
        var name = it.NewName();
        var (_, made) = await it.AgentAsync(new { name });
        var agent = made.Is(HttpStatusCode.Created);
        Assert.Equal($"/api/v1/agents/{agent["id"]}", made.Response.Headers.Location!.OriginalString);
        Assert.Equal(agent.ToJsonString(), (await it.Admin.Get($"agents/{agent["id"]}")).Is(HttpStatusCode.OK).ToJsonString());
        Assert.Equal("active", (string?)agent["state"]);
        Assert.Equal("""{"maxPending":500,"maxActionsPerMinute":600,"maxSessions":20,"sessionSeconds":3600,"maxSessionSeconds":86400,"leaseSeconds":15}""", agent["limits"]!.ToJsonString());
        foreach (var flag in new[] { "requiresInstructionsDigest", "requiresRunner", "isTest", "stopOnBypass" })
            Assert.False((bool)agent[flag]!);
        Assert.Equal("[]", agent["actsFor"]!.ToJsonString());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", (string?)agent["createdAt"]);
        Assert.Equal('7', ((string)agent["id"]!)[14]);
        (await it.AgentAsync(new { name })).Answer.IsRefused(HttpStatusCode.Conflict, "name_taken");
    }

    [Theory]
    [InlineData("""{"name":"Upper","owner":"o@example.com"}""", "name")]
    [InlineData("""{"name":"-first","owner":"o@example.com"}""", "name")]
    [InlineData("""{"name":"has space","owner":"o@example.com"}""", "name")]
    [InlineData("""{"owner":"o@example.com"}""", "name")]
    [InlineData("""{"name":"ok"}""", "owner")]
    [InlineData("""{"name":"ok","owner":"nobody"}""", "owner")]
    [InlineData("""{"name":"ok","owner":"o@example.com","limits":{"maxPending":0}}""", "limits.maxPending")]
    [InlineData("""{"name":"ok","owner":"o@example.com","actsFor":"*"}""", "actsFor")]
    [InlineData("""{"name":"ok","owner":"o@example.com","isTest":"yes"}""", "isTest")]
    public async Task A_bad_agent_is_refused_by_field(string body, string field)
    {
        var refused = await it.Admin.PostRaw("agents", body);
        refused.IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        Assert.NotEmpty(refused.Body!["errors"]![field]!.AsArray());
    }

    [Fact]
    public async Task A_patch_merges_and_null_takes_a_setting_back_to_its_default()
    {
        var (path, _) = await it.AgentAsync(new { displayName = "One", actsFor = new[] { "*" }, labels = new[] { "a" }, limits = new { maxPending = 7, maxSessions = 3 }, isTest = true });
        var patched = (await it.Admin.Patch(path, new { limits = new { maxPending = 8 } })).Is(HttpStatusCode.OK);
        Assert.Equal((8, 3), ((int)patched["limits"]!["maxPending"]!, (int)patched["limits"]!["maxSessions"]!));
        Assert.Equal("One", (string?)patched["displayName"]);
        var reset = (await it.Admin.Patch(path, JsonNode.Parse("""{"displayName":null,"actsFor":null,"labels":null,"isTest":null,"limits":{"maxPending":null}}""")!)).Is(HttpStatusCode.OK);
        Assert.Equal((string?)reset["name"], (string?)reset["displayName"]);
        Assert.Equal((500, 3), ((int)reset["limits"]!["maxPending"]!, (int)reset["limits"]!["maxSessions"]!));
        Assert.Equal(("[]", "[]", false), (reset["actsFor"]!.ToJsonString(), reset["labels"]!.ToJsonString(), (bool)reset["isTest"]!));
        (await it.Admin.Patch(path, JsonNode.Parse("""{"owner":null}""")!)).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        (await it.Admin.Patch(path, new { name = "another" })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        (await it.Admin.Patch(path, new { state = "active" })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task A_retired_agent_opens_nothing_any_more()
    {
        var (path, _) = await it.AgentAsync(new { actsFor = new[] { "*" } });
        var key = (await it.Admin.Post($"{path}/keys", new { name = "k" })).Is(HttpStatusCode.Created).Text("key");
        var run = (await it.Console.As(key).Post("sessions", new { onBehalfOf = "dana@example.com" })).Is(HttpStatusCode.Created).Text("token");
        Assert.Equal("retired", (await it.Admin.Patch(path, new { state = "retired" })).Is(HttpStatusCode.OK).Text("state"));
        (await it.Console.As(run).Get("sessions/current")).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        (await it.Console.As(key).Post("sessions", new { onBehalfOf = "dana@example.com" })).IsRefused(HttpStatusCode.Forbidden, "agent_retired");
        (await it.Admin.Post($"{path}/keys", new { name = "k2" })).IsRefused(HttpStatusCode.Forbidden, "agent_retired");
        Assert.Contains((await it.Admin.Get("agents?state=retired")).Is(HttpStatusCode.OK)["items"]!.AsArray(), a => path.EndsWith((string)a!["id"]!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_deleted_key_stops_the_sessions_it_opened_and_those_alone()
    {
        var (path, _) = await it.AgentAsync(new { actsFor = new[] { "*" } });
        var keys = new List<JsonNode>();
        var runs = new List<Person>();
        foreach (var name in new[] { "one", "two" })
        {
            keys.Add((await it.Admin.Post($"{path}/keys", new { name })).Is(HttpStatusCode.Created));
            runs.Add(it.Console.As((await it.Console.As(keys[^1].Text("key")).Post("sessions", new { onBehalfOf = "dana@example.com" })).Is(HttpStatusCode.Created).Text("token")));
        }

        var listed = (await it.Admin.Get($"{path}/keys")).Is(HttpStatusCode.OK);
        Assert.DoesNotContain("aak_", listed.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(["one", "two"], listed["items"]!.AsArray().Select(k => (string)k!["name"]!));
        var deleted = await it.Admin.Delete($"{path}/keys/{keys[0]["id"]}");
        Assert.Equal((HttpStatusCode.NoContent, null), (deleted.Status, deleted.Body));
        (await runs[0].Get("sessions/current")).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        (await runs[1].Get("sessions/current")).Is(HttpStatusCode.OK);
        (await it.Console.As(keys[0].Text("key")).Post("sessions", new { onBehalfOf = "dana@example.com" })).IsRefused(HttpStatusCode.Unauthorized, "unauthenticated");
        (await it.Admin.Delete($"{path}/keys/{keys[0]["id"]}")).IsRefused(HttpStatusCode.NotFound, "not_found");
        var (other, _) = await it.AgentAsync();
        (await it.Admin.Delete($"{other}/keys/{keys[1]["id"]}")).IsRefused(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Keys_are_listed_page_by_page()
    {
        var (path, _) = await it.AgentAsync();
        for (var i = 0; i < 5; i++)
            (await it.Admin.Post($"{path}/keys", new { name = $"k{i}" })).Is(HttpStatusCode.Created);
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await it.Admin.Get($"{path}/keys?limit=2&cursor={cursor}")).Is(HttpStatusCode.OK);
            seen.AddRange(page["items"]!.AsArray().Select(k => k!.Text("name")));
            cursor = (string?)page["nextCursor"];
        }
        while (cursor is not null);
        Assert.Equal(["k0", "k1", "k2", "k3", "k4"], seen);
    }

    [Fact]
    public async Task Permissions_are_replaced_as_a_whole_by_who_read_the_last_version()
    {
        var (path, _) = await it.AgentAsync();
        Assert.Equal("""{"version":0,"items":[]}""", (await it.Admin.Get($"{path}/permissions")).Is(HttpStatusCode.OK).ToJsonString());
        object[] items = [new { type = "forum.*", resource = "forum://engineering/*", maxPerHour = 20, expiresAt = "2030-01-02T03:04:05+02:00" }, new { type = "wiki.edit", resource = "*" }];
        var put = (await it.Admin.Put($"{path}/permissions", new { version = 0, items })).Is(HttpStatusCode.OK);
        Assert.Equal("""{"version":1,"items":[{"type":"forum.*","resource":"forum://engineering/*","maxPerHour":20,"expiresAt":"2030-01-02T01:04:05.000Z"},{"type":"wiki.edit","resource":"*","maxPerHour":null,"expiresAt":null}]}""", put.ToJsonString());
        (await it.Admin.Put($"{path}/permissions", new { version = 0, items })).IsRefused(HttpStatusCode.Conflict, "stale_version");
        (await it.Admin.Put($"{path}/permissions", new { items })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        (await it.Admin.Put($"{path}/permissions", new { version = 1 })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        object[] local = [new { type = "a", resource = "*", expiresAt = "2030-01-02T03:04:05" }];
        (await it.Admin.Put($"{path}/permissions", new { version = 1, items = local })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        Assert.Equal(put.ToJsonString(), (await it.Admin.Get($"{path}/permissions")).Is(HttpStatusCode.OK).ToJsonString());
    }

    [Fact]
    public async Task Instructions_are_versioned_and_the_global_ones_stand_first()
    {
        var (path, _) = await it.AgentAsync(new { actsFor = new[] { "*" } });
        Assert.Equal(0, (int)(await it.Admin.Get($"{path}/instructions")).Is(HttpStatusCode.OK)["version"]!);
        Assert.Equal(1, (int)(await it.Admin.Put($"{path}/instructions", new { text = "Own" })).Is(HttpStatusCode.OK)["version"]!);
        var global = (int)(await it.Admin.Put("instructions", new { text = "Global" })).Is(HttpStatusCode.OK)["version"]!;
        Assert.Equal("Global", (await it.Admin.Get("instructions")).Text("text"));
        Assert.Equal("Own", (await it.Admin.Get($"{path}/instructions")).Text("text"));
        (await it.Admin.Put($"{path}/instructions", new { text = "Other", version = 0 })).IsRefused(HttpStatusCode.Conflict, "stale_version");
        Assert.Equal(2, (int)(await it.Admin.Put($"{path}/instructions", new { text = "Other", version = 1 })).Is(HttpStatusCode.OK)["version"]!);
        (await it.Admin.Put($"{path}/instructions", new { })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        var key = (await it.Admin.Post($"{path}/keys", new { name = "k" })).Text("key");
        var run = (await it.Console.As(key).Post("sessions", new { onBehalfOf = "dana@example.com" })).Is(HttpStatusCode.Created);
        Assert.Equal("Global\n\nOther", run["instructions"]!.Text("text"));
        Assert.StartsWith("sha256:", run["instructions"]!.Text("digest"), StringComparison.Ordinal);
        Assert.Equal(global + 2, (int)run["instructions"]!["version"]!);
    }
}
