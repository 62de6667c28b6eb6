namespace AgentApprovals.Domain.Ledger;

/// <summary>
/// The rows that a batch of commands asks for, gathered so that they can be read in a few sets. What hangs on a row comes
/// with it: with an action its session, with a session its agent and key, with an agent its desk, its active sessions and its instructions.
/// </summary>
public sealed class Needs
{
    public HashSet<Guid> Actions { get; } = [];

    /// <summary>Actions whose payload is asked for as well.</summary>
    public HashSet<Guid> PayloadsOf { get; } = [];
    public HashSet<long> ActionSequences { get; } = [];
    public HashSet<string> IdempotencyKeys { get; } = [];
    public HashSet<Guid> Sessions { get; } = [];
    public HashSet<long> SessionSequences { get; } = [];
    public HashSet<Guid> Agents { get; } = [];
    public HashSet<string> AgentNames { get; } = [];
    public HashSet<Guid> Credentials { get; } = [];

    /// <summary>Agent keys whose agent is asked for.</summary>
    public HashSet<Guid> AgentsOfKeys { get; } = [];
    public HashSet<People.SecretHash> Secrets { get; } = [];

    /// <summary>People whose valid tokens are asked for.</summary>
    public HashSet<Guid> TokensOf { get; } = [];
    public HashSet<Guid> Stops { get; } = [];
    public HashSet<Guid> Bursts { get; } = [];

    /// <summary>Observations, by key.</summary>
    public HashSet<string> Observations { get; } = [];

    /// <summary>Submissions, by session and type: what waits of the same agent and type is asked for where they may open a burst.</summary>
    public List<(Guid Session, string Type)> Likes { get; } = [];

    /// <summary>Sessions that are asked for together with the stops of each alone.</summary>
    public HashSet<Guid> StopsOfSessions { get; } = [];

    /// <summary>Resources whose first use is asked for, with the session that asks.</summary>
    public HashSet<(Guid Session, long ResourceHash)> Resources { get; } = [];

    /// <summary>People whose approvals of what is pending or approved, and the active sessions on whose behalf, are asked for.</summary>
    public HashSet<Guid> Entangled { get; } = [];

    /// <summary>Agent keys whose active sessions are asked for.</summary>
    public HashSet<Guid> SessionsOfKeys { get; } = [];

}
