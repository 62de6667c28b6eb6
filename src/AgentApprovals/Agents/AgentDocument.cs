using AgentApprovals.Actions;
using AgentApprovals.Client;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;

namespace AgentApprovals.Agents;

/// <summary>An agent as the API shows it.</summary>
public sealed record AgentDocument(
    AgentId Id,
    string Name,
    string DisplayName,
    string Owner,
    IReadOnlyList<string> ActsFor,
    IReadOnlyList<string> Labels,
    AgentStatus State,
    AgentLimits Limits,
    bool RequiresInstructionsDigest,
    bool RequiresRunner,
    bool IsTest,
    bool StopOnBypass,
    Moment CreatedAt)
{
    public static AgentDocument Of(AgentState agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return new(agent.Id, agent.Name, agent.DisplayName, agent.Owner, agent.ActsFor, agent.Labels, agent.Status, agent.Limits,
            agent.RequiresInstructionsDigest, agent.RequiresRunner, agent.IsTest, agent.StopOnBypass, agent.CreatedAt);
    }
}

public sealed record AgentRequest(
    string Name, string? DisplayName, string Owner, IReadOnlyList<string>? ActsFor, IReadOnlyList<string>? Labels, AgentLimits? Limits,
    bool? RequiresInstructionsDigest, bool? RequiresRunner, bool? IsTest, bool? StopOnBypass);

/// <summary>A merge patch (RFC 7396): what is left out stays, null is the default again.</summary>
/// <param name="State">Only <c>retired</c>.</param>
public sealed record ChangeAgentRequest(
    string? DisplayName, string? Owner, IReadOnlyList<string>? ActsFor, IReadOnlyList<string>? Labels, AgentLimits? Limits,
    bool? RequiresInstructionsDigest, bool? RequiresRunner, bool? IsTest, bool? StopOnBypass, string? State);

public sealed record NameRequest(string Name);

/// <summary>A key as it is listed: never the key itself.</summary>
public sealed record KeyDocument(CredentialId Id, string Name, Moment CreatedAt, PersonRef? MadeBy);

/// <summary>A key as it is made: shown once.</summary>
public sealed record NewKeyDocument(CredentialId Id, string Name, string Key);

public sealed record PermissionDocument(string Type, string Resource, int? MaxPerHour, Moment? ExpiresAt);

public sealed record VersionedDocument<T>(int Version, IReadOnlyList<T> Items);

/// <param name="Version">The version that was read, for who wants to write over no other.</param>
public sealed record InstructionsRequest(string Text, int? Version);
