using System.Security.Claims;
using System.Text.Json;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Hosting;
using AgentApprovals.Live;
using AgentApprovals.Security;
using Microsoft.EntityFrameworkCore;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentApprovals.Mcp;

/// <summary>
/// Stands before the MCP endpoints. A session token comes in as it is. An agent key is taken on <c>initialize</c> alone, where it
/// opens a run for that MCP session, under every check of <c>POST /sessions</c>; with the MCP session's id it goes on with that
/// run and no other. Whoever comes in is a session from here on, so nothing behind this knows keys.
/// </summary>
public sealed class McpEntrance(RequestDelegate next, McpRuns runs, Roster roster, Reader reader, Data.Ledger.Ledger ledger, Connections connections)
{
    /// <summary>Whom the run is for; the agent's owner where it is not there.</summary>
    public const string OnBehalfOf = "Agent-Approvals-On-Behalf-Of";

    internal const string McpSession = "Mcp-Session-Id";
    private static readonly object RunItem = new();

    /// <summary>The run that a key opened with this very request.</summary>
    internal static McpRun? Opened(HttpContext context) => context.Items[RunItem] as McpRun;

    public async Task InvokeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var message = HttpMethods.IsPost(context.Request.Method) ? await ReadAsync(context) : new Result<JsonElement>(default, null);
        if (message.Refusal is { } unreadable)
        {
            await Problems.WriteAsync(context, unreadable);
            return;
        }

        if (Actors.ActorOf(context.User) is KeyActor && !context.Request.Headers.ContainsKey(McpSession) && IsMethod(message.Value, "server/discover"))
        {
            await SayLegacyAsync(context, message.Value);
            return;
        }

        var entered = Actors.ActorOf(context.User) is KeyActor key ? await EnterAsync(context, key, message.Value) : await KnownAsync(context);
        if (entered.Refusal is { } refusal)
        {
            await Problems.WriteAsync(context, refusal);
            return;
        }

        if (HttpMethods.IsGet(context.Request.Method))
            await StreamAsync(context, entered.Value!);
        else
            await next(context);
        // Nothing came of it: the run has nobody who could go on with it.
        if (Opened(context) is { } opened && !context.Response.Headers.ContainsKey(McpSession))
            await runs.EndAsync(opened);
    }

    /// <summary>The message, read as strictly as every body: what another parser would read differently goes no further.</summary>
    private static async Task<Result<JsonElement>> ReadAsync(HttpContext context)
    {
        context.Request.EnableBuffering(IJson.MaxBytes, IJson.MaxBytes + 1);
        try
        {
            return await RequestBody.ReadAsync(context, nulAllowedIn: "params");
        }
        catch (IOException)
        {
            return Problems.TooLarge;
        }
        finally
        {
            context.Request.Body.Position = 0;
        }
    }

    private async Task<Result<SessionState>> KnownAsync(HttpContext context) =>
        Actors.ActorOf(context.User) is SessionActor actor && roster.Known(actor.Session) is { } session ? Judged(roster.Now(session)) : Refusals.Unauthenticated;

    private async Task<Result<SessionState>> EnterAsync(HttpContext context, KeyActor key, JsonElement message)
    {
        var entered = context.Request.Headers[McpSession].ToString() is { Length: > 0 } id ? await GoOnAsync(key, id)
            : IsMethod(message, "initialize") ? await OpenAsync(context, key, message)
            : Refusals.Forbidden("An agent key opens an MCP session by initialize, and does nothing else.");
        if (entered.Value is { } session)
            context.User = new ClaimsPrincipal(Actors.ToIdentity(new SessionActor(session.Id, session.AgentSequence), BearerAuthentication.SchemeName));
        return entered;
    }

    private async Task<Result<SessionState>> GoOnAsync(KeyActor key, string mcpSession)
    {
        if (runs.Find(mcpSession, key) is not { } run || await roster.SessionAsync(run.Token) is not { } session)
            return Refusals.NotFound;
        if (session.Status != SessionStatus.Active || !run.WantsRenewal(reader.Now))
            return Judged(session);
        var renewed = await ledger.CommitAsync(new RenewSession(key, run.Session.Session));
        if (renewed.Refusal is { } refusal)
            return refusal;
        run.Renewed(reader.Now, renewed.Value!.Session.ExpiresAt);
        return renewed.Value.Session;
    }

    private async Task<Result<SessionState>> OpenAsync(HttpContext context, KeyActor key, JsonElement message)
    {
        if (await roster.CredentialAsync(key.Key) is not { } credential)
            return Refusals.Unauthenticated;
        var onBehalfOf = context.Request.Headers[OnBehalfOf].ToString();
        if (onBehalfOf.Length == 0)
            onBehalfOf = await reader.LookAsync(db => db.Agents.Where(a => a.Sequence == credential.HolderSequence).Select(a => a.Owner).SingleAsync());
        if (onBehalfOf.Length > 254 || !Email.IsPlausible(onBehalfOf))
            return Refusals.Invalid(OnBehalfOf, "An e-mail address is expected.");
        var token = SecretHash.Of(Token.New(Token.Session));
        var opened = await ledger.CommitAsync(new OpenSession(key, token, onBehalfOf, Purpose: null, ClientOf(message)));
        if (opened.Refusal is { } refusal)
            return refusal;
        var session = opened.Value!.Session;
        var run = new McpRun(key, new(session.Id, session.AgentSequence), token, session.StartedAt, session.ExpiresAt);
        context.Items[RunItem] = run;
        context.Response.OnStarting(() =>
        {
            if (context.Response.Headers[McpSession].ToString() is { Length: > 0 } id)
                runs.Add(id, run);
            return Task.CompletedTask;
        });
        return session;
    }

    /// <summary>The client's stream of what the server says unasked: a stop ends it.</summary>
    private async Task StreamAsync(HttpContext context, SessionState session)
    {
        using var connection = connections.Open(session, ConnectionKind.EventStream);
        await using var cut = connection.Cut.Register(context.Abort);
        await next(context);
    }

    private static Result<SessionState> Judged(SessionState session) => SessionGate.Judge(session.Status) is { } refusal ? refusal : session;

    private static bool IsMethod(JsonElement message, string name) =>
        message.ValueKind == JsonValueKind.Object && message.TryGetProperty("method", out var method) && method.ValueKind == JsonValueKind.String && method.ValueEquals(name);

    /// <summary>
    /// Clients of the revision without sessions (2026-07-28) ask first whether they may do without; told by an error of JSON-RPC that
    /// they may not, they go on with <c>initialize</c>.
    /// </summary>
    private static Task SayLegacyAsync(HttpContext context, JsonElement message)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return context.Response.WriteAsJsonAsync(new JsonRpcError
        {
            Id = message.TryGetProperty("id", out var id) ? id.Deserialize<RequestId>() : default,
            Error = new() { Code = (int)McpErrorCode.MethodNotFound, Message = "An agent key opens an MCP session by initialize." },
        }, McpJsonUtilities.DefaultOptions);
    }

    private static ClientInfo? ClientOf(JsonElement message)
    {
        var client = new Fields(message).Object("params")?.Object("clientInfo");
        return client is null ? null : new(Short(client, "name"), Short(client, "version"), null, null);
    }

    /// <summary>Shortened instead of refused: a client names itself as it likes.</summary>
    private static string? Short(Fields client, string name) =>
        client.TryGet(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { } text && !text.Contains('\0', StringComparison.Ordinal)
            ? text[..Math.Min(100, text.Length)]
            : null;
}
