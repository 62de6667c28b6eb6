using AgentApprovals.Actions;
using AgentApprovals.Client;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Stops;

namespace AgentApprovals.Stops;

/// <summary>Fills the receipt of a stop from what the domain has; what it looks like is the client's.</summary>
internal static class StopFilling
{
    extension(StopDocument)
    {
        public static StopDocument Of(StopState stop)
        {
            ArgumentNullException.ThrowIfNull(stop);
            var by = new PersonRef(stop.By.Name, stop.By.Kind == "person" && Guid.TryParse(stop.By.Id, out var id) ? id : null);
            return new(stop.Id.Value, (Client.StopScope)stop.Scope, stop.TargetId, stop.TargetName, by, stop.Reason, stop.At.ToDateTimeOffset(), stop.Drill,
                [.. stop.Layers.Select(l => new Client.StopLayer(l.Layer, (Client.LayerState)l.State, l.AfterMs, l.Detail))]);
        }
    }
}

public sealed record ReasonRequest(string? Reason);

/// <param name="Drill">An exercise, on an agent that is marked as a test.</param>
public sealed record StopAgentRequest(string? Reason, bool? Drill);
