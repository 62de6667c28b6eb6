using System.Text.Json.Nodes;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;

namespace AgentApprovals.Domain.Actions;

/// <summary>The end of an action that somebody or a rule refuses.</summary>
internal static class Denying
{
    public static ActionState Deny(World world, ActionState action, Denial denial, ActorStamp by) =>
        world.Append(world.Actions, Kinds.ActionDenied, by, world.SubjectOf(action), action with
        {
            Status = ActionStatus.Denied,
            Denial = denial,
            EndedAt = world.Now,
            ReleaseAt = null,
            PermitExpiresAt = null,
        }, new JsonObject { ["code"] = denial.Code, ["readingMs"] = action.ReadingTime(denial.Person, denial.At), ["via"] = denial.Via });
}

/// <summary>
/// Denied stays denied: an agent that asks for the same again is told no at once; the third time its session is stopped, and
/// with the second such stop within ten minutes the agent.
/// </summary>
internal static class Repeats
{
    private const int Most = 3;
    private const int AgentWindowSeconds = 600;
    internal const string Reason = "It asked three times for what had been denied.";

    public static void Note(World world, SessionState session)
    {
        var agent = world.Agents.Get(session.AgentSequence);
        session = world.Append(world.Sessions, Kinds.SessionRepeated, SessionGate.StampOf(agent), SessionGate.SubjectOf(world, session),
            session with { RepeatsDenied = session.RepeatsDenied + 1 });
        if (session.RepeatsDenied < Most)
            return;
        var by = ActorStamp.System("repeats");
        var since = world.Now.PlusSeconds(-AgentWindowSeconds);
        var again = agent.StoppedForRepeatsAt > since;
        Stopping.Session(world, session, by, Reason);
        agent = world.Append(world.Agents, Kinds.AgentChanged, by, SessionGate.SubjectOf(world, session), agent with { StoppedForRepeatsAt = world.Now });
        if (again)
            Stopping.Agent(world, agent, by, "Two of its sessions were stopped for repeats within ten minutes.");
    }
}
