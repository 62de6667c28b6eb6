using System.Text.Json.Nodes;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Actions;

/// <summary>
/// A target system takes the permit of an action as used: the first who asks is told that it is active, whoever comes later that it is not.
/// Whatever is not active is null, and why is told to nobody.
/// </summary>
/// <param name="Redeemed">The redeem that the permit is bound to.</param>
/// <param name="PayloadDigest">What the target is about to execute; null: it does not say.</param>
public sealed record ConsumePermit(Actor Actor, ActionId Id, long Redeemed, string? PayloadDigest) : Command<ActionReply?>
{
    public override void Need(Needs needs)
    {
        needs.NeedPerson(Actor);
        needs.Actions.Add(Id.Value);
    }

    public override Result<ActionReply?> Decide(World world)
    {
        var caller = Caller.Of(world, Actor, Caller.Verifiers);
        if (caller.Refusal is { } refusal)
            return refusal;
        if (world.Actions.Find(Id.Value) is not { } found || world.Settle(found) is var action && !IsActive(action, Redeemed, PayloadDigest))
            return new Result<ActionReply?>(null, null);
        action = world.Append(world.Actions, Kinds.PermitConsumed, caller.Value!.Stamp, world.SubjectOf(action), action with { PermitConsumedAt = world.Now },
            new JsonObject { ["via"] = caller.Value!.Via });
        return ActionReply.Of(world, action);
    }

    /// <summary>Whether a permit that is bound to <paramref name="redeemed"/> holds for the action as it stands now.</summary>
    public static bool IsActive(ActionState action, long redeemed, string? payloadDigest)
    {
        ArgumentNullException.ThrowIfNull(action);
        return action.Status == ActionStatus.Executing && action.RedeemSequence == redeemed && action.PermitConsumedAt is null
            && (payloadDigest is null || payloadDigest == action.PayloadDigest);
    }
}
