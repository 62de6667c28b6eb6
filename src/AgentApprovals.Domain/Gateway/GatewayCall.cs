namespace AgentApprovals.Domain.Gateway;

/// <summary>
/// What makes an action one that the gateway itself executes: where its stored request goes, as that was when it was asked for, and what
/// became of it.
/// </summary>
/// <param name="Connector">Sequence of the connector.</param>
/// <param name="Name">The connector's name then.</param>
/// <param name="BaseAddress">Where the people who approved saw it go. A connector that leads elsewhere by now gets nothing.</param>
public sealed record GatewayCall(long Connector, string Name, string BaseAddress)
{
    /// <summary>The process that sends it; none else ever does. Null until it is redeemed.</summary>
    public string? Node { get; init; }

    /// <summary>Sequence of the entry beside which the target's answer stands; null where there is none.</summary>
    public long? AnswerSequence { get; init; }

    /// <summary><c>sha256:</c> and the hex SHA-256 of the answer as it is kept.</summary>
    public string? AnswerDigest { get; init; }

    /// <summary>The status that the target answered.</summary>
    public int? AnswerStatus { get; init; }

    /// <summary>When the agent was told what came of a tool's call; null: it was not yet, or it is none.</summary>
    public Moment? TakenAt { get; init; }
}
