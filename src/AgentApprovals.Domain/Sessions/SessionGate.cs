using System.Text.Json.Nodes;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Domain.Sessions;

/// <summary>Lets a session's command in, or says why not. Every command of a session passes here, in the ledger.</summary>
public static class SessionGate
{
    /// <summary>The session behind <paramref name="actor"/>, active at this instant; what its clock or a stop has settled is written down on the way.</summary>
    public static Result<SessionState> Enter(World world, Actor actor)
    {
        if (actor is not SessionActor { Session: var id })
            return Refusals.Forbidden("Only an agent's session may do this.");
        if (world.Sessions.Find(id.Value) is not { } session)
            return Refusals.Unauthenticated;
        session = Settle(world, session);
        return Judge(session.Status) is { } refusal ? refusal : session;
    }

    /// <summary>Why a session in this state is refused; null while it is active.</summary>
    public static Refusal? Judge(SessionStatus status) => status switch
    {
        SessionStatus.Active => null,
        SessionStatus.Ended => Refusals.SessionEnded,
        SessionStatus.Expired => Refusals.TokenExpired,
        _ => Refusals.SessionStopped,
    };

    /// <summary>Writes down what already holds for the session.</summary>
    public static SessionState Settle(World world, SessionState session)
    {
        var fate = world.FateOf(session);
        if (fate.Status == session.Status)
            return session;
        var stopped = fate.Status == SessionStatus.Stopped;
        var stop = world.Stops.Find(fate.StoppedBy);
        return world.Append(
            world.Sessions,
            stopped ? Kinds.SessionStopped : Kinds.SessionExpired,
            stopped ? stop!.By : ActorStamp.System("clock"),
            SubjectOf(world, session),
            session with { Status = fate.Status, EndedAt = fate.At, StoppedBy = fate.StoppedBy },
            new JsonObject { ["effectiveAt"] = fate.At.ToString(), ["stopId"] = stop?.Id.ToString() });
    }

    public static Subject SubjectOf(World world, SessionState session) => new(
        SessionSequence: session.Sequence == 0 ? null : session.Sequence,
        Session: session.Id,
        AgentSequence: session.AgentSequence,
        Agent: world.Agents.Get(session.AgentSequence).Id);

    /// <summary>How the session's agent stands in an entry.</summary>
    public static ActorStamp StampOf(AgentState agent) => new("agent", agent.Id.ToString(), agent.Name);

}
