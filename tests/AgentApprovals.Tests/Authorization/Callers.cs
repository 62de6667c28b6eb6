using System.Net;
using AgentApprovals.Tests.Drivers;

namespace AgentApprovals.Tests.Authorization;

/// <summary>How somebody comes in.</summary>
public enum Comes
{
    Unknown,
    AsPerson,
    AsSession,
    AsKey,
}

/// <summary>
/// A kind of caller. <paramref name="Roles"/> in the table's letters; <paramref name="Sees"/> are the things of the first
/// agent that this person sees without a role; <paramref name="OfFirst"/> says whose session or key it is, where things are theirs.
/// </summary>
public sealed record Caller(string Name, Comes Comes, Person Person, Who Roles = Who.Nobody, Thing[]? Sees = null, string? PersonId = null, bool? OfFirst = null);

/// <summary>Two agents with a session and an action each, and every kind of caller there is.</summary>
public sealed class Stage : IAsyncDisposable
{
    private readonly Scene _scene;

    private Stage(TestConsole console) => (Console, _scene) = (console, new(console));

    public TestConsole Console { get; }

    public List<Caller> Callers { get; } = [];

    public (string Agent, string Session, string Action, string Burst, string Stop, string Key) First { get; private set; }

    public (string Agent, string Session, string Action, string Burst, string Stop, string Key) Other { get; private set; }

    public string Bystander { get; private set; } = "";

    public static async Task<Stage> SetAsync()
    {
        var stage = new Stage(new(settings: Webhooks.WebhookStage.Allowing()));
        await stage.MakeAsync();
        return stage;
    }

    public ValueTask DisposeAsync() => Console.DisposeAsync();

    /// <summary>A key of the agent that may be deleted.</summary>
    public async Task<string> KeyOfAsync(string agent) => (await Console.Admin.Post($"agents/{agent}/keys", new { name = "spare" })).Is(HttpStatusCode.Created).Text("id");

    public async Task<string> TokenOfAsync(string person) => (await Console.Admin.Post($"people/{person}/tokens", new { name = "spare" })).Is(HttpStatusCode.Created).Text("id");

    /// <summary>An endpoint that may be deleted, where nobody listens.</summary>
    public async Task<string> WebhookAsync() =>
        (await Console.Admin.Post("webhooks", new { url = "http://127.0.0.1:9/", events = new[] { "webhook.test" } })).Is(HttpStatusCode.Created).Text("id");

    /// <summary>A connector that may be deleted, to where nobody listens.</summary>
    public async Task<string> ConnectorAsync() => (await Console.Admin.Post("connectors", new { name = $"c{Guid.NewGuid():N}", kind = "http", baseAddress = "http://127.0.0.1:9/" }))
        .Is(HttpStatusCode.Created).Text("id");

    public async Task<string> DeliveryOfAsync(string webhook)
    {
        var sent = await Console.Admin.Post($"webhooks/{webhook}/test");
        // On a machine that is busy nobody waits until it is sent: it is asked for once more.
        for (var tries = 1; tries < 10 && sent.Code == "unavailable"; tries++)
            sent = await Console.Admin.Post($"webhooks/{webhook}/test");
        return sent.Is(HttpStatusCode.OK).Text("id");
    }

    /// <summary>A run of the first agent that nothing else needs.</summary>
    public async Task<Run> RunAsync() => await _scene.SessionAsync("behalf@example.com", First.Key);

