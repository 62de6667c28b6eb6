using AgentApprovals.Actions;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Stops;

namespace AgentApprovals.Stops;

/// <summary>The receipt of a stop: what was taken away, layer by layer, and how long it took.</summary>
public sealed record StopDocument(
    StopId Id,
    StopScope Scope,
    Guid? TargetId,
    string? TargetName,
    PersonRef By,
    string? Reason,
    Moment StoppedAt,
    bool Drill,
    IReadOnlyList<StopLayer> Layers)
{
    public static StopDocument Of(StopState stop)
    {
        ArgumentNullException.ThrowIfNull(stop);
        var by = stop.By.Kind == "person" && Guid.TryParse(stop.By.Id, out var id) ? new PersonRef(new(id), stop.By.Name) : new PersonRef(null, stop.By.Name);
        return new(stop.Id, stop.Scope, stop.TargetId, stop.TargetName, by, stop.Reason, stop.At, stop.Drill, stop.Layers);
    }
}

public sealed record ReasonRequest(string? Reason);

/// <param name="Drill">An exercise, on an agent that is marked as a test.</param>
public sealed record StopAgentRequest(string? Reason, bool? Drill);
