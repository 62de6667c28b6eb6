using AgentApprovals.Actions;
using AgentApprovals.Client;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Gateway;

namespace AgentApprovals.Gateway;

/// <param name="Name">The header's, or the user's for <c>basic</c>.</param>
/// <param name="Value">Written, and never read back. Left out when a connector is replaced, it stays, as long as it goes to the same host in the same manner.</param>
public sealed record CredentialRequest(CredentialPlacement Placement, string? Name, string? Value);

/// <param name="Methods">In capitals; <c>*</c> stands for all.</param>
/// <param name="Path"><c>*</c> is one segment, <c>**</c> the rest.</param>
/// <param name="Pass">Forwarded without asking; else <paramref name="ActionType"/> and <paramref name="Resource"/> say what it becomes.</param>
/// <param name="Resource"><c>{1}</c> is what the first star stood for.</param>
public sealed record ConnectorRuleDocument(IReadOnlyList<string> Methods, string Path, bool? Pass, string? ActionType, string? Resource)
{
    public static ConnectorRuleDocument Of(ConnectorRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return new(rule.Methods, rule.Path, rule.Pass, rule.ActionType, rule.Resource);
    }
}

/// <param name="Version">The one that was read: another is there by now, 409 <c>stale_version</c>. Left out: whatever there is.</param>
public sealed record ConnectorRequest(
    string Name, ConnectorKind Kind, string BaseAddress, CredentialRequest? Credential, int? HoldSeconds, IReadOnlyList<ConnectorRuleDocument>? Rules, int? Version);

/// <param name="IsSet">Whether there is a value.</param>
public sealed record CredentialDocument(CredentialPlacement Placement, string? Name, bool IsSet);

/// <summary>A connector as the API shows it; of its credential, only where it goes.</summary>
public sealed record ConnectorDocument(
    ConnectorId Id, string Name, ConnectorKind Kind, string BaseAddress, CredentialDocument Credential, int HoldSeconds, IReadOnlyList<ConnectorRuleDocument> Rules, int Version,
    PersonRef CreatedBy, Moment CreatedAt)
{
    public static ConnectorDocument Of(ConnectorState connector)
    {
        ArgumentNullException.ThrowIfNull(connector);
        return new(connector.Id, connector.Name, connector.Kind, connector.BaseAddress,
            new(connector.Placement, connector.CredentialName, connector.CredentialSequence is not null), connector.HoldSeconds,
            [.. connector.Rules.Select(ConnectorRuleDocument.Of)], connector.Version, PersonRef.Of(connector.MadeBy, connector.MadeByName), connector.CreatedAt);
    }
}
