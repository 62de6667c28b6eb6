using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Setup;

/// <summary>The rules and the catalogue, replaced as a whole.</summary>
public sealed class PoliciesTests(SetupConsole it) : IClassFixture<SetupConsole>
{
    private async Task<int> VersionAsync() => (int)(await it.Admin.Get("policies")).Is(HttpStatusCode.OK)["version"]!;

    private async Task<Answer> PutAsync(string rules) => await it.Admin.Put("policies", new { version = await VersionAsync(), rules = JsonNode.Parse(rules) });

    [Fact]
    public async Task What_a_rule_leaves_out_has_the_values_of_the_contract()
    {
        var rule = (await PutAsync("""[{"name":"All","mode":"review"}]""")).Is(HttpStatusCode.OK)["rules"]![0]!.AsObject();
        rule.Remove("expiresAt");
        rule.Remove("budget");
        Assert.True(JsonNode.DeepEquals(rule, JsonNode.Parse("""
            { "name": "All", "match": { "types": ["*"], "resources": ["*"], "agents": ["*"], "labels": [], "minRisk": 0, "directed": null },
              "mode": "review", "requires": [[{ "from": "Reviewer", "count": 1 }]], "secondPerson": true, "confirmationWindowSeconds": 60,
              "holdAfterApprovalSeconds": 10, "expiresAfterSeconds": 1800, "permitSeconds": 300, "executeSeconds": 900,
              "deniedMemorySeconds": 86400, "burst": { "count": 10, "perSeconds": 60 } }
            """)), rule.ToJsonString());
    }

