using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Stops;

/// <summary>Says why, after the act: whoever stops something has no time for that. Once, and by whoever ordered it.</summary>
public sealed record ExplainStop(Actor Actor, StopId Id, string Reason) : Command<StopState>
{
    public override void Need(Needs needs)
    {
        needs.NeedPerson(Actor);
        needs.Stops.Add(Id.Value);
    }

    public override Result<StopState> Decide(World world)
    {
        var caller = Caller.Of(world, Actor);
        if (caller.Refusal is { } refusal)
            return refusal;
        var by = caller.Value!;
        if (world.Stops.Find(Id.Value) is not { } stop)
            return Refusals.NotFound;
        if (!stop.IsBy(by.Person.Id))
            return Refusals.Forbidden("Only whoever ordered the stop says why.");
        return stop.Reason is not null
            ? Refusals.AlreadyDecided with { Detail = "The stop has its reason already; it stays." }
            : world.Append(world.Stops, Kinds.StopExplained, by.Stamp, stop.About, stop with { Reason = Reason });
    }
}
