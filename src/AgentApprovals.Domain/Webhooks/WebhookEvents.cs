using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Domain.Webhooks;

/// <summary>
/// The events that can be subscribed to. Each is the kind of an entry: whatever is appended under one of these names is told,
/// with the action, session or stop that it is about, or else with the entry's own facts.
/// </summary>
public static class WebhookEvents
{
    /// <summary>Those about an action, a session or an agent, which event streams tell as well.</summary>
    public static IReadOnlyList<string> OfThings { get; } =
    [
        Kinds.ActionSubmitted, Kinds.ActionApproved, Kinds.ActionReleased, Kinds.ActionDenied, Kinds.ActionExpired, Kinds.ActionCancelled,
        Kinds.ActionStopped, Kinds.ActionExecuting, Kinds.ActionCompleted, Kinds.ActionFailed, Kinds.ActionEdited, Kinds.ActionMessage,
        Kinds.SessionStarted, Kinds.SessionEnded, Kinds.SessionExpired, Kinds.SessionStopped,
        Kinds.AgentStopped, Kinds.AgentResumed, Kinds.AgentBypassed,
    ];

    public static IReadOnlyList<string> All { get; } = [.. OfThings, Kinds.LedgerCheckpoint, Kinds.WebhookTest];
}
