namespace AgentApprovals.Domain.Actions;

/// <summary>
/// The life of an action. Legal ways: pending → approved → released → executing → completed | failed; approved → pending (an
/// approval taken back); pending, approved, released → denied, cancelled; pending, released → expired; all but the terminal → stopped.
/// </summary>
public enum ActionStatus
{
    /// <summary>Waits for people, until it expires.</summary>
    Pending = 0,

    /// <summary>Held until its release time; may still be denied.</summary>
    Approved = 1,

    /// <summary>May be executed: redeem it before its permit expires.</summary>
    Released = 2,

    /// <summary>Redeemed, result not known yet.</summary>
    Executing = 3,

    /// <summary>Executed, said to have succeeded. Terminal.</summary>
    Completed = 4,

    /// <summary>Executed and failed, or its outcome is unknown. Terminal.</summary>
    Failed = 5,

    /// <summary>Refused by a person or a rule. Terminal.</summary>
    Denied = 6,

    /// <summary>Nobody decided in time, or nobody redeemed in time. Terminal.</summary>
    Expired = 7,

    /// <summary>Withdrawn, or its session ended or expired. Terminal.</summary>
    Cancelled = 8,

    /// <summary>Cut off. Terminal.</summary>
    Stopped = 9,
}

public enum Outcome
{
    Succeeded = 0,
    Failed = 1,
    Unknown = 2,
}

public static class ActionStatuses
{
    public static bool IsTerminal(this ActionStatus status) => status >= ActionStatus.Completed;

    /// <summary>Neither settled nor being executed: what a session's end cancels and a person can still deny.</summary>
    public static bool IsWaiting(this ActionStatus status) => status <= ActionStatus.Released;
}
