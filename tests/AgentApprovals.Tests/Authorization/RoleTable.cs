namespace AgentApprovals.Tests.Authorization;

/// <summary>What a route is about, which says who may know of it.</summary>
public enum Thing
{
    /// <summary>Nothing in particular, or a list of what one may see.</summary>
    None,

    /// <summary>Seen by A M R U, and by its owner and whom <c>actsFor</c> names exactly.</summary>
    Agent,

    /// <summary>Seen by A M R U, by its agent's owner and by its <c>onBehalfOf</c>.</summary>
    Session,

    /// <summary>As its session, and by the session that made it, and by whoever is said to have directed it.</summary>
    Action,

    /// <summary>As any of its actions.</summary>
    Burst,

    /// <summary>As what it stopped.</summary>
    Stop,

    /// <summary>Known to everybody by name.</summary>
    Person,

    /// <summary>Known to administrators alone.</summary>
    Webhook,
    Connector,
}

/// <summary>Who may, in the letters of api.md's table, and which credentials of agents.</summary>
[Flags]
public enum Who
{
    Nobody = 0,
    A = 1,
    M = 2,
    R = 4,
    U = 8,
    V = 16,

    /// <summary>O of the table: their own, even without a role.</summary>
    O = 32,

    /// <summary>Any person, whatever their roles.</summary>
    Anyone = 64,

    /// <summary>The person an action says it was directed by.</summary>
    Directing = 128,

    /// <summary>An agent's session; for an action, the very session that made it.</summary>
    Session = 256,

    /// <summary>An agent's key; for a session, of the same agent.</summary>
    Key = 512,

    Readers = A | M | R | U | O,
}

/// <summary>One route of api.md: what it is about, who may, and a body that fails no check but the last (400) or does no harm.</summary>
public sealed record Row(string Route, Thing Thing, Who Who, string? Body = null);

/// <summary>api.md's "Who may do what" and its routes' tables, written down once. A route without a row fails the tests.</summary>
public static class RoleTable
{
    private const string Bad = "[]";

