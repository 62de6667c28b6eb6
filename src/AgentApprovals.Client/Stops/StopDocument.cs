namespace AgentApprovals.Client;

/// <summary>What a stop hit.</summary>
public enum StopScope
{
    /// <summary>One run.</summary>
    Session = 0,

    /// <summary>All runs of an agent, and it opens no new ones.</summary>
    Agent = 1,

    /// <summary>Every agent.</summary>
    Everything = 2,
}

/// <summary>How a layer of a stop stands. A layer that has not been confirmed is never shown as confirmed.</summary>
public enum LayerState
{
    /// <summary>Ordered, not confirmed.</summary>
    Waiting = 0,

    /// <summary>Done.</summary>
    Confirmed = 1,

    /// <summary>It could not be done.</summary>
    Failed = 2,

    /// <summary>There was nothing to do it with.</summary>
    Absent = 3,
}

/// <summary>One line of a receipt.</summary>
/// <param name="Layer">Such as <c>console</c>, <c>live</c> or <c>process</c>.</param>
/// <param name="State">Whether it is proved.</param>
/// <param name="AfterMs">Milliseconds from the order to its confirmation; null while there is none.</param>
/// <param name="Detail">In words for a person.</param>
public sealed record StopLayer(string Layer, LayerState State, long? AfterMs, string Detail);

/// <summary>The receipt of a stop: what was taken away, layer by layer, and how long it took.</summary>
/// <param name="Id">UUID version 7: ids sort by creation.</param>
/// <param name="Scope">What it hit.</param>
/// <param name="TargetId">The session or the agent; null for everything.</param>
/// <param name="TargetName">The name of the agent it hit; null for everything.</param>
/// <param name="By">Who ordered it.</param>
/// <param name="Reason">In their words.</param>
/// <param name="StoppedAt">From when on nothing is accepted.</param>
/// <param name="Drill">An exercise, in earnest all the same.</param>
/// <param name="Layers">Every layer that the console has.</param>
public sealed record StopDocument(
    Guid Id,
    StopScope Scope,
    Guid? TargetId,
    string? TargetName,
    PersonRef By,
    string? Reason,
    DateTimeOffset StoppedAt,
    bool Drill,
    IReadOnlyList<StopLayer> Layers);
