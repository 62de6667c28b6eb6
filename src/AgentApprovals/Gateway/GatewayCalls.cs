using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Live;

namespace AgentApprovals.Gateway;

/// <summary>An action that the gateway executed, and what the target answered.</summary>
public sealed record CallResult(ActionReply Reply, KeptAnswer Answer);

/// <summary>
/// Executes what people released: the redeem is in the ledger before anything is sent, bound to this process, so nobody sends it a second
/// time, and whoever asks again is told what became of the first.
/// </summary>
public sealed partial class GatewayCalls(
    Data.Ledger.Ledger ledger, Reader reader, Feed feed, Connections connections, StoredSender sender, ThisNode node, TimeProvider time, IHostApplicationLifetime life, ILogger<GatewayCalls> log)
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestJoin = TimeSpan.FromSeconds(60);

    /// <summary>How this process stands in the ledger.</summary>
    public string Node { get; } = node.Id.ToString();

    public async Task<Result<CallResult>> RedeemAsync(SessionActor actor, ActionId id, IdempotencyKey? key, CancellationToken cancel)
    {
        var redeemed = await ledger.CommitAsync(new Redeem(actor, id, key) { Node = Node });
        return redeemed.Refusal is { } refusal ? refusal : await AnswerAsync(redeemed.Value!, cancel);
    }

    /// <summary>What comes of a redeem: of the first one the sending, which goes on whether or not anybody waits for it; of any other, what came of that.</summary>
    public Task<Result<CallResult>> AnswerAsync(ActionReply redeemed, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(redeemed);
        return redeemed.Replayed ? JoinAsync(redeemed, cancel) : ExecuteAsync(redeemed).WaitAsync(cancel);
    }

    /// <summary>What the target answered, where it did and it is kept as it was.</summary>
    public async Task<KeptAnswer?> AnswerOfAsync(ActionState action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return action.Call?.AnswerSequence is { } sequence && await reader.ContentAsync(sequence, ContentPart.Answer) is { } kept
            && CanonicalJson.Digest(kept) == action.Call.AnswerDigest ? KeptAnswer.OfBytes(kept) : null;
    }

    private async Task<Result<CallResult>> ExecuteAsync(ActionReply redeemed)
    {
        Sent sent;
        Connection connection;
        using (connection = connections.Open(redeemed.Session, ConnectionKind.Gateway))
            sent = await sender.SendAsync(redeemed.Action, redeemed.Session, connection);
        var reply = await FinishAsync(redeemed.Action, sent);
        if (reply.Session.Status == SessionStatus.Stopped || connection.CutBy == CutBy.Stop)
            return Refusals.SessionStopped;
        return sent.Answer is { } answer ? new CallResult(reply, answer) : Refused(sent.Detail);
    }

    /// <summary>Writes down what became of it, also where the database is away for a while; after its time it is unknown by itself.</summary>
    private async Task<ActionReply> FinishAsync(ActionState action, Sent sent)
    {
        var finish = new FinishCall(action.Id, Node, sent.Outcome, sent.Detail, sent.Answer is { } answer ? new(answer.Status, answer.ToBytes()) : null);
        while (true)
        {
            try
            {
                var finished = await ledger.CommitAsync(finish);
                if (finished.Refusal is not { Status: 503 })
                    return finished.Require();
            }
            catch (LedgerUnavailableException e) when (!life.ApplicationStopping.IsCancellationRequested)
            {
                Log.NotRecorded(log, action.Id.Value, e);
            }

            await Task.Delay(Again, CancellationToken.None);
        }
    }

    private async Task<Result<CallResult>> JoinAsync(ActionReply redeemed, CancellationToken cancel)
    {
        var view = new ActionView(redeemed.Action, redeemed.Session, redeemed.Agent);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, life.ApplicationStopping);
        end.CancelAfter(LongestJoin);
        using var watch = feed.Watch(view.Action.Id, view.Session.Id);
        while (true)
        {
            var moved = watch.NextAsync();
            view = await reader.ActionAsync(view.Action.Id) ?? view;
            if (view.Action.Status != ActionStatus.Executing || end.IsCancellationRequested)
                break;
            await Task.WhenAny(moved, Task.Delay(TimeSpan.FromSeconds(1), time, end.Token));
        }

        if (view.Session.Status == SessionStatus.Stopped)
            return Refusals.SessionStopped;
        if (await AnswerOfAsync(view.Action) is { } answer)
            return new CallResult(new(view.Action, view.Session, view.Agent, Replayed: true), answer);
        return view.Action.OutcomeDetail is StoredSender.Changed or StoredSender.Elsewhere or StoredSender.Unreachable ? Refused(view.Action.OutcomeDetail) : Refusals.AlreadyRedeemed;
    }

    private static Refusal Refused(string? detail) => detail switch
    {
        StoredSender.Changed => Refusals.PayloadChanged with { Detail = StoredSender.Changed },
        StoredSender.Elsewhere => Refusals.NotReleased(StoredSender.Elsewhere),
        _ => Refusals.UnreachableTarget(detail ?? StoredSender.BrokenOff),
    };

    private static partial class Log
    {
        [LoggerMessage(1651, LogLevel.Error, "What became of action {Action}, which was sent, could not be recorded yet; it is tried again")]
        public static partial void NotRecorded(ILogger logger, Guid action, Exception exception);
    }
}
