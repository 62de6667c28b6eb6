using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Stops;

public enum StopScope
{
    Session = 0,
    Agent = 1,
    Everything = 2,
}

/// <summary>How a layer of a stop stands. A layer that has not been confirmed is never shown as confirmed.</summary>
public enum LayerState
{
    Waiting = 0,
    Confirmed = 1,
    Failed = 2,
    Absent = 3,
}

/// <summary>One line of a receipt; <paramref name="AfterMs"/> counts from the order to its confirmation.</summary>
public sealed record StopLayer(string Layer, LayerState State, long? AfterMs, string Detail);

/// <summary>
/// The act of cutting off. It takes effect with this one row: a session is stopped if a stop of its scope has a greater
/// sequence than its own opening, however many actions wait. What was waiting is written down afterwards.
/// </summary>
public sealed record StopState : IRow
{
    public long Sequence { get; init; }
    public required StopId Id { get; init; }
    public required StopScope Scope { get; init; }

    /// <summary>Sequence of the session or agent; 0 for everything.</summary>
    public long TargetSequence { get; init; }

    /// <summary>Public id of the session or agent; null for everything.</summary>
    public Guid? TargetId { get; init; }

    /// <summary>The name of the agent it hit, for the receipt; null for everything.</summary>
    public string? TargetName { get; init; }
    public required ActorStamp By { get; init; }
    public string? Reason { get; init; }
    public required Moment At { get; init; }

    /// <summary>Ordered as an exercise, on an agent that is marked as a test: in earnest all the same.</summary>
    public bool Drill { get; init; }
    public required IReadOnlyList<StopLayer> Layers { get; init; }

    /// <summary>Everything that the stop had settled is written down.</summary>
    public bool Settled { get; init; }

    /// <summary>What entries about it are about: whoever may know of the session or agent is told of its stop.</summary>
    public Subject About => Scope switch
    {
        StopScope.Session => new(SessionSequence: TargetSequence, Session: new(TargetId!.Value)),
        StopScope.Agent => new(AgentSequence: TargetSequence, Agent: new(TargetId!.Value)),
        _ => default,
    };

    /// <summary>From the order until its last layer was confirmed; null while a layer is not, for what is not confirmed is not contained.</summary>
    public TimeSpan? ContainedAfter => Layers.Any(l => l.State == LayerState.Confirmed) && Layers.All(l => l.State is LayerState.Confirmed or LayerState.Absent)
        ? TimeSpan.FromMilliseconds(Layers.Max(l => l.AfterMs ?? 0))
        : null;

    public bool IsBy(PersonId person) => By.Kind == "person" && By.Id == person.ToString();

    public bool Covers(SessionState session) => Sequence > session.Sequence && Scope switch
    {
        StopScope.Session => TargetSequence == session.Sequence,
        StopScope.Agent => TargetSequence == session.AgentSequence,
        _ => true,
    };
}
