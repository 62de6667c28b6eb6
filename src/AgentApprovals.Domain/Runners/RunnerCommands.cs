using System.Text.Json.Nodes;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;

namespace AgentApprovals.Domain.Runners;

/// <summary>What a session's runner said of its process tree's end. Proved once, it stays; a session whose process is gone is over.</summary>
public sealed record FileCageEnd(SessionId Id, CageEnd End) : Command<SessionState>, ICommand
{
    /// <summary>The proof of a stop never waits behind what agents send.</summary>
    public bool IsStop => true;

    public override void Need(Needs needs) => needs.StopsOfSessions.Add(Id.Value);

    public override Result<SessionState> Decide(World world)
    {
        if (world.Sessions.Find(Id.Value) is not { Runner: { } runner } session)
            return Refusals.NotFound;
        session = SessionGate.Settle(world, session);
        var end = End with { At = world.Now };
        if (runner.IsDead || (runner.End is { } before && before with { At = end.At } == end))
            return session;
        session = world.Append(world.Sessions, Kinds.RunnerReported, ActorStamp.System("runner"), SessionGate.SubjectOf(world, session),
            session with { Runner = runner with { End = end, LostAt = null } });
        if (session.Status != SessionStatus.Active)
            return session;
        switch (end.Cause)
        {
            case "exit":
                return world.Append(world.Sessions, Kinds.SessionEnded, ActorStamp.System("runner"), SessionGate.SubjectOf(world, session),
                    session with { Status = SessionStatus.Ended, EndedAt = world.Now });
            case "lease":
                // The runner cut its agent off by itself: what the token still opens is closed behind it.
                Stopping.Session(world, session, ActorStamp.System("lease"), "The runner heard nothing of the console for its lease, and ended the agent's process.");
                return world.Sessions.Get(session.Sequence);
            default:
                return session;
        }
    }
}

/// <summary>A session's runner was not heard for one lease: it is out of contact until it is heard again.</summary>
public sealed record LoseRunner(SessionId Id) : Command<SessionState>
{
    public override void Need(Needs needs) => needs.Sessions.Add(Id.Value);

    public override Result<SessionState> Decide(World world)
    {
        if (world.Sessions.Find(Id.Value) is not { Runner: { } runner } session)
            return Refusals.NotFound;
        session = SessionGate.Settle(world, session);
        return session.Status != SessionStatus.Active || runner.IsDead || runner.LostAt is not null
            ? session
            : world.Append(world.Sessions, Kinds.RunnerLost, ActorStamp.System("lease"), SessionGate.SubjectOf(world, session),
                session with { Runner = runner with { LostAt = world.Now } });
    }
}

/// <summary>It was heard again.</summary>
public sealed record FindRunner(SessionId Id) : Command<SessionState>
{
    public override void Need(Needs needs) => needs.Sessions.Add(Id.Value);

    public override Result<SessionState> Decide(World world)
    {
        if (world.Sessions.Find(Id.Value) is not { Runner: { } runner } session)
            return Refusals.NotFound;
        session = SessionGate.Settle(world, session);
        return session.Status != SessionStatus.Active || runner.LostAt is null
            ? session
            : world.Append(world.Sessions, Kinds.RunnerReturned, ActorStamp.System("lease"), SessionGate.SubjectOf(world, session),
                session with { Runner = runner with { LostAt = null } });
    }
}

/// <summary>A session's runner was not heard for two leases. By its own clock it has killed the agent; here the session is stopped, as by a person.</summary>
public sealed record StopUnheard(SessionId Id) : Command<StopState?>, ICommand
{
    public bool IsStop => true;

    public override void Need(Needs needs) => needs.StopsOfSessions.Add(Id.Value);

    public override Result<StopState?> Decide(World world)
    {
        if (world.Sessions.Find(Id.Value) is not { Runner: { } runner } session)
            return Refusals.NotFound;
        session = SessionGate.Settle(world, session);
        return session.Status == SessionStatus.Active && !runner.IsDead
            ? Stopping.Session(world, session, ActorStamp.System("lease"), $"Its runner was not heard of for {2 * runner.LeaseSeconds} s, twice its lease.")
            : new Result<StopState?>(null, null);
    }
}

/// <summary>Somebody held a runner's token beside its runner: the one whose place was taken is there as well. People should look.</summary>
public sealed record ReportContest(SessionId Id) : Command<Done>
{
    public override void Need(Needs needs) => needs.Sessions.Add(Id.Value);

    public override Result<Done> Decide(World world)
    {
        if (world.Sessions.Find(Id.Value) is not { Runner: { } runner } session)
            return Refusals.NotFound;
        world.Append(Kinds.RunnerContested, ActorStamp.System("runner"), SessionGate.SubjectOf(world, session), new JsonObject { ["host"] = runner.Host });
        return new Done();
    }
}
