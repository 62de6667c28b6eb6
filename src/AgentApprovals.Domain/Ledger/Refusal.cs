namespace AgentApprovals.Domain.Ledger;

/// <summary>
/// An expected failure: <paramref name="Code"/> is stable and stands in the API's list, <paramref name="Detail"/> says what
/// was not done and why. Each named refusal is made in one place, <see cref="Refusals"/>.
/// </summary>
public sealed record Refusal(int Status, string Code, string Detail)
{
    /// <summary>For 400: field to messages.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>For 429 and 503: whole seconds after which it is worth to ask again.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>For <c>instructions_stale</c>: the agent that forgot is handed its instructions again.</summary>
    public Agents.StandingInstructions? Instructions { get; init; }
}
