using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Api;

/// <summary>What the catalogue says a payload has to look like, and whom it reaches.</summary>
public sealed class PayloadSchemaTests(ClockedConsole clocked) : IClassFixture<ClockedConsole>
{
    private static readonly JsonNode Schema = JsonNode.Parse("""
        { "type": "object", "required": ["to", "body"], "additionalProperties": false,
          "properties": { "to": { "type": "array", "items": { "type": "string", "maxLength": 20 } }, "body": { "type": "string", "pattern": "^[^<]*$" } } }
        """)!;

    [Fact]
    public async Task A_payload_that_does_not_fit_its_type_is_told_where_and_nothing_is_recorded()
    {
        var (scene, run) = await SceneAsync();
        var refused = await run.Agent.Post("actions", Mail(new { to = new object[] { "a@example.com", 7 }, body = "<b>", bcc = "x" }));
        refused.IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        Assert.Equal(["payload.bcc", "payload.body", "payload.to[1]"], refused.Body!["errors"]!.AsObject().Select(e => e.Key).Order(StringComparer.Ordinal));
        (await run.Agent.Post("actions?dryRun=true", Mail(new { to = "nobody" }))).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        Assert.Empty((await scene.Admin.Get($"actions?sessionId={run.Id}")).Is(HttpStatusCode.OK)["items"]!.AsArray());

        (await run.Agent.Post("actions", Mail(new { to = new[] { "a@example.com" }, body = "Hello" }))).Is(HttpStatusCode.Created);
        // The control: with no schema the same passes.
        await PutAsync(scene, null);
        (await run.Agent.Post("actions", Mail(new { to = new object[] { "a@example.com", 7 }, body = "<b>", bcc = "x" }))).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_edit_that_does_not_fit_is_refused_and_changes_nothing()
    {
        var (scene, run) = await SceneAsync();
        var reviewer = await scene.ReviewerAsync();
        var action = (await run.Agent.Post("actions", Mail(new { to = new[] { "a@example.com" }, body = "Hello" }))).Is(HttpStatusCode.Created);
        var refused = await reviewer.Post($"actions/{action.Text("id")}/decisions", new { verdict = "approve", payloadDigest = action.Text("payloadDigest"), payload = new { to = 3, body = "Hello" } });
        refused.IsRefused(HttpStatusCode.Conflict, "edit_refused");
        Assert.Contains("payload.to", refused.Body!.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(("pending", action.Text("payloadDigest")), ((await reviewer.Look(action)).Text("status"), (await reviewer.Look(action)).Text("payloadDigest")));
        (await reviewer.Post($"actions/{action.Text("id")}/decisions", new { verdict = "approve", payloadDigest = action.Text("payloadDigest"), payload = new { to = new[] { "b@example.com" }, body = "Hello" } })).Is(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("""{ "type": "objekt" }""")]
    [InlineData("""{ "pattern": "(" }""")]
    [InlineData("""{ "$ref": "https://example.com/schema" }""")]
    [InlineData("""{ "properties": { "a": { "$ref": "file:///etc/passwd" } } }""")]
    [InlineData("""{ "$ref": "#/nowhere" }""")]
    [InlineData("""{ "$id": "https://example.com/mine" }""")]
    [InlineData("3")]
    public async Task What_is_no_schema_or_leads_away_is_not_saved(string schema)
    {
        var scene = await clocked.SceneAsync(new[] { Scene.Rule() });
        var before = (await scene.Admin.Get("action-types")).Is(HttpStatusCode.OK);
        var refused = await scene.Admin.Put("action-types", new { version = (int)before["version"]!, items = new[] { new { name = "mail.send", payloadSchema = JsonNode.Parse(schema) } } });
        refused.IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        Assert.Equal(["items[0].payloadSchema"], refused.Body!["errors"]!.AsObject().Select(e => e.Key));
        Assert.Equal((int)before["version"]!, (int)(await scene.Admin.Get("action-types")).Is(HttpStatusCode.OK)["version"]!);
    }

    [Theory]
    [InlineData("/cc/everybody")]
    [InlineData("$.cc.everybody")]
    [InlineData("cc.everybody")]
    [InlineData("$['cc']['everybody']")]
    public async Task The_audience_stands_where_the_catalogue_says(string path)
    {
        var (scene, run) = await SceneAsync();
        await PutAsync(scene, null, path);
        var action = (await run.Agent.Post("actions", Mail(new { cc = new { everybody = 5000 } }))).Is(HttpStatusCode.Created);
        Assert.Contains("5,000", action["risk"]!["factors"]!.AsArray().Single(f => f!.Text("name") == "audience")!.Text("why"), StringComparison.Ordinal);
    }

    private static object Mail(object payload) => new { type = "mail.send", resource = "mail://out", summary = "Send it", payload };

    private static async Task PutAsync(Scene scene, JsonNode? schema, string? audience = null)
    {
        var version = (int)(await scene.Admin.Get("action-types")).Is(HttpStatusCode.OK)["version"]!;
        (await scene.Admin.Put("action-types", new { version, items = new[] { new { name = "mail.send", payloadSchema = schema?.DeepClone(), audiencePath = audience } } })).Is(HttpStatusCode.OK);
    }

    private async Task<(Scene, Run)> SceneAsync()
    {
        var scene = await clocked.SceneAsync(new[] { Scene.Rule() });
        await PutAsync(scene, Schema);
        return (scene, await scene.SessionAsync());
    }
}
