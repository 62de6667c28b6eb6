using System.Security.Cryptography;
using System.Text;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Domain.Observations;

/// <summary>Something that an agent was seen to do, as a target system tells it. What no redeemed action covers is a bypass.</summary>
public sealed record ObservationState : IRow
{
    public const int MostExternalId = 500;

    public long Sequence { get; init; }
    public required ObservationId Id { get; init; }
    public required long AgentSequence { get; init; }

    /// <summary>SHA-256 over agent, type, resource and external id; unique: told again, it is the same observation.</summary>
    public required string Key { get; init; }
    public required string Type { get; init; }
    public required string Resource { get; init; }

    /// <summary>What the target system calls what was done.</summary>
    public required string ExternalId { get; init; }

    /// <summary>By the target's clock, which decides nothing here.</summary>
    public required Moment ObservedAt { get; init; }
    public required Moment ReceivedAt { get; init; }

    /// <summary>The redeemed action that covers it; null: it is a bypass. The id stands beside the key so that showing it takes no look at the action.</summary>
    public long? ActionSequence { get; init; }
    public ActionId? Action { get; init; }

    public static string KeyOf(AgentId agent, string type, string resource, string externalId) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{agent}\n{type}\n{resource}\n{externalId}")));
}
