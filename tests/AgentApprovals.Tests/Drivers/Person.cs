using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace AgentApprovals.Tests.Drivers;

/// <summary>An answer of the API: its status, its body, its headers.</summary>
public sealed record Answer(HttpStatusCode Status, JsonNode? Body, HttpResponseMessage Response)
{
    public string? Code => (string?)Body?["code"];

    public string Text(string name) => (string?)Body?[name] ?? throw new InvalidOperationException($"No {name} in {Body}");

    /// <summary>The body, where the status is the one expected; else a failure that shows both.</summary>
    public JsonNode Is(HttpStatusCode status)
    {
        Assert.True(Status == status, $"Expected {status}, got {Status}: {Body}");
        return Body ?? new JsonObject();
    }

    public void IsRefused(HttpStatusCode status, string code) =>
        Assert.True(Status == status && Code == code, $"Expected {(int)status} {code}, got {(int)Status}: {Body}");
}

/// <summary>A caller of the API, by whichever token.</summary>
public sealed class Person(HttpClient http)
{
    public HttpClient Client { get; } = http;

    public Task<Answer> Get(string path) => Send(HttpMethod.Get, path, null);

    public Task<Answer> Delete(string path) => Send(HttpMethod.Delete, path, null);

    public Task<Answer> Post(string path, object? body = null, string? key = null) => Send(HttpMethod.Post, path, body, key);

    public Task<Answer> Put(string path, object body) => Send(HttpMethod.Put, path, body);

    public Task<Answer> Patch(string path, object body) => Send(HttpMethod.Patch, path, body);

    public Task<Answer> PostRaw(string path, byte[] body, string contentType = "application/json") =>
        Send(new(HttpMethod.Post, path) { Content = new ByteArrayContent(body) { Headers = { ContentType = new(contentType) } } });

    public Task<Answer> PostRaw(string path, string body) => PostRaw(path, Encoding.UTF8.GetBytes(body));

    /// <summary>Approves what the action shows, with an edit where <paramref name="payload"/> is given.</summary>
    public Task<Answer> Approve(JsonNode action, object? payload = null, string? comment = null) => payload is null
        ? Post($"actions/{action["id"]}/decisions", new { verdict = "approve", payloadDigest = (string?)action["payloadDigest"], comment })
        : Post($"actions/{action["id"]}/decisions", new { verdict = "approve", payloadDigest = (string?)action["payloadDigest"], comment, payload });

    public Task<Answer> Deny(JsonNode action, string comment = "No") => Post($"actions/{action["id"]}/decisions", new { verdict = "deny", comment });

    /// <summary>The action as it stands now.</summary>
    public async Task<JsonNode> Look(JsonNode action) => (await Get($"actions/{action["id"]}")).Is(HttpStatusCode.OK);

    private Task<Answer> Send(HttpMethod method, string path, object? body, string? key = null)
    {
        var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return Send(request);
    }

    public async Task<Answer> Send(HttpRequestMessage request)
    {
        var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        // Only who stands between says something in HTML under the API's address.
        if (response.StatusCode == HttpStatusCode.BadGateway && response.Content.Headers.ContentType?.MediaType == "text/html")
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "A balancer's line to a node broke before it had the answer.", null, response.StatusCode);
        return new(response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text), response);
    }
}
