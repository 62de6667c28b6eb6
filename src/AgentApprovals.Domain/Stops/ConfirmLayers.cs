using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Domain.Stops;

/// <summary>Files what was measured of a stop's layers. A confirmed layer never goes back to waiting.</summary>
public sealed record ConfirmLayers(StopId Id, IReadOnlyList<StopLayer> Layers) : Command<StopState>, ICommand
{
    /// <summary>Part of the stop: never refused for want of room, never behind other commands.</summary>
    public bool IsStop => true;

    public override void Need(Needs needs) => needs.Stops.Add(Id.Value);

    public override Result<StopState> Decide(World world)
    {
        if (world.Stops.Find(Id.Value) is not { } stop)
            return Refusals.NotFound;
        var layers = stop.Layers
            .Select(old => Layers.FirstOrDefault(l => l.Layer == old.Layer && old.State != LayerState.Confirmed) ?? old)
            .Concat(Layers.Where(l => stop.Layers.All(old => old.Layer != l.Layer)))
            .ToList();
        return layers.SequenceEqual(stop.Layers)
            ? stop
            : world.Append(world.Stops, Kinds.StopLayer, ActorStamp.System("stop"), stop.About, stop with { Layers = layers });
    }
}

/// <summary>Everything that the stop had settled is written down.</summary>
public sealed record SettleStop(StopId Id) : Command<StopState>, ICommand
{
    public bool IsHousekeeping => true;

    public override void Need(Needs needs) => needs.Stops.Add(Id.Value);

    public override Result<StopState> Decide(World world)
    {
        if (world.Stops.Find(Id.Value) is not { } stop)
            return Refusals.NotFound;
        return stop.Settled
            ? stop
            : world.Append(world.Stops, Kinds.StopSettled, ActorStamp.System("stop"), stop.About, stop with { Settled = true });
    }
}
