using System.Text.Json.Nodes;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Domain.Stops;

/// <summary>
/// A stop that a node has put in force while the ledger's database could not be reached, as it keeps it until it can be entered.
/// Whoever ordered it was authorised by that node.
/// </summary>
/// <param name="Target">The session's or the agent's id; null for everything, and where only the agent's name is known.</param>
/// <param name="AgentName">An agent by its name, as it is given on the host's own command line.</param>
/// <param name="OrderedAt">Ledger time as the node knew it.</param>
/// <param name="After">What was opened up to this sequence is covered on the node until the stop is entered.</param>
public sealed record SpooledStop(StopId Id, StopScope Scope, Guid? Target, string? AgentName, ActorStamp By, string? Reason, Moment OrderedAt, long After, string Node)
{
    /// <summary>Sequence of the session or agent, where the node knew it; -1: nothing on the node is of it.</summary>
    public long TargetSequence { get; init; } = -1;

    /// <summary>The stop as the node holds it ahead of the ledger.</summary>
    public StopState Ahead => new()
    {
        Sequence = After + 1,
        Id = Id,
        Scope = Scope,
        TargetSequence = TargetSequence,
        TargetId = Target,
        TargetName = AgentName,
        By = By,
        Reason = Reason,
        At = OrderedAt,
        Layers = StopLayers.Waiting,
    };
}

/// <summary>
/// Enters a stop that was in force already; only the console itself sends it. It is entered once, whoever stopped the same target
/// meanwhile: that it was ordered, and where it held, is on record. A target that is not there is <c>not_found</c>.
/// </summary>
public sealed record EnterSpooled(SpooledStop Stop) : Command<StopState>, ICommand
{
    public bool IsStop => true;

    public override void Need(Needs needs)
    {
        needs.Stops.Add(Stop.Id.Value);
        if (Stop.Target is not { } target)
        {
            if (Stop.AgentName is { } name)
                needs.AgentNames.Add(name);
        }
        else if (Stop.Scope == StopScope.Session)
        {
            needs.StopsOfSessions.Add(target);
        }
        else
        {
            needs.Agents.Add(target);
        }
    }

    public override Result<StopState> Decide(World world)
    {
        if (world.Stops.Find(Stop.Id.Value) is { } entered)
            return entered;
        var ordered = new Ordered(Stop.By, Stop.Reason, Stop.Id, IsInForce: true, Facts: new JsonObject
        {
            ["orderedAt"] = Stop.OrderedAt.ToString(),
            ["node"] = Stop.Node,
        });
        switch (Stop.Scope)
        {
            case StopScope.Session:
                return world.Sessions.Find(Stop.Target!.Value) is { } session ? Stopping.Session(world, session, ordered) : Refusals.NotFound;
            case StopScope.Agent:
                var agent = Stop.Target is { } id ? world.Agents.Find(id) : world.Agents.Find(Stop.AgentName!);
                return agent is not null ? Stopping.Agent(world, agent, ordered) : Refusals.NotFound;
            default:
                return Stopping.Everything(world, ordered);
        }
    }
}
