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
public sealed record ActionFilter(
    IReadOnlySet<ActionStatus>? Statuses = null,
    string? Type = null,
    long? AgentSequence = null,
    long? SessionSequence = null,
    long? BurstSequence = null,
    Func<ActionView, bool>? IsVisible = null);

/// <summary>What a list of sessions is narrowed to; null: anything. <paramref name="Text"/> is looked for in the agent's name, for whom, and the purpose.</summary>
public sealed record SessionFilter(
    IReadOnlySet<SessionStatus>? States = null,
    AgentId? Agent = null,
    string? Text = null,
    Func<SessionView, bool>? IsVisible = null);
