using System.Text.Json.Nodes;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Actions;

/// <summary>
/// Takes the right to execute a released action, once. The same idempotency key with the same body gets the same again;
/// anything else that comes second is refused, and recorded.
/// </summary>
public sealed record Redeem(Actor Actor, ActionId Id, IdempotencyKey? Key) : Command<ActionReply>, ICommand
{
    /// <summary>The process that will send the action's request, where the gateway executes it.</summary>
    public string? Node { get; init; }

    long? ICommand.Sender => Actor.Sender();

    public override void Need(Needs needs) => needs.NeedOwn(Actor, Id);

    public override Result<ActionReply> Decide(World world)
    {
        var found = OwnAction.Find(world, Actor, Id);
        if (found.Refusal is { } refusal)
            return refusal;
        var (action, session, agent) = found.Value!;
        if (action.RedeemKey is not null && Key is { } key && action.RedeemKey == key.Hash)
            return action.RedeemBody == key.BodyHash ? ActionReply.Of(world, action, replayed: true) : Refusals.IdempotencyConflict;
        // What the gateway executes is executed by the first redeem alone; whoever comes later is told what became of it.
        if (action is { Call: not null, RedeemSequence: not null })
            return ActionReply.Of(world, action, replayed: true);
        if (action.Call is not null && Node is null)
            return Refusals.NotReleased("The gateway executes this: it is redeemed at POST /actions/{id}/redeem.");
        if (action.Status != ActionStatus.Released || LeadsElsewhere(world, action))
        {
            var refused = Refuse(action);
            Record(world, session, agent, action, refused);
            return refused;
        }

        action = world.Append(world.Actions, Kinds.ActionExecuting, SessionGate.StampOf(agent), world.SubjectOf(action), action with
        {
            Status = ActionStatus.Executing,
            ExecuteUntil = world.Now.PlusSeconds(action.Verdict.ExecuteSeconds),
            RedeemSequence = world.NextSequence,
            RedeemKey = Key?.Hash,
            RedeemBody = Key?.BodyHash,
            Call = action.Call is { } call ? call with { Node = Node } : null,
        });
        return ActionReply.Of(world, action);
    }

    /// <summary>People approved that it goes to one place: to another, or by a connector that is gone, it does not.</summary>
    private static bool LeadsElsewhere(World world, ActionState action) => action.Call is { } call
        && (world.Connectors.Find(call.Connector) is not { Status: ConnectorStatus.Active } connector || connector.BaseAddress != call.BaseAddress);

    private static Refusal Refuse(ActionState action) => action switch
    {
        { RedeemSequence: not null } => Refusals.AlreadyRedeemed,
        { Status: ActionStatus.Expired } => Refusals.ActionExpired,
        { Status: ActionStatus.Released } => Refusals.NotReleased("The connector is gone, or leads elsewhere than when this was asked for; nothing was sent."),
        _ => Refusals.NotReleased($"The action is {action.Status.ToString().ToLowerInvariant()}; nothing may be executed."),
    };

    private static void Record(World world, SessionState session, Agents.AgentState agent, ActionState action, Refusal refused)
    {
        var (write, withheld) = world.Refused.Note(session, world.Now);
        if (write)
        {
            world.Append(Kinds.ActionRefused, SessionGate.StampOf(agent), world.SubjectOf(action),
                new JsonObject { ["code"] = refused.Code, ["attempt"] = "redeem", ["withheld"] = withheld });
        }
    }
}

/// <summary>
/// An idempotency key as it is kept: <paramref name="Hash"/> is SHA-256 over session, route (and action) and key, so equal keys
/// elsewhere never meet; <paramref name="BodyHash"/> that of the canonical body.
/// </summary>
public sealed record IdempotencyKey(string Hash, string BodyHash);
