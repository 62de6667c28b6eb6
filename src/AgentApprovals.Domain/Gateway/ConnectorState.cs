using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Domain.Gateway;

/// <summary>What speaks behind a connector.</summary>
public enum ConnectorKind
{
    Http = 0,

    /// <summary>A streamable-HTTP MCP server.</summary>
    Mcp = 1,
}

/// <summary>How the gateway puts the target's credential into a request.</summary>
public enum CredentialPlacement
{
    None = 0,

    /// <summary>In a header of its own.</summary>
    Header = 1,

    /// <summary><c>Authorization: Bearer</c> (RFC 6750).</summary>
    Bearer = 2,

    /// <summary><c>Authorization: Basic</c> (RFC 7617).</summary>
    Basic = 3,
}

public enum ConnectorStatus
{
    Active = 0,

    /// <summary>For good.</summary>
    Deleted = 1,
}

/// <summary>
/// One target behind the gateway, which alone holds its credential. The credential stands beside the ledger, encrypted, by the entry that
/// brought it: not even its digest is in the record, from which a short password could be guessed.
/// </summary>
public sealed record ConnectorState : IRow
{
    public long Sequence { get; init; }
    public required ConnectorId Id { get; init; }

    /// <summary>Unique among those that are not deleted; stands in the gateway's addresses.</summary>
    public required string Name { get; init; }
    public required ConnectorKind Kind { get; init; }

    /// <summary>Absolute, ends in a slash; paths of requests go on from there.</summary>
    public required string BaseAddress { get; init; }
    public CredentialPlacement Placement { get; init; }

    /// <summary>The header's name, or the user's for <see cref="CredentialPlacement.Basic"/>.</summary>
    public string? CredentialName { get; init; }

    /// <summary>Sequence of the entry beside which the credential stands; null: there is none.</summary>
    public long? CredentialSequence { get; init; }

    /// <summary>How long a request that needs approval is held open where it does not say so itself.</summary>
    public int HoldSeconds { get; init; }

    /// <summary>The first that matches counts; what none matches is refused.</summary>
    public required IReadOnlyList<ConnectorRule> Rules { get; init; }

    /// <summary>Counts from 1 with each replacement.</summary>
    public required int Version { get; init; }
    public ConnectorStatus Status { get; init; }
    public required PersonId MadeBy { get; init; }
    public required string MadeByName { get; init; }
    public required Moment CreatedAt { get; init; }
    public Moment? EndedAt { get; init; }

    /// <summary>The header that the credential goes in, which is never taken from an agent; null: none.</summary>
    public string? CredentialHeader => Placement switch
    {
        CredentialPlacement.None => null,
        CredentialPlacement.Header => CredentialName,
        _ => "Authorization",
    };

    /// <summary>The first rule that a request matches, with what its stars stand for; null: nothing lets it through.</summary>
    public (ConnectorRule Rule, IReadOnlyList<string> Found)? Match(string method, GatewayPath path)
    {
        foreach (var rule in Rules)
        {
            if (rule.Match(method, path) is { } found)
                return (rule, found);
        }

        return null;
    }
}
