using AgentApprovals.Actions;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Hosting;
using AgentApprovals.Live;
using AgentApprovals.Policies;
using Microsoft.AspNetCore.Diagnostics;
using Yarp.ReverseProxy.Forwarder;

namespace AgentApprovals.Gateway;

/// <summary>
/// Where agents' requests to targets come in. What a rule lets pass is forwarded while its session lives; what needs approval becomes an
/// action; everything else is refused, and recorded.
/// </summary>
public sealed class GatewayDoor(
    Api api, Data.Ledger.Ledger ledger, ConnectorBook book, Connections connections, Intake intake, IHttpForwarder forwarder, TargetLine line, Credentials credentials, PresentCatalogue catalogue,
    LongPoll longPoll, GatewayCalls calls, ActionDocuments documents, IHostApplicationLifetime life)
{
    /// <summary>The action that a held request became, beside the target's own answer.</summary>
    public const string ActionHeader = "Agent-Approvals-Action";
    public const string TruncatedHeader = "Agent-Approvals-Truncated";

    /// <summary>Rules can be replaced between matching a request and asking for it; so often in a row nobody does.</summary>
    private const int MostReadings = 3;

    public async Task<IResult> HandleAsync()
    {
        var context = api.Context;
        if (GatewayAddress.Of(context) is not { } address || api.Actor is not SessionActor actor || api.Roster.Known(actor.Session) is not { } session)
            return api.Refuse(Refusals.NotFound);
        for (var reading = 1; ; reading++)
        {
            if (await book.FindAsync(address.Connector) is not { Kind: ConnectorKind.Http } connector)
                return api.Refuse(Refusals.NotFound);
            var path = GatewayPath.Read(address.Path, out var fault);
            fault ??= StoredRequest.FaultOfQuery(address.Query) ?? FaultOf(context.Request);
            if (fault is not null)
                return await RefuseAsync(actor, connector, address, Refusals.Invalid("path", fault));
            if (connector.Match(context.Request.Method, path!) is not { } match)
                return await RefuseAsync(actor, connector, address, Refusals.NotPermitted("No rule of this connector lets such a request through; nothing was sent."));
            if (match.Rule.Pass)
                return await ForwardAsync(session, connector, path!, address.Query);
            var asked = await GatewayAsk.ReadAsync(context, actor, connector, path!, address.Query, match.Rule, match.Found);
            if (asked.Refusal is { } unreadable)
                return api.Refuse(unreadable);
            var command = asked.Value! with { Payload = asked.Value.Payload.FittedTo((await catalogue.GetAsync()).Find(asked.Value.Type)) };
            var submitted = await ledger.CommitAsync(command);
            if (submitted.Refusal?.Code != Refusals.StaleVersion.Code || reading == MostReadings)
                return submitted.Refusal is { } refusal ? api.Refuse(refusal) : await AnswerAsync(actor, submitted.Value!, GatewayAsk.HoldSeconds(context.Request, connector));
            book.Forget();
            context.Request.Body.Position = 0;
        }
    }

    private static string? FaultOf(HttpRequest request) =>
        !request.Method.All(char.IsAsciiLetterUpper) || HttpMethods.IsConnect(request.Method) || HttpMethods.IsTrace(request.Method) ? "The method is none that goes through a gateway."
        // Once a connection is another protocol's, nothing of it is judged any more.
        : request.Headers.ContainsKey("Upgrade") ? "A connection is not turned into another protocol's."
        : null;

    private async Task<IResult> RefuseAsync(SessionActor actor, ConnectorState connector, GatewayAddress address, Refusal refusal)
    {
        var noted = await ledger.CommitAsync(new NoteGatewayRefusal(actor, connector.Name, api.Context.Request.Method, address.Path, refusal.Code));
        return api.Refuse(noted.Refusal is { Status: 401 or 403 } ended ? ended : refusal);
    }

    private async Task<IResult> ForwardAsync(SessionState session, ConnectorState connector, GatewayPath path, string query)
    {
        var context = api.Context;
        // Registered first and judged then: whatever stops it from here on finds it.
        using var connection = connections.Open(session, ConnectionKind.Gateway);
        if (intake.ClosedBecause is { } why)
            return api.Refuse(Refusals.Unavailable with { Detail = why });
        if (SessionGate.Judge(api.Roster.Now(session).Status) is { } refusal)
            return api.Refuse(refusal);
        if (context.Features.Get<IStatusCodePagesFeature>() is { } pages)
            pages.Enabled = false;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(connection.Cut, context.RequestAborted, life.ApplicationStopping);
        await using var cut = connection.Cut.UnsafeRegister(_ => AbortIfStarted(context), null);
        var error = await forwarder.SendAsync(context, connector.BaseAddress, line.Shared, ForwarderRequestConfig.Empty, new GatewayTransformer(connector, path, query, credentials), end.Token);
        if (error == ForwarderError.None || context.Response.HasStarted)
        {
            AbortIfCut(context, connection);
            return Results.Empty;
        }

        context.Response.Clear();
        return api.Refuse(connection.CutBy switch
        {
            CutBy.Stop => Refusals.SessionStopped,
            CutBy.Outage => Refusals.Unavailable,
            CutBy.End => Refusals.SessionEnded,
            _ => Refusals.UnreachableTarget("The target could not be reached, or did not answer."),
        });
    }

    private static void AbortIfCut(HttpContext context, Connection connection)
    {
        if (connection.CutBy is not null)
            context.Abort();
    }

    private static void AbortIfStarted(HttpContext context)
    {
        if (context.Response.HasStarted)
            context.Abort();
    }

    private async Task<IResult> AnswerAsync(SessionActor actor, ActionReply reply, long holdSeconds)
    {
        var context = api.Context;
        if (reply.Replayed)
            context.Response.Headers["Idempotent-Replayed"] = "true";
        context.Response.Headers.Location = $"/api/v1/actions/{reply.Action.Id}";
        context.Response.Headers[ActionHeader] = reply.Action.Id.ToString();
        var view = new ActionView(reply.Action, reply.Session, reply.Agent);
        if (holdSeconds > 0)
        {
            var waited = await longPoll.WaitAsync(view, TimeSpan.FromSeconds(holdSeconds), context.RequestAborted);
            if (waited.Refusal is { } stopped)
                return api.Refuse(stopped);
            view = waited.Value!;
            // Whoever asked has gone: nothing is sent that nobody would hear of.
            context.RequestAborted.ThrowIfCancellationRequested();
        }

        var isHeld = holdSeconds > 0;
        return view.Action.Status switch
        {
            ActionStatus.Denied => api.Refuse(view.Action.Denial!.Code == "not_permitted"
                ? Refusals.NotPermitted("The agent may not ask for this; it is recorded as denied, and nothing was sent.")
                : Refusals.ActionDenied),
            ActionStatus.Stopped => api.Refuse(Refusals.SessionStopped),
            ActionStatus.Expired when isHeld => api.Refuse(Refusals.ActionExpired),
            ActionStatus.Cancelled when isHeld => api.Refuse(Refusals.NotPending("The action was cancelled; nothing was sent.")),
            ActionStatus.Released or ActionStatus.Executing or ActionStatus.Completed or ActionStatus.Failed when isHeld => await SentAsync(actor, view),
            _ => Api.Accepted(await documents.OfAsync(view, forAgent: true)),
        };
    }

    /// <summary>The target's own answer to what was released in time.</summary>
    private async Task<IResult> SentAsync(SessionActor actor, ActionView view)
    {
        var sent = await calls.RedeemAsync(actor, view.Action.Id, null, api.Context.RequestAborted);
        return sent.Refusal is { } refusal ? api.Refuse(refusal) : new TargetAnswer(sent.Value!.Answer);
    }

    /// <summary>An answer as the target gave it.</summary>
    private sealed class TargetAnswer(KeptAnswer answer) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            if (httpContext.Features.Get<IStatusCodePagesFeature>() is { } pages)
                pages.Enabled = false;
            response.StatusCode = answer.Status;
            // Where the action is stands in a header of ours; this one is the target's.
            response.Headers.Remove("Location");
            foreach (var lines in answer.Headers.GroupBy(h => h.Key, StringComparer.OrdinalIgnoreCase).Where(g => !response.Headers.ContainsKey(g.Key)))
                response.Headers[lines.Key] = lines.Select(l => l.Value).ToArray();
            if (answer.IsTruncated)
                response.Headers[TruncatedHeader] = "true";
            if (answer.Status is >= 200 and not (204 or 205 or 304) && !HttpMethods.IsHead(httpContext.Request.Method))
                await response.Body.WriteAsync(answer.Body, httpContext.RequestAborted);
        }
    }
}