    public static IReadOnlyList<Row> Api { get; } =
    [
        new("POST /actions", Thing.None, Who.Session, Bad),
        new("GET /actions", Thing.None, Who.Anyone | Who.Session),
        new("GET /actions/{id}", Thing.Action, Who.Readers | Who.Directing | Who.Session),
        new("DELETE /actions/{id}", Thing.Action, Who.Session),
        new("POST /actions/{id}/redeem", Thing.Action, Who.Session, Bad),
        new("POST /actions/{id}/result", Thing.Action, Who.Session, Bad),
        // Deny: A M R, O, and whoever is said to have directed it; approve: who fills a part of requires (one Reviewer here).
        new("POST /actions/{id}/decisions", Thing.Action, Who.A | Who.M | Who.R | Who.O | Who.Directing, Bad),
        new("GET /actions/{id}/messages", Thing.Action, Who.Readers | Who.Directing | Who.Session),
        new("POST /actions/{id}/messages", Thing.Action, Who.A | Who.M | Who.R | Who.Session, Bad),
        new("POST /actions/{id}/extend", Thing.Action, Who.A | Who.M | Who.R, Bad),
        new("POST /actions/{id}/direction", Thing.Action, Who.Directing, """{"confirmed":true}"""),

        new("GET /bursts", Thing.None, Who.Anyone),
        new("GET /bursts/{id}", Thing.Burst, Who.Readers | Who.Directing),
        new("POST /bursts/{id}/deny", Thing.Burst, Who.A | Who.M | Who.R | Who.O | Who.Directing, Bad),

        new("POST /sessions", Thing.None, Who.Key, Bad),
        new("POST /sessions/{id}/renew", Thing.Session, Who.Key),
        new("GET /sessions/current", Thing.None, Who.Session),
        new("POST /sessions/current/compacted", Thing.None, Who.Session),
        new("DELETE /sessions/current", Thing.None, Who.Session),
        new("GET /sessions", Thing.None, Who.Anyone),
        new("GET /sessions/{id}", Thing.Session, Who.Readers),

        new("POST /sessions/{id}/pause", Thing.Session, Who.A | Who.M | Who.R),
        new("POST /sessions/{id}/continue", Thing.Session, Who.A | Who.M | Who.R),
        new("POST /sessions/{id}/stop", Thing.Session, Who.Readers, Bad),
        new("POST /agents/{id}/stop", Thing.Agent, Who.Readers, Bad),
        new("POST /stop", Thing.None, Who.A | Who.M | Who.R | Who.U, Bad),
        new("POST /agents/{id}/resume", Thing.Agent, Who.A | Who.M, Bad),
        new("POST /resume", Thing.None, Who.A | Who.M, Bad),
        new("GET /stops", Thing.None, Who.Anyone),
        new("GET /stops/{id}", Thing.Stop, Who.Readers),
        new("GET /stops/{id}/sessions", Thing.Stop, Who.Readers),
        new("GET /stops/{id}/incident", Thing.Stop, Who.Readers),

        new("POST /agents", Thing.None, Who.A, Bad),
        new("GET /agents", Thing.None, Who.Anyone),
        new("GET /agents/{id}", Thing.Agent, Who.Readers),
        new("PATCH /agents/{id}", Thing.Agent, Who.A, Bad),
        new("GET /agents/{id}/keys", Thing.Agent, Who.A),
        new("POST /agents/{id}/keys", Thing.Agent, Who.A, Bad),
        new("DELETE /agents/{id}/keys/{keyId}", Thing.Agent, Who.A),
        new("GET /agents/{id}/permissions", Thing.Agent, Who.Readers),
        new("PUT /agents/{id}/permissions", Thing.Agent, Who.A, Bad),
        new("GET /agents/{id}/instructions", Thing.Agent, Who.Readers),
        new("PUT /agents/{id}/instructions", Thing.Agent, Who.A, Bad),
        new("GET /agents/{id}/risk", Thing.Agent, Who.A | Who.M),
        new("GET /agents/{id}/permissions/audit", Thing.Agent, Who.A | Who.M),
        new("GET /agents/{id}/risk/export", Thing.Agent, Who.A | Who.M),
        new("GET /agents/export", Thing.None, Who.Anyone),
        new("GET /risk", Thing.None, Who.A | Who.M),
        new("GET /risk/export", Thing.None, Who.A | Who.M),
        new("GET /decisions", Thing.None, Who.A | Who.M),
        new("GET /instructions", Thing.None, Who.A),
        new("PUT /instructions", Thing.None, Who.A, Bad),
        new("GET /policies", Thing.None, Who.A),
        new("PUT /policies", Thing.None, Who.A, Bad),
        new("POST /policies/preview", Thing.None, Who.A, Bad),
        new("GET /action-types", Thing.None, Who.A),
        new("PUT /action-types", Thing.None, Who.A, Bad),

        new("POST /people", Thing.None, Who.A, Bad),
        new("GET /people", Thing.None, Who.A),
        new("GET /people/{id}", Thing.Person, Who.A | Who.O),
        new("PATCH /people/{id}", Thing.Person, Who.A, Bad),
        new("POST /people/{id}/setup-link", Thing.Person, Who.A),
        new("GET /people/{id}/load", Thing.Person, Who.A | Who.M | Who.O),
        new("GET /people/{id}/tokens", Thing.Person, Who.A | Who.O),
        new("POST /people/{id}/tokens", Thing.Person, Who.A | Who.O, Bad),
        new("DELETE /people/{id}/tokens/{tokenId}", Thing.Person, Who.A | Who.O),

        new("POST /permits/introspect", Thing.None, Who.A | Who.V, Bad),
        new("POST /observations", Thing.None, Who.A | Who.V, Bad),
        new("GET /observations", Thing.None, Who.Anyone),

        new("GET /events", Thing.None, Who.Anyone | Who.Session),
        new("POST /webhooks", Thing.None, Who.A, Bad),
        new("GET /webhooks", Thing.None, Who.A),
        new("GET /webhooks/{id}", Thing.Webhook, Who.A),
        new("DELETE /webhooks/{id}", Thing.Webhook, Who.A),
        new("POST /webhooks/{id}/rotate", Thing.Webhook, Who.A),
        new("POST /webhooks/{id}/test", Thing.Webhook, Who.A),
        new("GET /webhooks/{id}/deliveries", Thing.Webhook, Who.A),
        new("POST /webhooks/{id}/deliveries/{deliveryId}/redeliver", Thing.Webhook, Who.A),

        new("POST /connectors", Thing.None, Who.A, Bad),
        new("GET /connectors", Thing.None, Who.A),
        new("GET /connectors/{id}", Thing.Connector, Who.A),
        new("PUT /connectors/{id}", Thing.Connector, Who.A, Bad),
        new("DELETE /connectors/{id}", Thing.Connector, Who.A),

        new("GET /ledger", Thing.None, Who.A | Who.U),
        new("GET /ledger/export", Thing.None, Who.A | Who.U),
        new("GET /ledger/verify", Thing.None, Who.A | Who.U),
        new("POST /clock/accept", Thing.None, Who.A),
        new("POST /ledger/checkpoints", Thing.None, Who.A | Who.U),
    ];

    /// <summary>
    /// Found only by who approved, or ordered the stop, before, or made by target systems, so nobody's call is let through here; DecisionTests,
    /// ReceiptTests and ObservationTests have the rest.
    /// </summary>
    public static IReadOnlyList<string> ElsewhereTested { get; } = ["DELETE /actions/{id}/decisions/mine", "GET /actions/{id}/response", "POST /stops/{id}/reason", "GET /observations/{id}"];

    /// <summary>Plain pages that don't ask who comes: those that let somebody in or out, and the stop form, which sends them to sign in.</summary>
    public static IReadOnlyList<string> OpenPages { get; } = ["/account/setup", "/account/sign-in", "/account/sign-out", "/stop"];

    /// <summary>Beside the API: what is open to all, and what asks who comes.</summary>
    public static IReadOnlyDictionary<string, bool> OpenBesideTheApi { get; } = new Dictionary<string, bool>
    {
        ["/health/live"] = true,
        ["/health/ready"] = true,
        ["/openapi/{documentName}.json"] = true,
        ["/docs/{documentName?}"] = true,
        ["/.well-known/agent-approvals-keys"] = true,
        ["/docs/scalar.js"] = true,
        ["/docs/scalar.aspnetcore.js"] = true,
        ["/docs/favicon.svg"] = true,
        ["/jobs/{**path}"] = false,
        ["/gateway/{connector}/{**path}"] = false,
        ["/hubs/live"] = false,
        ["/mcp"] = false,
        ["/gateway/mcp/{connector}"] = false,
        ["/hubs/live/negotiate"] = false,
        ["/hubs/runner"] = false,
        ["/hubs/runner/negotiate"] = false,
        // Blazor's own: a circuit is pinned to its person, and pages ask for themselves.
        ["/_blazor"] = false,
        ["/_blazor/negotiate"] = false,
        ["/_blazor/disconnect"] = false,
        ["/_blazor/initializers"] = false,
    };
}
