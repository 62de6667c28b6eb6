using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Mcp;

/// <summary>Who comes in at <c>/mcp</c>, and as whom.</summary>
public sealed class McpEntranceTests : IAsyncLifetime
{
    private readonly TestConsole _console = new();
    private Scene _scene = null!;

    public async ValueTask InitializeAsync() => _scene = await Scene.SetAsync(_console, new[] { Scene.Rule() });

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task An_agent_key_opens_one_run_for_the_MCP_session_on_behalf_of_whom_the_header_names()
    {
        await using (var agent = await McpDriver.ConnectAsync(_console, _scene.Key, "dana@example.com"))
        {
            await agent.CallAsync("request_approval", Scene.Post());
            var action = (await agent.CallAsync("request_approval", Scene.Post(resource: "forum://other"))).Body["action"]!;
            Assert.Equal("dana@example.com", (string?)action["onBehalfOf"]);
            var session = Assert.Single(await SessionsAsync("active"))!;
            Assert.Equal((string?)session["id"], (string?)action["sessionId"]);
            Assert.Equal("test-client", (string?)session["client"]!["name"]);
        }

        await Eventually.IsAsync(async () => (await SessionsAsync("active")).Count == 0);
        Assert.Single(await SessionsAsync("ended"));
    }

    [Fact]
    public async Task Without_the_header_the_run_is_for_the_agent_s_owner()
    {
        await using var agent = await McpDriver.ConnectAsync(_console, _scene.Key);
        Assert.Equal("owner@example.com", (string?)Assert.Single(await SessionsAsync("active"))!["onBehalfOf"]);
    }

    [Fact]
    public async Task A_key_does_nothing_but_initialize_and_goes_on_with_its_own_run_alone()
    {
        (await PostAsync(_scene.Key, "tools/list")).IsRefused(HttpStatusCode.Forbidden, "forbidden");
        (await PostAsync(_scene.Key, "tools/list", "nobodys")).IsRefused(HttpStatusCode.NotFound, "not_found");
        await using var agent = await McpDriver.ConnectAsync(_console, _scene.Key);
        var (_, other) = await _scene.AgentAsync("other");
        (await PostAsync(other, "tools/list", agent.Client.SessionId)).IsRefused(HttpStatusCode.NotFound, "not_found");
        Assert.True((await PostAsync(_scene.Key, "tools/list", agent.Client.SessionId)).Response.IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_session_does_not_go_on_with_another_session_s_MCP_session()
    {
        await using var agent = await McpDriver.ConnectAsync(_console, (await _scene.SessionAsync()).Opened["token"]!.ToString());
        var other = (await _scene.SessionAsync()).Opened["token"]!.ToString();
        Assert.False((await PostAsync(other, "tools/list", agent.Client.SessionId)).Response.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Every_check_of_a_session_s_opening_holds_and_what_was_refused_leaves_nothing_open()
    {
        var (bound, key) = await _scene.AgentAsync("bound", new { actsFor = new[] { "dana@example.com" } });
        (await PostAsync(key, "initialize", onBehalfOf: "lee@example.com")).IsRefused(HttpStatusCode.Forbidden, "principal_not_allowed");
        (await PostAsync(key, "initialize", onBehalfOf: "nobody")).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        (await _scene.Admin.Post($"agents/{bound}/stop")).Is(HttpStatusCode.Accepted);
        (await PostAsync(key, "initialize", onBehalfOf: "dana@example.com")).IsRefused(HttpStatusCode.Forbidden, "agent_stopped");
        // Let in by us and refused by the protocol: nobody could go on with it.
        Assert.Equal(HttpStatusCode.NotAcceptable, (await PostAsync(_scene.Key, "initialize", accept: "text/html")).Status);
        await Eventually.IsAsync(async () => (await SessionsAsync("active")).Count == 0);
    }

    [Fact]
    public async Task Stopping_the_run_of_a_key_refuses_it_at_once()
    {
        await using var agent = await McpDriver.ConnectAsync(_console, _scene.Key);
        var id = (string)Assert.Single(await SessionsAsync("active"))!["id"]!;
        (await _scene.Admin.Post($"sessions/{id}/stop")).Is(HttpStatusCode.Accepted);
        (await PostAsync(_scene.Key, "tools/list", agent.Client.SessionId)).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"id":2,"method":"tools/list"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":{"a":1,"a":2}}}""")]
    [InlineData("""{"jsonrpc":"2.0",""")]
    public async Task What_another_parser_would_read_differently_goes_no_further(string body)
    {
        var run = await _scene.SessionAsync();
        (await SendAsync(run.Opened["token"]!.ToString(), new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")))).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task People_and_strangers_do_not_come_in()
    {
        (await PostAsync(TestConsole.AdminToken, "initialize")).IsRefused(HttpStatusCode.Forbidden, "forbidden");
        (await PostAsync("aas_nobodys", "initialize")).IsRefused(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    private async Task<JsonArray> SessionsAsync(string state) => (await _scene.Admin.Get($"sessions?state={state}")).Is(HttpStatusCode.OK)["items"]!.AsArray();

    private Task<Answer> PostAsync(string token, string method, string? mcpSession = null, string? onBehalfOf = null, string accept = "application/json, text/event-stream") =>
        SendAsync(token, JsonContent.Create(new { jsonrpc = "2.0", id = 1, method }), mcpSession, onBehalfOf, accept);

    private async Task<Answer> SendAsync(string token, HttpContent content, string? mcpSession = null, string? onBehalfOf = null, string accept = "application/json, text/event-stream")
    {
        using var http = _console.Http(token);
        var request = new HttpRequestMessage(HttpMethod.Post, "/mcp") { Content = content };
        request.Headers.Add("Accept", accept);
        if (mcpSession is not null)
            request.Headers.Add("Mcp-Session-Id", mcpSession);
        if (onBehalfOf is not null)
            request.Headers.Add("Agent-Approvals-On-Behalf-Of", onBehalfOf);
        var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new(response.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text) : null, response);
    }
}
