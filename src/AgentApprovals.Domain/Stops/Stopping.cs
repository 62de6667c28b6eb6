using System.Text.Json.Nodes;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Stops;

/// <summary>Who orders a stop, and why.</summary>
/// <param name="Id">An id that the stop has outside the ledger already; null: it is given one.</param>
/// <param name="IsInForce">It holds somewhere already, so it is entered whether or not another stop came before it.</param>
/// <param name="Facts">What the row itself does not say.</param>
internal sealed record Ordered(ActorStamp By, string? Reason, StopId? Id = null, bool IsInForce = false, bool Drill = false, JsonObject? Facts = null);

/// <summary>How a stop is entered, whoever orders it: people, and limits (a third repeat, a deleted key, a retired agent).</summary>
internal static class Stopping
{
    /// <summary>A session that is over already keeps how it ended; the stop is on record all the same, once.</summary>
    public static StopState Session(World world, SessionState session, ActorStamp by, string? reason) => Session(world, session, new(by, reason));

    public static StopState Session(World world, SessionState session, Ordered ordered)
    {
        session = SessionGate.Settle(world, session);
        var earlier = world.Stops.Find(session.StoppedBy)
            ?? world.Stops.All.FirstOrDefault(s => s.Scope == StopScope.Session && s.TargetSequence == session.Sequence);
        if (earlier is not null && !ordered.IsInForce)
            return earlier;
        var agent = world.Agents.Get(session.AgentSequence);
        var stop = Order(world, StopScope.Session, session.Sequence, session.Id.Value, agent, SessionGate.SubjectOf(world, session), ordered);
        SessionGate.Settle(world, session);
        return stop;
    }

    public static StopState Agent(World world, AgentState agent, ActorStamp by, string? reason) => Agent(world, agent, new(by, reason));

    public static StopState Agent(World world, AgentState agent, Ordered ordered)
    {
        var earlier = world.Stops.Find(agent.StoppedBy);
        if (earlier is not null && !ordered.IsInForce)
            return earlier;
        var stop = Order(world, StopScope.Agent, agent.Sequence, agent.Id.Value, agent, agent.Subject(), ordered);
        if (earlier is null)
            world.Append(world.Agents, Kinds.AgentStopped, ordered.By, agent.Subject(), agent with { StoppedBy = stop.Sequence });
        return stop;
    }

    public static StopState Everything(World world, Ordered ordered)
    {
        var earlier = world.Stops.Find(world.Console.StoppedBy);
        if (earlier is not null && !ordered.IsInForce)
            return earlier;
        var stop = Order(world, StopScope.Everything, 0, null, null, default, ordered);
        if (earlier is null)
            world.Append(world.Consoles, Kinds.EverythingStopped, ordered.By, default, world.Console with { StoppedBy = stop.Sequence });
        return stop;
    }

    private static StopState Order(World world, StopScope scope, long target, Guid? id, AgentState? agent, Subject subject, Ordered ordered) =>
        world.Append(world.Stops, Kinds.StopOrdered, ordered.By, subject, new StopState
        {
            Id = ordered.Id ?? new(world.NewId()),
            Scope = scope,
            TargetSequence = target,
            TargetId = id,
            TargetName = agent?.Name,
            By = ordered.By,
            Reason = ordered.Reason,
            At = world.Now,
            Drill = ordered.Drill,
            Layers = [.. StopLayers.Waiting, .. CutOffLayers.Of(world.Webhooks.All, agent?.Id)],
        }, ordered.Facts);
}

/// <summary>The layers that this build has; what works from the entry on is filled in when it is confirmed.</summary>
public static class StopLayers
{
    public const string Console = "console";
    public const string Live = "live";
    public const string Gateway = "gateway";
    public const string Process = "process";
    public const string Network = "network";
    public const string Lease = "lease";

    /// <summary>As a stop is entered: every layer waits for its proof.</summary>
    public static IReadOnlyList<StopLayer> Waiting { get; } =
    [
        new(Console, LayerState.Waiting, null, ""),
        new(Live, LayerState.Waiting, null, ""),
        new(Gateway, LayerState.Waiting, null, ""),
        new(Process, LayerState.Waiting, null, ""),
        new(Network, LayerState.Waiting, null, ""),
        new(Lease, LayerState.Waiting, null, ""),
    ];
}
