using System.Text.Json.Nodes;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Runners;

/// <summary>
/// The agent's process stands still, or goes on. It is entered once the runner has confirmed that it does (<paramref name="Confirmed"/>); without
/// that it says whether it would be let in, and changes nothing.
/// </summary>
public sealed record PauseSession(Actor Actor, SessionId Id, bool Paused, CageEnd? Confirmed = null) : Command<SessionReply>
{
    public override void Need(Needs needs)
    {
        needs.NeedPerson(Actor);
        needs.Sessions.Add(Id.Value);
    }

    public override Result<SessionReply> Decide(World world)
    {
        var caller = Caller.Of(world, Actor);
        if (caller.Refusal is { } refusal)
            return refusal;
        var by = caller.Value!;
        if (world.Sessions.Find(Id.Value) is not { } session || !by.Person.MaySee(session, world.Agents.Get(session.AgentSequence)))
            return Refusals.NotFound;
        if (!by.Has(Caller.Deniers))
            return Refusals.Forbidden("Pausing and continuing take a Reviewer, a Manager or an Administrator.");
        session = SessionGate.Settle(world, session);
        if (session.Status != SessionStatus.Active)
            return Refusals.NoRunner("The session is over: there is nothing left to pause or to continue.");
        if (session.Runner is not { CanFreeze: true, IsDead: false } runner)
            return Refusals.NoRunner(session.Runner is null ? "The session has no runner." : "Its runner can't freeze a process: only one with a control group can.");
        if (session.Paused == Paused || Confirmed is null)
            return SessionReply.Of(world, session);
        session = world.Append(world.Sessions, Paused ? Kinds.SessionPaused : Kinds.SessionContinued, by.Stamp, SessionGate.SubjectOf(world, session),
            session with { Paused = Paused },
            new JsonObject { ["host"] = runner.Host, ["count"] = Confirmed.Count, ["milliseconds"] = Confirmed.Milliseconds, ["via"] = by.Via });
        return SessionReply.Of(world, session);
    }
}
