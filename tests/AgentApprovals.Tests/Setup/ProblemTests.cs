using System.Net;
using System.Text;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Setup;

/// <summary>Whatever goes wrong under /api is told as a problem with a code: never a page, never a stack trace.</summary>
public sealed class ProblemTests(SetupConsole it) : IClassFixture<SetupConsole>
{
    [Theory]
    [InlineData("GET", "nothing", 404, "not_found")]
    [InlineData("GET", "agents/no-id", 404, "not_found")]
    [InlineData("GET", "../../api", 404, "not_found")]
    [InlineData("DELETE", "agents", 405, "method_not_allowed")]
    [InlineData("PUT", "people", 405, "method_not_allowed")]
    [InlineData("POST", "ledger/verify", 405, "method_not_allowed")]
    [InlineData("GET", "stop", 405, "method_not_allowed")]
    [InlineData("HEAD", "agents", 405, null)]
    [InlineData("DELETE", "agents/019ab000-0000-7000-8000-000000000000", 405, "method_not_allowed")]
    [InlineData("GET", "agents/019ab000-0000-7000-8000-000000000000/stop", 405, "method_not_allowed")]
    [InlineData("POST", "nothing", 404, "not_found")]
    [InlineData("POST", "nothing.json", 404, "not_found")]
    [InlineData("PUT", "agents/no-id", 404, "not_found")]
    [InlineData("PATCH", "actions/no-id/decisions", 404, "not_found")]
    [InlineData("DELETE", "../v2/agents", 404, "not_found")]
    [InlineData("POST", "../../api", 404, "not_found")]
    [InlineData("PUT", "", 404, "not_found")]
    [InlineData("OPTIONS", "nothing", 404, "not_found")]
    [InlineData("POST", "../../hubs/nothing", 404, "not_found")]
    public async Task What_is_not_there_is_told_as_a_problem(string method, string path, int status, string? code)
    {
        foreach (var person in new[] { it.Admin, it.Console.As(null) })
        {
            using var request = new HttpRequestMessage(new(method), path);
            var answer = await person.Client.SendAsync(request);
            Assert.Equal(status == 405, answer.Content.Headers.Allow.Count > 0);
            Assert.DoesNotContain(method, answer.Content.Headers.Allow);
            if (code is null)
                Assert.Equal(status, (int)answer.StatusCode);
            else
                await IsProblemAsync(answer, status, code);
        }
    }

    [Theory]
    [InlineData("text/plain", "{}", 415, "unsupported_media_type")]
    [InlineData(null, "{}", 415, "unsupported_media_type")]
    [InlineData("application/x-www-form-urlencoded", "name=a", 415, "unsupported_media_type")]
    [InlineData("application/json", "{", 400, "invalid_request")]
    [InlineData("application/json", "[]", 400, "invalid_request")]
    [InlineData("application/json", "null", 400, "invalid_request")]
    [InlineData("application/json", "{\"name\":\"a\",\"name\":\"b\"}", 400, "invalid_request")]
    [InlineData("application/json", "\uFEFF{}", 400, "invalid_request")]
    public async Task A_body_that_can_not_be_read_is_told_as_a_problem_and_only_to_who_might_have_sent_a_good_one(string? type, string body, int status, string code)
    {
        var reviewer = (await it.Scene.PersonAsync(["Reviewer"])).Person;
        await IsProblemAsync(await SendAsync(it.Admin, type, body), status, code);
        await IsProblemAsync(await SendAsync(reviewer, type, body), 403, "forbidden");
        await IsProblemAsync(await SendAsync(it.Console.As(null), type, body), 401, "unauthenticated");
    }

    [Fact]
    public async Task A_body_past_256_KiB_is_not_read_to_its_end()
    {
        var large = new string('a', 262_144);
        await IsProblemAsync(await SendAsync(it.Admin, "application/json", $$"""{"name":"{{large}}"}"""), 413, "payload_too_large");
        using var chunked = new HttpRequestMessage(HttpMethod.Post, "agents") { Content = new StringContent($$"""{"name":"{{large}}"}""", Encoding.UTF8, "application/json") };
        chunked.Headers.TransferEncodingChunked = true;
        await IsProblemAsync(await it.Admin.Client.SendAsync(chunked), 413, "payload_too_large");
    }

    [Fact]
    public async Task A_401_says_how_to_come_in()
    {
        var answer = await it.Console.Http().GetAsync("agents");
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        await IsProblemAsync(answer, 401, "unauthenticated");
        await IsProblemAsync(await it.Console.Http("aas_unknown").GetAsync("actions"), 401, "unauthenticated");
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("limit=-1")]
    [InlineData("limit=1.5")]
    [InlineData("limit=%2B5")]
    [InlineData("cursor=x")]
    [InlineData("cursor=-1")]
    [InlineData("state=unknown")]
    public async Task A_query_value_out_of_range_is_refused(string query) =>
        (await it.Admin.Get($"agents?{query}")).IsRefused(HttpStatusCode.BadRequest, "invalid_request");

    [Fact]
    public async Task A_list_is_paged_from_one_cursor_to_the_next_without_gap_or_double()
    {
        for (var i = 0; i < 5; i++)
            (await it.AgentAsync()).Answer.Is(HttpStatusCode.Created);
        foreach (var list in new[] { "agents", "people" })
        {
            var whole = (await it.Admin.Get($"{list}?limit=200")).Is(HttpStatusCode.OK);
            Assert.Null(whole["nextCursor"]);
            var seen = new List<string>();
            string? cursor = null;
            do
            {
                var page = (await it.Admin.Get($"{list}?limit=2&cursor={cursor}")).Is(HttpStatusCode.OK);
                seen.AddRange(page["items"]!.AsArray().Select(i => i!.Text("id")));
                cursor = (string?)page["nextCursor"];
            }
            while (cursor is not null);
            Assert.Equal(whole["items"]!.AsArray().Select(i => i!.Text("id")), seen);
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(Person person, string? type, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "agents") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        if (type is not null)
            request.Content.Headers.ContentType = new(type);
        return await person.Client.SendAsync(request);
    }

    private static async Task IsProblemAsync(HttpResponseMessage answer, int status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{answer.StatusCode}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = System.Text.Json.Nodes.JsonNode.Parse(text)!;
        Assert.Equal((status, code), ((int)problem["status"]!, problem.Text("code")));
        Assert.NotEmpty(problem.Text("type"));
        Assert.NotEmpty(problem.Text("title"));
        Assert.NotEmpty(problem.Text("detail"));
        Assert.Equal(status == 400, problem["errors"] is not null);
    }
}
