using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Client;
using AgentApprovals.Domain.Json;

namespace AgentApprovals.Tests.Client;

/// <summary>A console that answers one action as it should, but for what a test bends.</summary>
internal sealed class FakeConsole : HttpMessageHandler
{
    public const string Asked = "asked";
    public const string Waited = "waited";
    public const string Redeemed = "redeemed";
    public const string Told = "told";

    private static readonly Guid Session = Guid.Parse("019ab000-0000-7000-8000-000000000001");
    private static readonly Guid Action = Guid.Parse("019ab000-0000-7000-8000-000000000002");

    private JsonObject _action = [];

    /// <summary>What a step's document is bent into.</summary>
    public Dictionary<string, Action<JsonObject>> Bend { get; } = [];

    /// <summary>What a step answers instead of a document.</summary>
    public Dictionary<string, Func<HttpResponseMessage>> Instead { get; } = [];

    /// <summary>The steps that were taken.</summary>
    public List<string> Steps { get; } = [];

    /// <summary>What was reported last.</summary>
    public JsonNode? Report { get; private set; }

    public async Task<AgentSession> SessionAsync() => await new AgentApprovalsClient(
        new HttpClient(this) { BaseAddress = new("http://console.test/") }, new() { SessionToken = "aas_fake" }).StartAsync();

    public static HttpResponseMessage Answer(HttpStatusCode status, string body, string type = "application/json") => new(status) { Content = new StringContent(body, Encoding.UTF8, type) };

    public static HttpResponseMessage Problem(HttpStatusCode status, string code) =>
        Answer(status, new JsonObject { ["type"] = "x", ["title"] = "x", ["status"] = (int)status, ["detail"] = "x", ["code"] = code }.ToJsonString(), "application/problem+json");

    /// <summary>The digest that a console computes.</summary>
    public static string DigestOf(JsonNode? payload) => CanonicalJson.Digest(CanonicalJson.Canonicalize(JsonSerializer.SerializeToElement(payload)));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? null : JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellationToken));
        var (step, status, document) = (request.Method.Method, request.RequestUri!.AbsolutePath["/api/v1/".Length..]) switch
        {
            ("GET", "sessions/current") => ("session", HttpStatusCode.OK, Run()),
            ("POST", "actions") => (Asked, HttpStatusCode.Created, _action = New(body!.AsObject())),
            ("GET", _) => (Waited, HttpStatusCode.OK, Stands("released")),
            ("POST", var path) when path.EndsWith("/redeem", StringComparison.Ordinal) => (Redeemed, HttpStatusCode.OK, new JsonObject
            {
                ["action"] = Stands("executing"),
                ["permit"] = "aax_fake",
                ["payload"] = _action["payload"]?.DeepClone(),
            }),
            ("POST", _) => (Told, HttpStatusCode.OK, Stands((Report = body)!["outcome"]!.GetValue<string>() == "failed" ? "failed" : "completed", body!["outcome"])),
            _ => ("withdrawn", HttpStatusCode.OK, Stands("cancelled")),
        };
        Steps.Add(step);
        if (Instead.TryGetValue(step, out var instead))
            return instead();
        if (Bend.TryGetValue(step, out var bend))
            bend(document);
        return Answer(status, document.ToJsonString());
    }

    private static JsonObject Run() => new()
    {
        ["id"] = Session.ToString(),
        ["state"] = "active",
        ["startedAt"] = "2026-11-24T09:00:00.000Z",
        ["expiresAt"] = "2026-11-24T10:00:00.000Z",
        ["agent"] = Who(),
        ["onBehalfOf"] = Agent.Dana,
    };

    private static JsonObject New(JsonObject asked) => new()
    {
        ["id"] = Action.ToString(),
        ["status"] = "pending",
        ["type"] = asked["type"]!.DeepClone(),
        ["resource"] = asked["resource"]!.DeepClone(),
        ["summary"] = asked["summary"]!.DeepClone(),
        ["reason"] = null,
        ["payload"] = asked["payload"]?.DeepClone(),
        ["payloadDigest"] = DigestOf(asked["payload"]),
        ["directed"] = "none",
        ["agent"] = Who(),
        ["sessionId"] = Session.ToString(),
        ["onBehalfOf"] = Agent.Dana,
        ["submittedAt"] = "2026-11-24T09:00:00.000Z",
        ["confirmationEndsAt"] = "2026-11-24T09:00:00.000Z",
        ["expiresAt"] = "2026-11-24T09:30:00.000Z",
        ["mode"] = "review",
        ["requires"] = JsonNode.Parse("""[[{"from":"Reviewer","count":1}]]"""),
        ["approvals"] = new JsonArray(),
        ["risk"] = JsonNode.Parse("""{"score":10,"level":"low","factors":[]}"""),
        ["policy"] = JsonNode.Parse("""{"version":1,"rule":null}"""),
        ["edited"] = false,
        ["outcome"] = null,
        ["youngerThanThisClient"] = 1,
    };

    private static JsonObject Who() => new() { ["id"] = Session.ToString(), ["name"] = "forum-helper" };

    private JsonObject Stands(string status, JsonNode? outcome = null)
    {
        var now = _action.DeepClone().AsObject();
        (now["status"], now["outcome"]) = (status, outcome?.DeepClone());
        return now;
    }
}
