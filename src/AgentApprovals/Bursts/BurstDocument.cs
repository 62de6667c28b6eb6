using System.Text.Json.Serialization;
using AgentApprovals.Actions;
using AgentApprovals.Client;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;

namespace AgentApprovals.Bursts;

/// <summary>Whether like ones still join it.</summary>
public enum BurstStatus
{
    Open,
    Closed,
}

/// <summary>The no that was said to all of a burst.</summary>
public sealed record BurstDenialDocument(PersonRef By, Moment At, string? Comment, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Via);

/// <summary>A burst as the API shows it, as it stands at the moment of the answer.</summary>
/// <param name="Count">Its members; <c>GET /actions?burstId=</c> lists them.</param>
/// <param name="Denied">Who denied it, and with it what came later; null: nobody did.</param>
public sealed record BurstDocument(BurstId Id, string Type, AgentRef Agent, int Count, Moment FirstAt, Moment LastAt, BurstStatus State, BurstDenialDocument? Denied)
{
    public static BurstDocument Of(BurstView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        var (burst, agent, extent, isOpen) = view;
        return new(burst.Id, burst.Type, AgentRef.Of(agent), extent.Count, extent.FirstAt, extent.LastAt, isOpen ? BurstStatus.Open : BurstStatus.Closed,
            burst.Denial is { } said ? new(PersonRef.Of(said.Person, said.Name ?? ""), said.At, said.Comment, said.Via) : null);
    }
}
