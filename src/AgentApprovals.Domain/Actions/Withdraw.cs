using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Actions;

/// <summary>The agent takes back what it asked for, as long as it was not redeemed.</summary>
public sealed record Withdraw(Actor Actor, ActionId Id) : Command<ActionReply>, ICommand
{
    long? ICommand.Sender => Actor.Sender();

    public override void Need(Needs needs) => needs.NeedOwn(Actor, Id);

    public override Result<ActionReply> Decide(World world)
    {
        var found = OwnAction.Find(world, Actor, Id);
        if (found.Refusal is { } refusal)
            return refusal;
        var (action, _, agent) = found.Value!;
        if (!action.Status.IsWaiting())
            return Refusals.NotPending($"The action is {action.Status.ToString().ToLowerInvariant()}; only one that waits can be withdrawn.");
        action = world.Append(world.Actions, Kinds.ActionCancelled, SessionGate.StampOf(agent), world.SubjectOf(action),
            action with { Status = ActionStatus.Cancelled, EndedAt = world.Now }, new() { ["cause"] = "withdrawn" });
        return ActionReply.Of(world, action);
    }
}
