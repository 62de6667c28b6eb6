using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Domain.Sessions;

/// <summary><c>sessionSeconds</c> from now, at most to <c>maxSessionSeconds</c> after its start; its token stays.</summary>
public sealed record RenewSession(Actor Actor, SessionId Id) : Command<SessionReply>
{
    public override void Need(Needs needs)
    {
        needs.NeedKey(Actor);
        needs.Sessions.Add(Id.Value);
    }

    public override Result<SessionReply> Decide(World world)
    {
        var entered = KeyGate.Enter(world, Actor);
        if (entered.Refusal is { } refusal)
            return refusal;
        var agent = entered.Value!.Agent;
        if (world.Sessions.Find(Id.Value) is not { } session || session.AgentSequence != agent.Sequence)
            return Refusals.NotFound;
        session = SessionGate.Settle(world, session);
        if (SessionGate.Judge(session.Status) is { } refused)
            return refused;
        var until = Moment.Earlier(world.Now.PlusSeconds(agent.Limits.SessionSeconds), session.StartedAt.PlusSeconds(agent.Limits.MaxSessionSeconds));
        if (until > world.Now && until != session.ExpiresAt)
        {
            session = world.Append(world.Sessions, Kinds.SessionRenewed, SessionGate.StampOf(agent), SessionGate.SubjectOf(world, session),
                session with { ExpiresAt = until });
        }

        return SessionReply.Of(world, session);
    }
}

/// <summary>The agent ends its own run; what still waits becomes cancelled.</summary>
public sealed record EndSession(Actor Actor) : Command<SessionReply>, ICommand
{
    long? ICommand.Sender => Actor.Sender();

    public override void Need(Needs needs) => needs.NeedSession(Actor);

    public override Result<SessionReply> Decide(World world)
    {
        var entered = SessionGate.Enter(world, Actor);
        if (entered.Refusal is { } refusal)
            return refusal;
        var session = entered.Value!;
        var agent = world.Agents.Get(session.AgentSequence);
        session = world.Append(world.Sessions, Kinds.SessionEnded, SessionGate.StampOf(agent), SessionGate.SubjectOf(world, session),
            session with { Status = SessionStatus.Ended, EndedAt = world.Now });
        return SessionReply.Of(world, session);
    }
}

/// <summary>
/// The agent's host says that its context was compacted. What it was told may be gone, so from now on a person looks at
/// everything, and the standing instructions are handed out again.
/// </summary>
public sealed record MarkCompacted(Actor Actor) : Command<SessionReply>, ICommand
{
    long? ICommand.Sender => Actor.Sender();

    public override void Need(Needs needs) => needs.NeedSession(Actor);

    public override Result<SessionReply> Decide(World world)
    {
        var entered = SessionGate.Enter(world, Actor);
        if (entered.Refusal is { } refusal)
            return refusal;
        var session = entered.Value!;
        if (!session.Compacted)
        {
            session = world.Append(world.Sessions, Kinds.SessionCompacted, SessionGate.StampOf(world.Agents.Get(session.AgentSequence)),
                SessionGate.SubjectOf(world, session), session with { Compacted = true });
        }

        return SessionReply.Of(world, session);
    }
}

internal static class SessionNeeds
{
    public static void NeedSession(this Needs needs, Actor actor)
    {
        if (actor is SessionActor { Session: var id })
            needs.Sessions.Add(id.Value);
    }

    public static long? Sender(this Actor actor) => (actor as SessionActor)?.AgentSequence;

    public static void NeedPerson(this Needs needs, Actor actor)
    {
        if (actor is PersonActor { Token: { } token })
            needs.Credentials.Add(token.Value);
    }
}
