using System.Net;
using System.Text;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Api;

/// <summary>What a request may look like: I-JSON within its bounds, and problem details for all else.</summary>
public sealed class BodyTests(ClockedConsole clocked) : IClassFixture<ClockedConsole>
{
    private const int MostBytes = 262_144;

    [Fact]
    public async Task A_body_of_256_KiB_is_taken_and_one_byte_more_is_not()
    {
        var run = await (await clocked.SceneAsync()).SessionAsync();
        var most = Padded(MostBytes);
        var action = (await run.Agent.PostRaw("actions", most)).Is(HttpStatusCode.Created);
        Assert.Equal(MostBytes - Padded(0).Length, action["payload"]!.Text("body").Length);
        (await run.Agent.PostRaw("actions", Padded(MostBytes + 1))).IsRefused(HttpStatusCode.RequestEntityTooLarge, "payload_too_large");
        // Without a length that is said beforehand it is counted all the same.
        var chunked = new HttpRequestMessage(HttpMethod.Post, "actions") { Content = new PushContent(Padded(MostBytes + 1)) };
        (await run.Agent.Send(chunked)).IsRefused(HttpStatusCode.RequestEntityTooLarge, "payload_too_large");
        (await clocked.Console.As(null).PostRaw("actions", Padded(MostBytes + 1))).IsRefused(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Theory]
    [InlineData("""{"payload":{"a":1,"a":2}}""", "payload.a")]
    [InlineData("""{"payload":{"a":1,"\u0061":2}}""", "payload.a")]
    [InlineData("""{"type":"a","type":"b"}""", "type")]
    [InlineData("""{"payload":"\ud800"}""", "payload")]
    [InlineData("""{"payload":{"\udc00":1}}""", "payload")]
    [InlineData("""{"payload":9007199254740993}""", "payload")]
    [InlineData("""{"payload":-9007199254740992}""", "payload")]
    [InlineData("""{"payload":1e400}""", "payload")]
    [InlineData("""{"summary":"a\u0000b"}""", "summary")]
    [InlineData("""{"resource":"\u0000"}""", "resource")]
    [InlineData("""{"something":"\u0000"}""", "something")]
    [InlineData("""{"payload":NaN}""", "payload")]
    [InlineData("""{"payload":1}x""", "$")]
    [InlineData("""{"payload":1""", "payload")]
    [InlineData("""[]""", "$")]
    [InlineData("\"text\"", "$")]
    [InlineData("   ", "$")]
    public async Task What_another_parser_could_read_differently_is_refused(string body, string field)
    {
        var run = await (await clocked.SceneAsync()).SessionAsync();
        var answer = await run.Agent.PostRaw("actions", body);
        answer.IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        Assert.Contains(answer.Body!["errors"]!.AsObject(), e => e.Key.StartsWith(field, StringComparison.Ordinal) || field == "payload" || field == "$");
    }

    [Fact]
    public async Task Thirty_two_levels_are_taken_and_thirty_three_are_not()
    {
        var run = await (await clocked.SceneAsync()).SessionAsync();
        (await run.Agent.PostRaw("actions", Nested(31))).Is(HttpStatusCode.Created);
        (await run.Agent.PostRaw("actions", Nested(32))).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        (await run.Agent.PostRaw("actions", Nested(50_000))).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        static string Nested(int levels) => $$"""{"type":"forum.post","resource":"a://1","summary":"s","payload":{{new string('[', levels)}}{{new string(']', levels)}}}""";
    }

    [Fact]
    public async Task U_0000_passes_through_a_payload_and_what_is_unknown_is_ignored()
    {
        var run = await (await clocked.SceneAsync()).SessionAsync();
        var action = (await run.Agent.PostRaw("actions", """{"type":"forum.post","resource":"a://1","summary":"s","payload":{"a\u0000":["\u0000",9007199254740991,"\ud83d\ude00"]},"unknown":[1]}"""))
            .Is(HttpStatusCode.Created);
        Assert.Equal("\0", (string?)(await run.Agent.Look(action))["payload"]!["a\0"]![0]);
        Assert.Equal(9007199254740991, (long)action["payload"]!["a\0"]![1]!);
        foreach (var payload in new[] { "null", "false", "0", "\"\"", "[]" })
            (await run.Agent.PostRaw("actions", $$"""{"type":"forum.post","resource":"a://1","summary":"s","payload":{{payload}}}""")).Is(HttpStatusCode.Created);
        (await run.Agent.PostRaw("actions", """{"type":"forum.post","resource":"a://1","summary":"s"}""")).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task The_digest_is_that_of_the_canonical_form_however_it_was_spelled()
    {
        var run = await (await clocked.SceneAsync()).SessionAsync();
        string[] spellings = ["""{"b":1.0,"a":"\u00e9"}""", """{ "a" : "é", "b" : 1 }""", """{"a":"é","b":10e-1}"""];
        var digests = new HashSet<string>();
        foreach (var payload in spellings)
            digests.Add((await run.Agent.PostRaw("actions", $$"""{"type":"forum.post","resource":"a://1","summary":"s","payload":{{payload}}}""")).Is(HttpStatusCode.Created).Text("payloadDigest"));
        var expected = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes("""{"a":"é","b":1}""")));
        Assert.Equal([$"sha256:{expected}"], digests);
    }

