using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Authorization;
using AgentApprovals.Tests.Drivers;
using Microsoft.OpenApi;
using Xunit;

namespace AgentApprovals.Tests.Setup;

/// <summary>The served OpenAPI document is valid, complete, and says what is served.</summary>
public sealed class DocsTests(SetupConsole it) : IClassFixture<SetupConsole>
{
    [Fact]
    public async Task It_is_a_valid_document_of_OpenAPI_3_1()
    {
        var text = await it.Console.Http().GetStringAsync("/openapi/v1.json");
        var read = OpenApiDocument.Parse(text, "json");
        Assert.Empty(read.Diagnostic!.Errors);
        Assert.StartsWith("3.1", (string)JsonNode.Parse(text)!["openapi"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_route_is_there_with_who_may_call_it_and_the_problems_it_answers()
    {
        var paths = (await DocumentAsync())["paths"]!.AsObject();
        var operations = paths.SelectMany(p => p.Value!.AsObject().Select(o => (Route: $"{o.Key.ToUpperInvariant()} {p.Key["/api/v1".Length..]}", Operation: o.Value!))).ToList();
        Assert.Equal(RoleTable.Api.Select(r => r.Route).Concat(RoleTable.ElsewhereTested).Order(), operations.Select(o => o.Route).Order());
        Assert.Distinct(operations.Select(o => o.Operation.Text("operationId")));
        foreach (var (route, operation) in operations)
        {
            Assert.NotEmpty(operation["security"]!.AsArray());
            Assert.NotEmpty(operation.Text("summary"));
            foreach (var status in new[] { "401", "403", "default" })
                Assert.NotNull(operation["responses"]![status]!["content"]!["application/problem+json"]!["schema"]);
            Assert.Equal(route.Contains('{', StringComparison.Ordinal) || route == "GET /policies", operation["responses"]!["404"] is not null);
            Assert.Contains(operation["responses"]!.AsObject(), r => r.Key.StartsWith('2'));
            if (route.Split(' ')[0] is "PUT" or "PATCH")
                Assert.NotNull(operation["requestBody"]!["content"]!["application/json"]!["schema"]);
        }
    }

    [Fact]
    public async Task What_is_served_is_what_the_schemas_say()
    {
        var document = await DocumentAsync();
        var run = await it.Scene.SessionAsync(key: (await it.Scene.AgentAsync(it.NewName())).Key);
        var action = await run.Submitted();
        (await run.Agent.Post($"actions/{action["id"]}/messages", new { text = "Please" })).Is(HttpStatusCode.Created);
        (await it.Admin.Post($"actions/{action["id"]}/decisions", new { verdict = "deny", comment = "No" })).Is(HttpStatusCode.OK);
        var agent = action["agent"]!.Text("id");
        var stop = (await it.Admin.Post($"sessions/{run.Id}/stop", new { })).Is(HttpStatusCode.Accepted).Text("id");
        (await it.Admin.Put("policies", new { version = 0, rules = new[] { Scene.Rule() } })).Is(HttpStatusCode.OK);
        var fast = await it.Scene.SessionAsync(key: (await it.Scene.AgentAsync(it.NewName())).Key);
        await Soak.RunAsync(10, 4, i => fast.Submitted(Scene.Post($"forum://{i}")));
        var burst = (await fast.Submitted()).Text("burstId");
        (await it.Admin.Post($"bursts/{burst}/deny", new { comment = "No" })).Is(HttpStatusCode.OK);
        var me = (await it.Admin.Get("people")).Is(HttpStatusCode.OK)["items"]![0]!.Text("id");
        var webhook = (await it.Admin.Post("webhooks", new { url = "http://127.0.0.1:9/", events = new[] { "action.submitted" } })).Is(HttpStatusCode.Created).Text("id");
        (await it.Admin.Post($"webhooks/{webhook}/test")).Is(HttpStatusCode.OK);
        (await it.Admin.Post("connectors", new { name = "docs", kind = "http", baseAddress = "https://forum.example.com/", rules = new[] { new { methods = new[] { "GET" }, path = "/**", pass = true } } })).Is(HttpStatusCode.Created);
        foreach (var (path, route) in new[]
        {
            ("connectors", "connectors"), ("webhooks", "webhooks"), ($"webhooks/{webhook}", "webhooks/{id}"), ($"webhooks/{webhook}/deliveries", "webhooks/{id}/deliveries"),
            ("actions", "actions"), ($"actions/{action["id"]}", "actions/{id}"), ($"actions/{action["id"]}/messages", "actions/{id}/messages"), ("sessions", "sessions"), ($"sessions/{run.Id}", "sessions/{id}"), ("stops", "stops"),
            ($"bursts/{burst}", "bursts/{id}"), ($"stops/{stop}", "stops/{id}"), ($"stops/{stop}/sessions", "stops/{id}/sessions"), ("agents", "agents"), ($"agents/{agent}", "agents/{id}"),
            ($"agents/{agent}/keys", "agents/{id}/keys"), ($"agents/{agent}/permissions", "agents/{id}/permissions"), ($"agents/{agent}/instructions", "agents/{id}/instructions"),
            ($"agents/{agent}/risk", "agents/{id}/risk"), ("policies", "policies"), ("action-types", "action-types"), ("people", "people"), ($"people/{me}", "people/{id}"),
            ($"people/{me}/tokens", "people/{id}/tokens"), ("ledger", "ledger"), ("ledger/verify", "ledger/verify"),
        })
        {
            var schema = document["paths"]![$"/api/v1/{route}"]!["get"]!["responses"]!["200"]!["content"]!["application/json"]!["schema"]!;
            Assert.Empty(SchemaCheck.Faults(document, schema, (await it.Admin.Get(path)).Is(HttpStatusCode.OK), route));
        }

        var problem = (await it.Admin.Post("agents", new { })).Is(HttpStatusCode.BadRequest);
        Assert.Empty(SchemaCheck.Faults(document, document["components"]!["schemas"]!["Problem"]!, problem, "problem"));
        // The control: the check finds what is missing, what is too much and what is of another kind.
        problem["code"] = 7;
        problem["extra"] = true;
        problem.AsObject().Remove("title");
        Assert.Equal(3, SchemaCheck.Faults(document, document["components"]!["schemas"]!["Problem"]!, problem, "problem").Count());
    }

    [Fact]
    public async Task Times_are_strings_of_a_date_and_time_whoever_wrote_the_document()
    {
        var schemas = (await DocumentAsync())["components"]!["schemas"]!;
        var times = schemas["ActionDocument"]!["properties"]!;
        Assert.Equal(("string", "date-time"), (times["submittedAt"]!.Text("type"), times["submittedAt"]!.Text("format")));
        Assert.Equal(["null", "string"], times["releaseAt"]!["type"]!.AsArray().Select(t => (string)t!));
        Assert.Equal("date-time", schemas["Moment"]!.Text("format"));
    }

    [Fact]
    public async Task People_read_it_on_a_page_whose_script_our_policy_lets_run()
    {
        var page = await it.Console.Http().GetAsync("/docs/");
        var html = await page.Content.ReadAsStringAsync();
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        var nonce = System.Text.RegularExpressions.Regex.Match(html, "nonce=\"([^\"]+)\"").Groups[1].Value;
        Assert.Contains($"'nonce-{WebUtility.HtmlDecode(nonce)}'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
    }

    private async Task<JsonNode> DocumentAsync() => JsonNode.Parse(await it.Console.Http().GetStringAsync("/openapi/v1.json"))!;
}
