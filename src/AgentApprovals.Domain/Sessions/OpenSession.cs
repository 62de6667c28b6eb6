using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Runners;

namespace AgentApprovals.Domain.Sessions;

/// <summary>A session as it stands, with its agent and what the agent must heed.</summary>
public sealed record SessionReply(SessionState Session, AgentState Agent, StandingInstructions Standing)
{
    internal static SessionReply Of(World world, SessionState session)
    {
        var agent = world.Agents.Get(session.AgentSequence);
        return new(session, agent, Instructions.Of(world, agent));
    }
}

/// <summary>Opens a run of an agent on behalf of a person. Its token is made by the caller; only the hash comes here.</summary>
public sealed record OpenSession(Actor Actor, SecretHash TokenHash, string OnBehalfOf, string? Purpose, ClientInfo? Client, RunnerClaim? Runner = null) : Command<SessionReply>
{
    public override void Need(Needs needs) => needs.NeedKey(Actor);

    public override Result<SessionReply> Decide(World world)
    {
        var entered = KeyGate.Enter(world, Actor);
        if (entered.Refusal is { } refusal)
            return refusal;
        var (key, agent) = entered.Value!;
        if (agent.Retired)
            return Refusals.AgentRetired;
        if (world.Console.StoppedBy is not null)
            return Refusals.EverythingStopped;
        if (agent.StoppedBy is not null)
            return Refusals.AgentStopped;
        // For whoever was deactivated nobody acts any more; it need not be a person of this console otherwise.
        var person = world.People.Find(Email.Key(OnBehalfOf));
        if (!agent.MayActFor(OnBehalfOf) || person is { Active: false })
            return Refusals.PrincipalNotAllowed;
        // One that holds nothing is none: what is asked for is that stop reaches the process.
        if (agent.RequiresRunner && Runner is not { Mechanism: not Mechanism.None })
            return Refusals.RunnerRequired;
        var active = world.Sessions.All.Count(s => s.AgentSequence == agent.Sequence && world.FateOf(s).IsActive);
        if (active >= agent.Limits.MaxSessions)
            return Refusals.TooManyRequests($"The agent has {active} sessions open, which is its limit; no session was opened.", 30);
        var id = new SessionId(world.NewId());
        var session = new SessionState
        {
            Id = id,
            AgentSequence = agent.Sequence,
            KeySequence = key.Sequence,
            TokenHash = TokenHash,
            OnBehalfOf = person?.Email ?? OnBehalfOf.Trim(),
            Purpose = Purpose,
            Client = Client,
            Runner = Runner is null ? null : new(Runner.Host, Runner.Mechanism, Runner.Isolated, agent.Limits.LeaseSeconds),
            RunnerTokenHash = Runner?.TokenHash,
            StartedAt = world.Now,
            ExpiresAt = world.Now.PlusSeconds(Math.Min(agent.Limits.SessionSeconds, agent.Limits.MaxSessionSeconds)),
        };
        session = world.Append(world.Sessions, Kinds.SessionStarted, SessionGate.StampOf(agent), SessionGate.SubjectOf(world, session), session);
        return SessionReply.Of(world, session);
    }
}

/// <summary>The agent key's way in: valid, and of an agent.</summary>
internal static class KeyGate
{
    public static void NeedKey(this Needs needs, Actor actor)
    {
        if (actor is KeyActor { Key: var id })
        {
            needs.Credentials.Add(id.Value);
            needs.AgentsOfKeys.Add(id.Value);
        }
    }

    public static Result<Entered> Enter(World world, Actor actor)
    {
        if (actor is not KeyActor { Key: var id })
            return Refusals.Forbidden("Only an agent key may do this.");
        return world.Credentials.Find(id.Value) is { Kind: CredentialKind.AgentKey } key && key.IsValidAt(world.Now)
            ? new Entered(key, world.Agents.Get(key.HolderSequence))
            : Refusals.Unauthenticated;
    }

    public sealed record Entered(CredentialState Key, AgentState Agent);
}