    [Theory]
    [InlineData("summary", 200)]
    [InlineData("reason", 4000)]
    [InlineData("resource", 500)]
    [InlineData("type", 100)]
    public async Task Lengths_are_counted_in_UTF_16_units(string field, int most)
    {
        var run = await (await clocked.SceneAsync()).SessionAsync();
        var text = field == "type" ? new string('a', most) : string.Concat(Enumerable.Repeat("😀", most / 2));
        (await SubmitAsync(text)).Is(HttpStatusCode.Created);
        var over = await SubmitAsync(text + "a");
        over.IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        Assert.Equal([field], over.Body!["errors"]!.AsObject().Select(e => e.Key));
        Task<Answer> SubmitAsync(string value)
        {
            var body = new Dictionary<string, object> { ["type"] = "forum.post", ["resource"] = "a://1", ["summary"] = "s", ["payload"] = 1, [field] = value };
            return run.Agent.Post("actions", body);
        }
    }

    [Fact]
    public async Task A_type_is_lower_case_words_joined_by_dots()
    {
        var run = await (await clocked.SceneAsync()).SessionAsync();
        foreach (var type in new[] { "Forum.post", "forum..post", ".forum", "forum.", "forum post", "forum-post", "forum.post\n", "" })
            (await run.Submit(Scene.Post(type: type))).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        (await run.Submit(Scene.Post(type: "a_1.b.c9"))).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Every_fault_is_told_at_once_and_as_problem_details()
    {
        var run = await (await clocked.SceneAsync()).SessionAsync();
        var answer = await run.Agent.Post("actions", new { type = "Bad", summary = 7 });
        answer.IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        Assert.Equal(["payload", "resource", "summary", "type"], answer.Body!["errors"]!.AsObject().Select(e => e.Key).Order());
        Assert.Equal("application/problem+json", answer.Response.Content.Headers.ContentType!.MediaType);
        Assert.All(["type", "title", "detail", "code"], member => Assert.NotEqual("", answer.Body.Text(member)));
        Assert.Equal(400, (int)answer.Body["status"]!);
    }

    [Fact]
    public async Task What_is_not_there_not_so_or_not_JSON_says_so_in_problem_details()
    {
        var scene = await clocked.SceneAsync();
        var run = await scene.SessionAsync();
        var id = (await run.Submitted()).Text("id");
        (await run.Agent.PostRaw("actions", "a=b"u8.ToArray(), "application/x-www-form-urlencoded")).IsRefused(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
        (await clocked.Console.As(null).PostRaw("actions", "a=b"u8.ToArray(), "text/plain")).IsRefused(HttpStatusCode.Unauthorized, "unauthenticated");
        (await scene.Admin.Put("actions", new { })).IsRefused(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        (await scene.Admin.Delete("stop")).IsRefused(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        foreach (var path in new[] { "nothing", "actions/1", $"actions/{id.Replace("-", "", StringComparison.Ordinal)}", $"actions/{{{id}}}", $"actions/{id}/burst", "sessions/x", "stops/x", $"stops/{id}", $"sessions/{id}", "/hubs/x", "/api/v2/actions" })
        {
            var answer = await scene.Admin.Get(path);
            answer.IsRefused(HttpStatusCode.NotFound, "not_found");
            Assert.Equal("application/problem+json", answer.Response.Content.Headers.ContentType!.MediaType);
        }
    }

    private static byte[] Padded(int length)
    {
        var (head, tail) = ("""{"type":"forum.post","resource":"a://1","summary":"s","payload":{"body":" """.TrimEnd(), "\"}}");
        return Encoding.UTF8.GetBytes(head + new string('x', Math.Max(0, length - head.Length - tail.Length)) + tail);
    }

    private sealed class PushContent : HttpContent
    {
        private readonly byte[] _bytes;

        public PushContent(byte[] bytes)
        {
            _bytes = bytes;
            Headers.ContentType = new("application/json");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(_bytes).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
