using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Actions;

/// <summary>An action as the session that asked for it reaches it: another session's, of the same agent too, is not found.</summary>
internal static class OwnAction
{
    public static void NeedOwn(this Needs needs, Actor actor, ActionId id)
    {
        if (actor is SessionActor session)
            needs.Sessions.Add(session.Session.Value);
        needs.Actions.Add(id.Value);
    }

    public static Result<Found> Find(World world, Actor actor, ActionId id)
    {
        var session = SessionGate.Enter(world, actor);
        if (session.Refusal is { } refusal)
            return refusal;
        if (world.Actions.Find(id.Value) is not { } action || action.SessionSequence != session.Value!.Sequence)
            return Refusals.NotFound;
        return new Found(world.Settle(action), session.Value, world.Agents.Get(action.AgentSequence));
    }

    public sealed record Found(ActionState Action, SessionState Session, AgentState Agent);
}
