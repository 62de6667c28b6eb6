using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Domain.Stops;

/// <summary>Files what was measured of a stop's layers. A confirmed layer never goes back to waiting.</summary>
public sealed record ConfirmLayers(StopId Id, IReadOnlyList<StopLayer> Layers) : Command<StopState>
{
    public override void Need(Needs needs) => needs.Stops.Add(Id.Value);

    public override Result<StopState> Decide(World world)
    {
        if (world.Stops.Find(Id.Value) is not { } stop)
            return Refusals.NotFound;
        var layers = stop.Layers
            .Select(old => Layers.FirstOrDefault(l => l.Layer == old.Layer && old.State != LayerState.Confirmed) ?? old)
            .Concat(Layers.Where(l => stop.Layers.All(old => old.Layer != l.Layer)))
            .ToList();
        return world.Append(world.Stops, Kinds.StopLayer, ActorStamp.System("stop"), default, stop with { Layers = layers });
    }
}

/// <summary>Everything that the stop had settled is written down: actions and permits by number, for the receipt.</summary>
public sealed record SettleStop(StopId Id, string Detail) : Command<StopState>, ICommand
{
    public bool IsHousekeeping => true;

    public override void Need(Needs needs) => needs.Stops.Add(Id.Value);

    public override Result<StopState> Decide(World world)
    {
        if (world.Stops.Find(Id.Value) is not { } stop)
            return Refusals.NotFound;
        if (stop.Settled)
            return stop;
        var layers = stop.Layers.Select(l => l.Layer == "console" ? l with { Detail = Detail } : l).ToList();
        return world.Append(world.Stops, Kinds.StopSettled, ActorStamp.System("stop"), default, stop with { Settled = true, Layers = layers });
    }
}
