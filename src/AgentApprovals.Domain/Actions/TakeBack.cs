using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Actions;

/// <summary>Takes one's own approval back, until release. What is no longer enough falls back to pending, or to expired where its time has passed.</summary>
public sealed record TakeBack(Actor Actor, ActionId Id) : Command<ActionReply>
{
    public override void Need(Needs needs)
    {
        needs.NeedPerson(Actor);
        needs.Actions.Add(Id.Value);
    }

    public override Result<ActionReply> Decide(World world)
    {
        var found = SeenAction.Find(world, Actor, Id);
        if (found.Refusal is { } refusal)
            return refusal;
        var (by, action, _, _) = found.Value!;
        if (action.Approvals.All(a => a.Person != by.Person.Id))
            return Refusals.NotFound;
        if (action.Status is not (ActionStatus.Pending or ActionStatus.Approved))
            return Refusals.NotPending($"The action is {action.Status.ToString().ToLowerInvariant()}; it is too late to take an approval back.");
        action = Approving.Without(world, action, by.Person.Id, by.Stamp);
        return ActionReply.Of(world, action);
    }
}

/// <summary>An action as a person reaches it: what they may not know of is not found.</summary>
internal static class SeenAction
{
    public static Result<Found> Find(World world, Actor actor, ActionId id)
    {
        var caller = Caller.Of(world, actor);
        if (caller.Refusal is { } refusal)
            return refusal;
        if (world.Actions.Find(id.Value) is not { } action)
            return Refusals.NotFound;
        var session = world.Sessions.Get(action.SessionSequence);
        var agent = world.Agents.Get(action.AgentSequence);
        return caller.Value!.Person.MaySee(action, session, agent)
            ? new Found(caller.Value, world.Settle(action), session, agent)
            : Refusals.NotFound;
    }

    public sealed record Found(Caller By, ActionState Action, SessionState Session, Agents.AgentState Agent);
}
