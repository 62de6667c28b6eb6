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
using Microsoft.EntityFrameworkCore;
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
    internal TimeSpan LongestHold { get; set; } = TimeSpan.FromSeconds(50);

    /// <summary>Of the same calls of one session all but the latest few are settled.</summary>
    private const int MostAlike = 5;

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
            while (true)
            {
                var stored = new StoredToolCall(call.Name, arguments);
                var asked = await KnownAsync(view.Session, connector, stored) is { } known ? known : await AskAsync(view.Session, actor, connector, stored, cancel);
                if (asked.Refusal is { } refusal)
                    return AgentTools.Error(refusal);
                if (await AnswerAsync(actor, asked.Value!, cancel) is { } answer)
                    return answer;
            }
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

    /// <summary>An earlier call of the same, whose outcome nobody was told yet, at whichever node it was asked for.</summary>
    private async Task<ActionView?> KnownAsync(SessionState session, ConnectorState connector, StoredToolCall call)
    {
        var key = PreparedPayload.RepeatKey(McpTool.TypeOf(connector, call.Tool), McpTool.ResourceOf(connector, call.Tool), call.ToPayload().Digest);
        var alike = await reader.LookAsync(db => db.Actions.Where(a => a.SessionSequence == session.Sequence && a.RepeatKey == key)
            .OrderByDescending(a => a.Sequence).Take(MostAlike).ToListAsync());
        return alike.LastOrDefault(a => a.Call is { TakenAt: null } through && through.Connector == connector.Sequence) is { } untold ? await reader.ActionAsync(untold.Id) : null;
    }

    private async Task<Result<ActionView>> AskAsync(SessionState session, SessionActor actor, ConnectorState connector, StoredToolCall call, CancellationToken cancel)
    {
        if ((await ToolsAsync(session, connector, cancel)).FirstOrDefault(t => t.Name == call.Tool) is not { } tool)
            return Refusals.NotFound;
        if (McpTool.FaultsOf(tool, call.Arguments) is { } faults)
            return Refusals.Invalid(faults);
        var (type, payload) = (McpTool.TypeOf(connector, call.Tool), call.ToPayload());
        if (payload.Canonical.Length > IJson.MaxBytes)
            return Problems.TooLarge;
        var submitted = await ledger.CommitAsync(new Submit
        {
            Actor = actor,
            Type = type,
            Resource = McpTool.ResourceOf(connector, call.Tool),
            Summary = $"Call the tool {(call.Tool.Length > 100 ? call.Tool[..100] : call.Tool)} of {connector.Name}",
            Payload = payload.FittedTo((await catalogue.GetAsync()).Find(type)),
            Through = (new(connector.Sequence, connector.Name, connector.BaseAddress), connector.Version),
        });
        return submitted.Refusal is { } refusal ? refusal : new ActionView(submitted.Value!.Action, submitted.Value.Session, submitted.Value.Agent);
    }

    /// <summary>What came of it, as it is while it waits; null where another call was told meanwhile.</summary>
    private async Task<CallToolResult?> AnswerAsync(SessionActor actor, ActionView view, CancellationToken cancel)
    {
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
        var taken = await ledger.CommitAsync(new TakeOutcome(actor, view.Action.Id));
        if (taken.Refusal is { Status: 401 or 403 } ended && view.Action.Status != ActionStatus.Denied)
            return AgentTools.Error(ended);
        return taken.Value is { Replayed: true } ? null : told;
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
