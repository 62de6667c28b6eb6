using System.Net;
using System.Text.Json.Nodes;

namespace AgentApprovals.Tests.Drivers;

/// <summary>A console with people, one agent and rules: what most tests begin with.</summary>
public sealed class Scene(TestConsole console)
{
    private static int _people;

    public TestConsole Console { get; } = console;

    public Person Admin => Console.Admin;

    public string AgentId { get; private set; } = "";

    public string Key { get; private set; } = "";

    public static async Task<Scene> SetAsync(TestConsole console, object? rules = null, object? agent = null, string name = "forum-helper")
    {
        var scene = new Scene(console);
        if (rules is not null)
            await scene.RulesAsync(rules);
        (scene.AgentId, scene.Key) = await scene.AgentAsync(name, agent);
        return scene;
    }

    /// <summary>Replaces the rules.</summary>
    public async Task RulesAsync(object rules)
    {
        var version = (int)(await Admin.Get("policies")).Is(HttpStatusCode.OK)["version"]!;
        (await Admin.Put("policies", new { version, rules })).Is(HttpStatusCode.OK);
    }

    /// <summary>An agent with a key that may ask for anything, owned by <c>owner@example.com</c>, acting for anyone.</summary>
    public async Task<(string Id, string Key)> AgentAsync(string name, object? settings = null)
    {
        var body = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(settings ?? new { }))!.AsObject();
        body["name"] = name;
        body["owner"] ??= "owner@example.com";
        body["actsFor"] ??= new JsonArray("*");
        var id = (await Admin.Post("agents", body)).Is(HttpStatusCode.Created)["id"]!.ToString();
        (await Admin.Put($"agents/{id}/permissions", new { version = 0, items = new[] { new { type = "*", resource = "*" } } })).Is(HttpStatusCode.OK);
        var key = (await Admin.Post($"agents/{id}/keys", new { name = "test" })).Is(HttpStatusCode.Created)["key"]!.ToString();
        return (id, key);
    }

    /// <summary>A person with these roles and groups, by token.</summary>
    public async Task<(Person Person, string Email, string Id)> PersonAsync(string[] roles, string[]? groups = null, string mayDecide = "all", string? email = null)
    {
        email ??= $"person{Interlocked.Increment(ref _people)}@example.com";
        var id = (await Admin.Post("people", new { email, displayName = email, roles, groups = groups ?? [] })).Is(HttpStatusCode.Created)["id"]!.ToString();
        var token = (await Admin.Post($"people/{id}/tokens", new { name = "test", mayDecide })).Is(HttpStatusCode.Created)["token"]!.ToString();
        return (Console.As(token), email, id);
    }

    public async Task<Person> ReviewerAsync() => (await PersonAsync(["Reviewer"])).Person;

    public async Task<Run> SessionAsync(string onBehalfOf = "dana@example.com", string? key = null)
    {
        var session = (await Console.As(key ?? Key).Post("sessions", new { onBehalfOf })).Is(HttpStatusCode.Created);
        return new(Console.As(session["token"]!.ToString()), session["id"]!.ToString(), session);
    }

    public static object Post(string resource = "forum://engineering/threads/8841", object? payload = null, string type = "forum.post", string? directedBy = null) => new
    {
        type,
        resource,
        summary = "Answer the question",
        payload = payload ?? new { body = "Flush the cache" },
        directedBy,
    };

    /// <summary>A rule that reviews everything, with these clocks.</summary>
    public static object Rule(string mode = "review", int window = 0, int hold = 0, int expires = 1800, int permit = 300, object? requires = null, object? match = null, string name = "All", bool secondPerson = true, object? extra = null)
    {
        var rule = new JsonObject
        {
            ["name"] = name,
            ["mode"] = mode,
            ["confirmationWindowSeconds"] = window,
            ["holdAfterApprovalSeconds"] = hold,
            ["expiresAfterSeconds"] = expires,
            ["permitSeconds"] = permit,
            ["secondPerson"] = secondPerson,
        };
        if (requires is not null)
            rule["requires"] = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(requires));
        if (match is not null)
            rule["match"] = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(match));
        foreach (var (name2, value) in JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(extra ?? new { }))!.AsObject().ToList())
            rule[name2] = value?.DeepClone();
        return rule;
    }
}

/// <summary>An agent's session.</summary>
public sealed record Run(Person Agent, string Id, JsonNode Opened)
{
    public Task<Answer> Submit(object? action = null, string? key = null) => Agent.Post("actions", action ?? Scene.Post(), key);

    public async Task<JsonNode> Submitted(object? action = null) => (await Submit(action)).Is(HttpStatusCode.Created);
}