    private async Task MakeAsync()
    {
        (await Console.Admin.Put("policies", new { version = 0, rules = new[] { Scene.Rule(match: new { types = new[] { "email.delete" } }, name: "Bursts", extra: new { burst = new { count = 1 } }), Scene.Rule() } })).Is(HttpStatusCode.OK);
        var (first, run) = await AgentAsync("first", "owner@example.com", ["behalf@example.com", "named@example.com", "pattern*"], "behalf@example.com");
        First = first;
        var (other, otherRun) = await AgentAsync("other", "stranger@example.com", ["*"], "somebody@example.com");
        Other = other;
        Bystander = (await Console.Admin.Post("people", new { email = "bystander@example.com" })).Is(HttpStatusCode.Created).Text("id");

        Callers.Add(new("anonymous", Comes.Unknown, Console.As(null)));
        foreach (var junk in new[] { "junk", "aap_junk", "aak_junk", "aas_junk", "aar_junk", $"aax_{new string('a', 43)}" })
            Callers.Add(new(junk, Comes.Unknown, Console.As(junk)));
        Callers.Add(new("agent key", Comes.AsKey, Console.As(First.Key), OfFirst: true));
        Callers.Add(new("key of another agent", Comes.AsKey, Console.As(Other.Key), OfFirst: false));
        Callers.Add(new("session", Comes.AsSession, run.Agent, OfFirst: true));
        Callers.Add(new("session of the same agent", Comes.AsSession, (await RunAsync()).Agent));
        Callers.Add(new("session of another agent", Comes.AsSession, otherRun.Agent, OfFirst: false));
        foreach (var (role, letter) in new[] { ("Administrator", Who.A), ("Manager", Who.M), ("Reviewer", Who.R), ("Auditor", Who.U), ("Verifier", Who.V) })
            await PersonAsync(role, letter, [role]);
        await PersonAsync("Administrator whose token may decide nothing", Who.A, ["Administrator"], mayDecide: "none");
        await PersonAsync("Administrator whose token may decide high", Who.A, ["Administrator"], mayDecide: "high");
        await PersonAsync("nobody's", Who.Nobody, []);
        await PersonAsync("named by a pattern", Who.Nobody, [], email: "pattern@example.com");
        await PersonAsync("owner", Who.Nobody, [], email: "owner@example.com", sees: [Thing.Agent, Thing.Session, Thing.Action, Thing.Burst, Thing.Stop]);
        await PersonAsync("on whose behalf", Who.Nobody, [], email: "behalf@example.com", sees: [Thing.Agent, Thing.Session, Thing.Action, Thing.Burst, Thing.Stop]);
        await PersonAsync("named by actsFor", Who.Nobody, [], email: "named@example.com", sees: [Thing.Agent]);
        await PersonAsync("said to have directed", Who.Directing, [], email: "director@example.com", sees: [Thing.Action, Thing.Burst]);
        var (gone, _, goneId) = await _scene.PersonAsync(["Administrator"]);
        (await Console.Admin.Patch($"people/{goneId}", new { active = false })).Is(HttpStatusCode.OK);
        Callers.Add(new("deactivated Administrator", Comes.Unknown, gone));
        var (tokenless, _, tokenlessId) = await _scene.PersonAsync(["Administrator"]);
        var token = (await Console.Admin.Get($"people/{tokenlessId}/tokens")).Is(HttpStatusCode.OK)["items"]![0]!.Text("id");
        await Console.Admin.Delete($"people/{tokenlessId}/tokens/{token}");
        Callers.Add(new("Administrator whose token was deleted", Comes.Unknown, tokenless));
    }

    private async Task PersonAsync(string name, Who letter, string[] roles, string? email = null, Thing[]? sees = null, string mayDecide = "all")
    {
        var (person, _, id) = await _scene.PersonAsync(roles, mayDecide: mayDecide, email: email);
        Callers.Add(new(name, Comes.AsPerson, person, letter, sees, id));
    }

    private async Task<((string, string, string, string, string, string), Run)> AgentAsync(string name, string owner, string[] actsFor, string behalf)
    {
        var (id, key) = await _scene.AgentAsync(name, new { owner, actsFor, limits = new { maxSessions = 10_000 } });
        var stopped = await _scene.SessionAsync(behalf, key);
        var stop = (await Console.Admin.Post($"sessions/{stopped.Id}/stop", new { })).Is(HttpStatusCode.Accepted).Text("id");
        var run = await _scene.SessionAsync(behalf, key);
        var directedBy = name == "first" ? "director@example.com" : null;
        var action = (await run.Submitted(Scene.Post(directedBy: directedBy))).Text("id");
        return ((id, run.Id, action, await BurstAsync(run, directedBy), stop, key), run);
    }

    private static async Task<string> BurstAsync(Run run, string? directedBy)
    {
        await run.Submitted(Scene.Post(type: "email.delete", directedBy: directedBy));
        return (await run.Submitted(Scene.Post(type: "email.delete", directedBy: directedBy))).Text("burstId");
    }
}
