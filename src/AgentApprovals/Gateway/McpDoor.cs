using System.Collections.Concurrent;
using System.Text.Json;
using AgentApprovals.Actions;
using AgentApprovals.Client;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Hosting;
using AgentApprovals.Live;
using AgentApprovals.Mcp;
using AgentApprovals.Policies;
using AgentApprovals.Security;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentApprovals.Gateway;

/// <summary>
/// The tools of an MCP server, for agents that may ask for them: each call is held by the rules, made once by the gateway itself when it is
/// released, and answered as the server answered. No rule of its own stands here.
/// </summary>
public sealed class McpDoor(
    Data.Ledger.Ledger ledger, Reader reader, Roster roster, Connections connections, Intake intake, ConnectorBook book, McpTargets targets, PresentCatalogue catalogue, LongPoll longPoll,
    GatewayCalls calls, ActionDocuments documents)
{
    /// <summary>Clients give a call up after a minute: what is not decided by then is answered as pending, and the same call again goes on with it.</summary>
    private static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(50);

    private const int MostWaiting = 100_000;
    private readonly ConcurrentDictionary<(SessionId, string), ActionId> _waiting = new();

    /// <summary>The active connector of that name to an MCP server.</summary>
    public async Task<ConnectorState?> FindAsync(string name) => await book.FindAsync(name) is { Kind: ConnectorKind.Mcp } connector ? connector : null;

    /// <summary>The server's tools that the agent is permitted to ask for.</summary>
    public async Task<ListToolsResult> ListAsync(SessionActor actor, string name, CancellationToken cancel)
    {
        var (view, connector) = await EnterAsync(actor, name);
        var tools = await ToolsAsync(view.Session, connector, cancel);
        return new() { Tools = [.. tools.Where(t => McpTool.IsPermitted(view.Agent, connector, t.Name, reader.Now))] };
    }

    /// <summary>Asks for a call, and answers with what came of it. A refusal is the tool's result, so that the model reads it.</summary>
    public async Task<CallToolResult> CallAsync(SessionActor actor, string name, CallToolRequestParams call, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(call);
        try
        {
            var (view, connector) = await EnterAsync(actor, name);
            var arguments = JsonSerializer.SerializeToElement(call.Arguments ?? new Dictionary<string, JsonElement>());
            if (IJson.Check(JsonSerializer.SerializeToUtf8Bytes(arguments)) is { } fault)
                return AgentTools.Error(Refusals.Invalid(fault.Path.Length == 0 ? "arguments" : $"arguments.{fault.Path}", fault.Message));
            var key = (actor.Session, $"{connector.Sequence} {McpTool.PayloadOf(call.Name, arguments).Digest}");
            var asked = await KnownAsync(key) is { } known ? known : await AskAsync(view.Session, actor, connector, call.Name, arguments, cancel);
            return asked.Refusal is { } refusal ? AgentTools.Error(refusal) : await AnswerAsync(actor, key, asked.Value!, cancel);
        }
        catch (Exception e) when (e is not (OperationCanceledException or McpProtocolException))
        {
            return AgentTools.Error(e is HttpRequestException or IOException or McpException ? Refusals.UnreachableTarget(StoredSender.Unreachable) : Problems.Of(e));
        }
    }

    private async Task<(SessionView View, ConnectorState Connector)> EnterAsync(SessionActor actor, string name)
    {
        if (await FindAsync(name) is not { } connector || await reader.SessionAsync(actor.Session) is not { } view)
            throw new McpProtocolException("There is no such MCP server here.", McpErrorCode.ResourceNotFound);
        return SessionGate.Judge(view.Session.Status) is { } refusal ? throw new McpProtocolException(refusal.Detail, McpErrorCode.InvalidRequest) : (view, connector);
    }

    private async Task<IReadOnlyList<Tool>> ToolsAsync(SessionState session, ConnectorState connector, CancellationToken cancel)
    {
        using var connection = connections.Open(session, ConnectionKind.Gateway);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(connection.Cut, cancel);
        return await targets.ToolsAsync(connector, () =>
        {
            if (intake.ClosedBecause is not null || roster.Now(session).Status != SessionStatus.Active)
                throw new IOException("It may not be asked any more.");
        }, end.Token);
    }

    /// <summary>An earlier call of the same, whose outcome nobody was told yet.</summary>
    private async Task<Result<ActionView>?> KnownAsync((SessionId, string) key) =>
        _waiting.TryGetValue(key, out var id) && await reader.ActionAsync(id) is { } view ? view : default(Result<ActionView>?);

    private async Task<Result<ActionView>> AskAsync(SessionState session, SessionActor actor, ConnectorState connector, string name, JsonElement arguments, CancellationToken cancel)
    {
        if ((await ToolsAsync(session, connector, cancel)).FirstOrDefault(t => t.Name == name) is not { } tool)
            return Refusals.NotFound;
        if (McpTool.FaultsOf(tool, arguments) is { } faults)
            return Refusals.Invalid(faults);
        var (type, payload) = (McpTool.TypeOf(connector, name), McpTool.PayloadOf(name, arguments));
        if (payload.Canonical.Length > IJson.MaxBytes)
            return Problems.TooLarge;
        var submitted = await ledger.CommitAsync(new Submit
        {
            Actor = actor,
            Type = type,
            Resource = McpTool.ResourceOf(connector, name),
            Summary = $"Call the tool {(name.Length > 100 ? name[..100] : name)} of {connector.Name}",
            Payload = payload.FittedTo((await catalogue.GetAsync()).Find(type)),
            Through = (new(connector.Sequence, connector.Name, connector.BaseAddress), connector.Version),
        });
        return submitted.Refusal is { } refusal ? refusal : new ActionView(submitted.Value!.Action, submitted.Value.Session, submitted.Value.Agent);
    }

    private async Task<CallToolResult> AnswerAsync(SessionActor actor, (SessionId, string) key, ActionView view, CancellationToken cancel)
    {
        if (_waiting.Count > MostWaiting)
            _waiting.Clear();
        _waiting[key] = view.Action.Id;
        var waited = await longPoll.WaitAsync(view, LongestHold, cancel);
        if (waited.Refusal is { } refusal)
            return AgentTools.Error(refusal);
        cancel.ThrowIfCancellationRequested();
        view = waited.Value!;
        if (view.Action.Status is ActionStatus.Pending or ActionStatus.Approved)
            return AgentTools.Result(new ToolAnswer(await documents.OfAsync(view, forAgent: true)), Api.Json, isError: false);
        var told = view.Action.Status switch
        {
            ActionStatus.Denied => AgentTools.Error(view.Action.Denial!.Code == "not_permitted" ? Refusals.NotPermitted("The agent may not ask for this tool; nothing was called.") : Refusals.ActionDenied),
            ActionStatus.Expired => AgentTools.Error(Refusals.ActionExpired),
            ActionStatus.Stopped => AgentTools.Error(Refusals.SessionStopped),
            ActionStatus.Cancelled => AgentTools.Error(Refusals.NotPending("The action was cancelled; nothing was called.")),
            _ => await CalledAsync(actor, view.Action.Id, cancel),
        };
        _waiting.TryRemove(key, out _);
        return told;
    }

    private async Task<CallToolResult> CalledAsync(SessionActor actor, ActionId id, CancellationToken cancel)
    {
        var called = await calls.RedeemAsync(actor, id, null, cancel);
        if (called.Refusal is { } refusal)
            return AgentTools.Error(refusal);
        return called.Value!.Answer.IsTruncated
            ? AgentTools.Error(new(502, "unreachable_target", "The tool was called; its answer is larger than is kept, and stands in part at the action."))
            : JsonSerializer.Deserialize<CallToolResult>(called.Value.Answer.Body, McpJsonUtilities.DefaultOptions)!;
    }
}
