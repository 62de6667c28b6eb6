using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;

namespace AgentApprovals.Domain.Agents;

/// <summary>A new key for an agent; the key itself is made by the caller and shown once.</summary>
public sealed record MakeAgentKey(Actor Actor, AgentId Agent, string Name, SecretHash Hash) : Command<CredentialState>
{
    public override void Need(Needs needs)
    {
        needs.NeedPerson(Actor);
        needs.Agents.Add(Agent.Value);
    }

    public override Result<CredentialState> Decide(World world)
    {
        var found = AgentSetup.Find(world, Actor, Agent);
        if (found.Refusal is { } refusal)
            return refusal;
        var (by, agent) = found.Value!;
        if (agent.Retired)
            return Refusals.AgentRetired;
        return world.Append(world.Credentials, Kinds.AgentKeyMade, by.Stamp, agent.Subject(), new CredentialState
        {
            Id = new(world.NewId()),
            Kind = CredentialKind.AgentKey,
            HolderSequence = agent.Sequence,
            Name = Name,
            Hash = Hash,
            MadeBy = by.Person.Sequence,
            MadeByName = by.Person.DisplayName,
            CreatedAt = world.Now,
        });
    }
}

/// <summary>Deletes a key, and stops the sessions that it opened.</summary>
public sealed record DeleteAgentKey(Actor Actor, AgentId Agent, CredentialId Key) : Command<Done>
{
    public override void Need(Needs needs)
    {
        needs.NeedPerson(Actor);
        needs.Agents.Add(Agent.Value);
        needs.Credentials.Add(Key.Value);
        needs.AgentsOfKeys.Add(Key.Value);
    }

    public override Result<Done> Decide(World world)
    {
        var found = AgentSetup.Find(world, Actor, Agent);
        if (found.Refusal is { } refusal)
            return refusal;
        var (by, agent) = found.Value!;
        if (world.Credentials.Find(Key.Value) is not { Kind: CredentialKind.AgentKey } key
            || key.HolderSequence != agent.Sequence || !key.IsValidAt(world.Now))
        {
            return Refusals.NotFound;
        }

        world.Append(world.Credentials, Kinds.AgentKeyDeleted, by.Stamp, agent.Subject(), key with { EndsAt = world.Now });
        foreach (var session in world.Sessions.All.Where(s => s.KeySequence == key.Sequence && world.FateOf(s).IsActive).ToList())
            Stopping.Session(world, session, by.Stamp, "The key that opened it was deleted.");
        return default(Done);
    }
}
