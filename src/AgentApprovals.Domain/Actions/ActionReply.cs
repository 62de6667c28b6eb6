using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Actions;

/// <summary>An action as it stands after a command, with what it hangs on. <paramref name="Replayed"/>: an earlier request with the same idempotency key had done it.</summary>
public sealed record ActionReply(ActionState Action, SessionState Session, AgentState Agent, bool Replayed = false)
{
    internal static ActionReply Of(World world, ActionState action, bool replayed = false)
    {
        var session = world.Sessions.Get(action.SessionSequence);
        return new(action, session, world.Agents.Get(session.AgentSequence), replayed);
    }
}
