using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Console.Actions;
using AgentApprovals.Console.Shared;
using AgentApprovals.Domain.Json;
using AgentApprovals.Tests.Drivers;
using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using InboxPage = AgentApprovals.Console.Inbox.Inbox;

namespace AgentApprovals.Tests.Security;

/// <summary>What a reviewer is shown is what was hashed and what would run, whatever the agent says of it and whatever hides in it.</summary>
public sealed class ShownTests : IAsyncDisposable
{
    private readonly TestConsole _console = new();

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task Two_hundred_requests_that_tell_another_story_are_shown_as_the_bytes_that_are_hashed()
    {
        var scene = await Scene.SetAsync(_console, new[] { Scene.Rule() });
        var run = await scene.SessionAsync();
        var (_, _, person) = await scene.PersonAsync(["Reviewer"]);
        foreach (var fifty in Enumerable.Range(0, 200).Chunk(50))
        {
            // The story: a harmless read. The payload: something else, with what may hide the difference.
            var payload = fifty.Select(i => new JsonObject { ["table"] = $"customers\u202E{i}", ["delete"] = i % 2 == 0, ["rows"] = i * 1.5, ["where"] = i % 3 == 0 ? "" : $"id > {i}\n<!-- harmless -->", ["also"] = new JsonArray(null, i) }).ToArray();
            var asked = await run.Submitted(new { type = "forum.post", resource = "forum://reports", summary = "Read a report; nothing is changed", reason = "{\"table\":\"report\",\"delete\":false}", payload });
            await using var context = new PageContext(_console, person);
            context.Services.GetRequiredService<NavigationManager>().NavigateTo($"/?id={asked["id"]}");
            var page = context.Render<InboxPage>();
            page.WaitForElement("[data-key=a]");
            var action = page.Find("article.action");
            Assert.Equal(asked.Text("payloadDigest"), Digest(Raw(action.QuerySelector("pre.exact bdi")!)));
            Assert.Equal(asked.Text("payloadDigest"), Digest(Encoding.UTF8.GetString(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(Read(action.QuerySelector(".box > .json")!)!.ToJsonString())))));
            // What will happen stands before what the agent says, which is told apart.
            var order = action.QuerySelectorAll(".box > .json, blockquote").Select(e => e.LocalName).ToList();
            Assert.Equal(["ol", "blockquote"], order);
            Assert.Contains("nothing is changed", action.QuerySelector("blockquote")!.TextContent, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Danger_at_the_end_of_the_longest_payload_stands_among_its_risks()
    {
        var scene = await Scene.SetAsync(_console, new[] { Scene.Rule() });
        var run = await scene.SessionAsync();
        var filler = Enumerable.Repeat(new string('x', 1000), 252).ToArray();
        var harmless = await run.Submitted(Scene.Post(payload: new { filler, z = "fine" }));
        var hidden = await run.Submitted(Scene.Post(payload: new { filler, z = "fine\u202E" }));
        var secret = await run.Submitted(Scene.Post(payload: new { filler, z = Planted.Secrets(2, 3)[1].Text }));
        Assert.DoesNotContain(Factors(harmless), f => f is "deceptive_text" or "secrets");
        Assert.Contains("deceptive_text", Factors(hidden));
        Assert.Contains("secrets", Factors(secret));
    }

    [Fact]
    public void Every_control_format_and_separating_character_is_a_chip_and_none_is_left_as_it_is()
    {
        using var context = new BunitContext();
        var hidden = Enumerable.Range(0, 0x110000).Where(c => c is (< 0xD800 or > 0xDFFF) and not ('\n' or '\t') && CharUnicodeInfo.GetUnicodeCategory(c)
            is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator).ToList();
        Assert.InRange(hidden.Count, 200, 400);
        var text = string.Concat(hidden.Select(c => $"a{char.ConvertFromUtf32(c)}"));
        var shown = context.Render<SafeText>(p => p.Add(s => s.Text, text));
        Assert.Equal(hidden.Select(c => $"U+{c:X4}"), shown.FindAll(".chip-code").Select(e => e.TextContent));
        Assert.DoesNotContain(hidden, c => shown.Markup.Contains(char.ConvertFromUtf32(c), StringComparison.Ordinal));
        Assert.Equal(text, Raw(shown.Find("bdi")));
    }

    private static string Digest(string text) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    private static IEnumerable<string> Factors(JsonNode action) => action["risk"]!["factors"]!.AsArray().Select(f => f!.Text("name"));

    /// <summary>The text behind what is shown, as whoever reads the codes would write it.</summary>
    private static string Raw(IElement shown) => string.Concat(shown.ChildNodes.Select(n => n is IElement { ClassName: "chip-code" } chip && chip.TextContent.StartsWith("U+", StringComparison.Ordinal)
        ? char.ConvertFromUtf32(int.Parse(chip.TextContent.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture))
        : n.TextContent));

    /// <summary>The value as a person reads it off the panel.</summary>
    private static JsonNode? Read(IElement shown) => (shown.LocalName, shown.ClassName) switch
    {
        ("dl", _) => new JsonObject(shown.Children.Select(m => KeyValuePair.Create(Raw(m.QuerySelector("dt > bdi")!), Read(m.QuerySelector("dd")!.FirstElementChild!)))),
        ("ol", _) => new JsonArray([.. shown.Children.Select(i => Read(i.FirstElementChild!))]),
        ("code", _) => JsonNode.Parse(shown.TextContent),
        (_, "text") => JsonValue.Create(Raw(shown.QuerySelector("bdi")!)),
        _ => JsonValue.Create(""),
    };
}
