using System.Text.Json.Nodes;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;

namespace AgentApprovals.Domain.Observations;

/// <summary>An observation as it is on record, and whether it was so before.</summary>
public sealed record ObservationReply(ObservationState Observation, AgentState Agent, bool Replayed);

/// <summary>
/// A target system says what it saw an agent do. One redeemed action of the same agent, type and resource covers it, each one thing; what none
/// covers is a bypass, which stops the agent where its settings say so. Told again it is the same, and stops nobody a second time.
/// </summary>
/// <param name="Redeemed">Sequences of actions that may cover it, by a look that may be out of date by now.</param>
/// <param name="Permit">The action whose permit was shown; null: none was. Where one was shown, no other action covers it.</param>
/// <param name="HasPermit">Whether a permit was shown, genuine or not.</param>
public sealed record RecordObservation(
    Actor Actor, AgentId? Agent, string Type, string Resource, string ExternalId, Moment ObservedAt, IReadOnlyList<long> Redeemed, long? Permit, bool HasPermit) : Command<ObservationReply>
{
    /// <summary>What was done is told a little later than it was done.</summary>
    public const int GraceSeconds = 60;

    public override void Need(Needs needs)
    {
        needs.NeedPerson(Actor);
        needs.ActionSequences.UnionWith(Redeemed);
        if (Agent is not { } agent)
            return;
        needs.Agents.Add(agent.Value);
        needs.Observations.Add(ObservationState.KeyOf(agent, Type, Resource, ExternalId));
    }

    public override Result<ObservationReply> Decide(World world)
    {
        var caller = Caller.Of(world, Actor, Caller.Verifiers);
        if (caller.Refusal is { } refusal)
            return refusal;
        if (Agent is not { } id || world.Agents.Find(id.Value) is not { } agent)
            return Refusals.Invalid("agent", "There is no such agent.");
        var key = ObservationState.KeyOf(id, Type, Resource, ExternalId);
        if (world.Observations.Find(key) is { } known)
            return new ObservationReply(known, agent, Replayed: true);
        var covering = Redeemed.Where(s => !HasPermit || s == Permit).Select(s => world.Actions.Find(s)).OfType<ActionState>().Select(world.Settle)
            .Where(a => Covers(a, agent, world.Now)).MinBy(a => a.RedeemSequence);
        var by = caller.Value!;
        var observation = world.Append(world.Observations, covering is null ? Kinds.AgentBypassed : Kinds.ObservationCovered, by.Stamp,
            agent.Subject(), new ObservationState
            {
                Id = new(world.NewId()),
                AgentSequence = agent.Sequence,
                Key = key,
                Type = Type,
                Resource = Resource,
                ExternalId = ExternalId,
                ObservedAt = ObservedAt,
                ReceivedAt = world.Now,
                ActionSequence = covering?.Sequence,
                Action = covering?.Id,
            }, new JsonObject { ["via"] = by.Via });
        if (covering is not null)
            world.Append(world.Actions, Kinds.ActionObserved, by.Stamp, world.SubjectOf(covering), covering with { ObservationSequence = observation.Sequence });
        else if (agent.StopOnBypass)
            Stopping.Agent(world, agent, ActorStamp.System("bypass"), "It was seen to do what no permit covers.");
        return new ObservationReply(observation, world.Agents.Get(agent.Sequence), Replayed: false);
    }

    private bool Covers(ActionState action, AgentState agent, Moment now) =>
        action.AgentSequence == agent.Sequence && action.Type == Type && action.Resource == Resource
        && action.RedeemSequence is not null && action.ObservationSequence is null
        && !(action.EndedAt is { } ended && now >= ended.PlusSeconds(GraceSeconds));
}