    [Fact]
    public async Task Versions_follow_each_other_and_each_is_kept()
    {
        var first = (await PutAsync("""[{"name":"One","mode":"deny"}]""")).Is(HttpStatusCode.OK);
        var second = (await PutAsync("[]")).Is(HttpStatusCode.OK);
        Assert.Equal((int)first["version"]! + 1, (int)second["version"]!);
        Assert.Equal(first.ToJsonString(), (await it.Admin.Get($"policies?version={first["version"]}")).Is(HttpStatusCode.OK).ToJsonString());
        (await it.Admin.Put("policies", new { version = (int)first["version"]!, rules = Array.Empty<object>() })).IsRefused(HttpStatusCode.Conflict, "policy_changed");
        (await it.Admin.Get("policies?version=999999")).IsRefused(HttpStatusCode.NotFound, "not_found");
        (await it.Admin.Get("policies?version=-1")).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        (await it.Admin.Get("policies?version=one")).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        (await it.Admin.Put("policies", new { rules = Array.Empty<object>() })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Theory]
    [InlineData("""{"mode":"review"}""", "name")]
    [InlineData("""{"name":"r"}""", "mode")]
    [InlineData("""{"name":"r","mode":"maybe"}""", "mode")]
    [InlineData("""{"name":"r","mode":"review","requires":[]}""", "requires")]
    [InlineData("""{"name":"r","mode":"review","requires":[[]]}""", "requires")]
    [InlineData("""{"name":"r","mode":"review","requires":[[{"from":"Nobody","count":1}]]}""", "requires")]
    [InlineData("""{"name":"r","mode":"review","requires":[[{"from":"group:","count":1}]]}""", "requires")]
    [InlineData("""{"name":"r","mode":"review","requires":[[{"from":"Reviewer","count":0}]]}""", "requires")]
    [InlineData("""{"name":"r","mode":"review","requires":[[{"from":"Reviewer","count":11}]]}""", "requires")]
    [InlineData("""{"name":"r","mode":"review","requires":[[{"from":"Reviewer","count":1.5}]]}""", "requires")]
    [InlineData("""{"name":"r","mode":"review","requires":[[{"from":"Reviewer"}]]}""", "requires")]
    [InlineData("""{"name":"r","mode":"review","requires":"Reviewer"}""", "requires")]
    [InlineData("""{"name":"r","mode":"review","confirmationWindowSeconds":-1}""", "confirmationWindowSeconds")]
    [InlineData("""{"name":"r","mode":"review","permitSeconds":1.5}""", "permitSeconds")]
    [InlineData("""{"name":"r","mode":"review","executeSeconds":"900"}""", "executeSeconds")]
    [InlineData("""{"name":"r","mode":"review","confirmationWindowSeconds":100,"expiresAfterSeconds":99}""", "expiresAfterSeconds")]
    [InlineData("""{"name":"r","mode":"review","match":{"minRisk":101}}""", "match.minRisk")]
    [InlineData("""{"name":"r","mode":"review","match":{"directed":"maybe"}}""", "match.directed")]
    [InlineData("""{"name":"r","mode":"review","secondPerson":"no"}""", "secondPerson")]
    [InlineData("""{"name":"r","mode":"review","budget":{"count":1,"perSeconds":60}}""", "budget")]
    [InlineData("""{"name":"r","mode":"allow","expiresAt":"soon"}""", "expiresAt")]
    public async Task A_bad_rule_changes_nothing_and_is_refused_by_field(string rule, string field)
    {
        var before = await VersionAsync();
        var refused = await PutAsync($"[{rule}]");
        refused.IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        Assert.NotEmpty(refused.Body!["errors"]![$"rules[0].{field}"]!.AsArray());
        Assert.Equal(before, await VersionAsync());
    }

    [Fact]
    public async Task A_rule_comes_back_as_it_was_put()
    {
        var rule = """
            {"name":"Posts","match":{"types":["forum.*"],"resources":["forum://x/*"],"agents":["a*"],"labels":["l"],"minRisk":50,"directed":"confirmed"},
             "mode":"veto","requires":[[{"from":"Manager","count":2},{"from":"group:security","count":1}],[{"from":"Administrator","count":10}]],
             "secondPerson":false,"confirmationWindowSeconds":0,"holdAfterApprovalSeconds":0,"expiresAfterSeconds":0,"permitSeconds":0,"executeSeconds":0,
             "deniedMemorySeconds":0,"burst":{"count":3,"perSeconds":7200},"expiresAt":"2030-01-01T00:00:00.000Z","budget":{"count":5,"perSeconds":60}}
            """;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(rule), (await PutAsync($"[{rule}]")).Is(HttpStatusCode.OK)["rules"]![0]));
    }

    [Fact]
    public async Task The_catalogue_is_shown_whole_and_replaced_by_who_read_the_last_version()
    {
        var builtIn = (await it.Admin.Get("action-types")).Is(HttpStatusCode.OK);
        var post = builtIn["items"]!.AsArray().Single(t => t!.Text("name") == "forum.post")!;
        Assert.Equal((45, false, "/audience"), ((int)post["sensitivity"]!, (bool)post["reversible"]!, post.Text("audiencePath")));
        var items = JsonNode.Parse("""[{"name":"forum.*","title":"Forum","sensitivity":30,"reversible":true,"payloadSchema":{"type":"object"},"audiencePath":"/to","compensation":"Undo"}]""")!;
        var version = (int)builtIn["version"]!;
        var put = (await it.Admin.Put("action-types", new { version, items })).Is(HttpStatusCode.OK);
        Assert.Equal(version + 1, (int)put["version"]!);
        Assert.True(JsonNode.DeepEquals(items, put["items"]));
        Assert.Equal(put.ToJsonString(), (await it.Admin.Get("action-types")).Is(HttpStatusCode.OK).ToJsonString());
        (await it.Admin.Put("action-types", new { version, items })).IsRefused(HttpStatusCode.Conflict, "stale_version");
    }

    [Theory]
    [InlineData("""{"name":"Upper.case"}""", "name")]
    [InlineData("""{"name":"a","sensitivity":101}""", "sensitivity")]
    [InlineData("""{"name":"a","reversible":"no"}""", "reversible")]
    [InlineData("""{"name":"a","payloadSchema":"string"}""", "payloadSchema")]
    [InlineData("""{"name":"a","audiencePath":"to["}""", "audiencePath")]
    public async Task A_bad_action_type_changes_nothing(string item, string field)
    {
        var before = (await it.Admin.Get("action-types")).Is(HttpStatusCode.OK);
        var refused = await it.Admin.Put("action-types", new { version = (int)before["version"]!, items = JsonNode.Parse($"[{item}]") });
        refused.IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        Assert.NotEmpty(refused.Body!["errors"]![$"items[0].{field}"]!.AsArray());
        Assert.Equal(before.ToJsonString(), (await it.Admin.Get("action-types")).Is(HttpStatusCode.OK).ToJsonString());
    }
}
