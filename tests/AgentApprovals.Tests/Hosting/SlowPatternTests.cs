using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Hosting;

/// <summary>
/// A pattern of the catalogue that would take a payload hours to match ends within its limit, which is a switch of the whole process: so it
/// is tried on the process that is published.
/// </summary>
public sealed class SlowPatternTests(PublishedConsole published) : IClassFixture<PublishedConsole>
{
    private const string Slow = """{ "type": "string", "pattern": "^(a+)+$" }""";

    /// <summary>Each step more doubles the time: this one would take days.</summary>
    private static readonly string Endless = new string('a', 50) + "!";

    private static readonly string[] Schemas =
    [
        Slow,
        $$"""{ "not": {{Slow}} }""",
        $$"""{ "anyOf": [{{Slow}}, { "type": "string" }] }""",
        $$"""{ "if": {{Slow}}, "then": false, "else": true }""",
        $$"""{ "oneOf": [{{Slow}}, true] }""",
    ];

    [Fact]
    public async Task A_pattern_that_takes_too_long_ends_as_a_fault_of_the_request_and_lets_nothing_pass()
    {
        await using var console = await published.ServeAsync(PublishedConsole.Settings(Directory.CreateTempSubdirectory("agent-approvals-").FullName));
        var admin = console.Admin;
        var items = Schemas.Select((s, i) => new { name = $"slow.type{i}", payloadSchema = JsonNode.Parse($$"""{ "properties": { "to": { "items": {{s}} } }, "patternProperties": { "^(b+)+$": {} } }""") });
        (await admin.Put("action-types", new { version = 0, items })).Is(HttpStatusCode.OK);
        var agent = (await admin.Post("agents", new { name = "a", owner = "o@example.com" })).Is(HttpStatusCode.Created).Text("id");
        (await admin.Put($"agents/{agent}/permissions", new { version = 0, items = new[] { new { type = "*", resource = "*" } } })).Is(HttpStatusCode.OK);
        var key = (await admin.Post($"agents/{agent}/keys", new { name = "k" })).Is(HttpStatusCode.Created).Text("key");
        var run = console.As((await console.As(key).Post("sessions", new { onBehalfOf = "o@example.com" })).Is(HttpStatusCode.Created).Text("token"));

        foreach (var type in Schemas.Select((_, i) => $"slow.type{i}"))
        {
            var name = new string('b', 50) + "!";
            foreach (var payload in new[] { $$"""{"to":[{{string.Join(',', Enumerable.Repeat($"\"{Endless}\"", 40))}}]}""", $$"""{"{{name}}":1}""" })
            {
                var began = Stopwatch.GetTimestamp();
                var refused = await run.PostRaw("actions", $$"""{"type":"{{type}}","resource":"x://y","summary":"s","payload":{{payload}}}""");
                refused.IsRefused(HttpStatusCode.BadRequest, "invalid_request");
                Assert.Contains("can't be applied", refused.Body!["errors"]!["payload"]![0]!.GetValue<string>(), StringComparison.Ordinal);
                // However many values take too long, it ends with the first of them.
                Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 5);
            }
        }

        Assert.Empty((await admin.Get("actions")).Is(HttpStatusCode.OK)["items"]!.AsArray());
        // The control: what is matched in time is let in, and what does not fit is told so.
        (await run.PostRaw("actions", """{"type":"slow.type0","resource":"x://y","summary":"s","payload":{"to":["aaa"]}}""")).Is(HttpStatusCode.Created);
        (await run.PostRaw("actions", """{"type":"slow.type1","resource":"x://y","summary":"s","payload":{"to":["aaa"]}}""")).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
    }
}
