using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Bursts;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Data.Queries;

/// <summary>An action as it stands now, with its session as it stands now, and its agent.</summary>
public sealed record ActionView(ActionState Action, SessionState Session, AgentState Agent);

/// <summary>A burst as it stands now, with its agent.</summary>
/// <param name="IsOpen">Like ones still join it; by the clock.</param>
public sealed record BurstView(BurstState Burst, AgentState Agent, BurstExtent Extent, bool IsOpen);

/// <summary>A session as it stands now, with its agent.</summary>
public sealed record SessionView(SessionState Session, AgentState Agent);

/// <summary>A page of a list; <paramref name="Next"/> is the sequence to go on from, null at the end.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, long? Next);

/// <summary>What a list of actions is narrowed to; null: anything.</summary>
/// <param name="Directed">How they say that they were directed.</param>
/// <param name="InBurst">Whether they are in a burst, in any.</param>
/// <param name="Ruled">Whether a rule matched, and not the built-in default alone.</param>
/// <param name="Permitted">Whether a permission covered them.</param>
/// <param name="ThroughGateway">Whether the gateway executes them.</param>
/// <param name="Unanswered">They expired because no person decided.</param>
/// <param name="DecidedAfterMs">People decided, and took at least so long.</param>
/// <param name="Submitted">When they were asked for.</param>
/// <param name="Ended">When they came to the status that they stay in, as written down.</param>
public sealed record ActionFilter(
    IReadOnlySet<ActionStatus>? Statuses = null,
    string? Type = null,
    long? AgentSequence = null,
    long? SessionSequence = null,
    long? BurstSequence = null,
    Func<ActionView, bool>? IsVisible = null,
    IReadOnlySet<Directed>? Directed = null,
    bool? InBurst = null,
    bool? Ruled = null,
    bool? Permitted = null,
    bool? ThroughGateway = null,
    bool Unanswered = false,
    long? DecidedAfterMs = null,
    DaySpan Submitted = default,
    DaySpan Ended = default)
{
    /// <summary>What was not answered has expired.</summary>
    public IReadOnlySet<ActionStatus>? Standing => Unanswered ? new HashSet<ActionStatus>(Statuses ?? Expired).Intersect(Expired).ToHashSet() : Statuses;

    private static HashSet<ActionStatus> Expired => [ActionStatus.Expired];
}

/// <summary>What a list of sessions is narrowed to; null: anything. <paramref name="Text"/> is looked for in the agent's name, for whom, and the purpose.</summary>
public sealed record SessionFilter(
    IReadOnlySet<SessionStatus>? States = null,
    AgentId? Agent = null,
    string? Text = null,
    Func<SessionView, bool>? IsVisible = null);
