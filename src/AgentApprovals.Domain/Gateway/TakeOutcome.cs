using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Gateway;

/// <summary>
/// The agent is told what came of its call: by the call that asked for it or by the same one later, at whichever node. Nobody is told a
/// second time, for the same call again is another one.
/// </summary>
/// <returns><see cref="ActionReply.Replayed"/> where another call was told already.</returns>
public sealed record TakeOutcome(Actor Actor, ActionId Id) : Command<ActionReply>
{
    public override void Need(Needs needs) => needs.NeedOwn(Actor, Id);

    public override Result<ActionReply> Decide(World world)
    {
        var found = OwnAction.Find(world, Actor, Id);
        if (found.Refusal is { } refusal)
            return refusal;
        var (action, _, agent) = found.Value!;
        if (action.Call is not { } call || !action.Status.IsTerminal())
            return Refusals.NotReleased($"The action is {action.Status.ToString().ToLowerInvariant()}: nothing has come of it yet.");
        if (call.TakenAt is not null)
            return ActionReply.Of(world, action, replayed: true);
        action = world.Append(world.Actions, Kinds.ActionTaken, SessionGate.StampOf(agent), world.SubjectOf(action), action with { Call = call with { TakenAt = world.Now } });
        return ActionReply.Of(world, action);
    }
}
