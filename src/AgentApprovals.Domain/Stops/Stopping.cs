using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Stops;

/// <summary>How a stop is entered, whoever orders it: people, and limits (a third repeat, a deleted key, a retired agent).</summary>
internal static class Stopping
{
    /// <summary>The layers that this build has; what works from the entry on is filled in when it is confirmed.</summary>
    private static readonly StopLayer[] Layers =
    [
        new("console", LayerState.Waiting, null, ""),
        new("live", LayerState.Waiting, null, ""),
    ];

    /// <summary>A session that is over already keeps how it ended; the stop is on record all the same, once.</summary>
    public static StopState Session(World world, SessionState session, ActorStamp by, string? reason)
    {
        session = SessionGate.Settle(world, session);
        var earlier = world.Stops.Find(session.StoppedBy)
            ?? world.Stops.All.FirstOrDefault(s => s.Scope == StopScope.Session && s.TargetSequence == session.Sequence);
        if (earlier is not null)
            return earlier;
        var agent = world.Agents.Get(session.AgentSequence);
        var stop = Order(world, StopScope.Session, session.Sequence, session.Id.Value, agent.Name, SessionGate.SubjectOf(world, session), by, reason);
        SessionGate.Settle(world, session);
        return stop;
    }

    public static StopState Agent(World world, AgentState agent, ActorStamp by, string? reason, bool drill = false)
    {
        if (world.Stops.Find(agent.StoppedBy) is { } earlier)
            return earlier;
        var stop = Order(world, StopScope.Agent, agent.Sequence, agent.Id.Value, agent.Name, agent.Subject(), by, reason, drill);
        world.Append(world.Agents, Kinds.AgentStopped, by, agent.Subject(), agent with { StoppedBy = stop.Sequence });
        return stop;
    }

    public static StopState Everything(World world, ActorStamp by, string? reason)
    {
        if (world.Stops.Find(world.Console.StoppedBy) is { } earlier)
            return earlier;
        var stop = Order(world, StopScope.Everything, 0, null, null, default, by, reason);
        world.Append(world.Consoles, Kinds.EverythingStopped, by, default, world.Console with { StoppedBy = stop.Sequence });
        return stop;
    }

    private static StopState Order(World world, StopScope scope, long target, Guid? id, string? name, Subject subject, ActorStamp by, string? reason, bool drill = false) =>
        world.Append(world.Stops, Kinds.StopOrdered, by, subject, new StopState
        {
            Id = new(world.NewId()),
            Scope = scope,
            TargetSequence = target,
            TargetId = id,
            TargetName = name,
            By = by,
            Reason = reason,
            At = world.Now,
            Drill = drill,
            Layers = Layers,
        });
}
