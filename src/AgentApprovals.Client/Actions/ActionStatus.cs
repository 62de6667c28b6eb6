namespace AgentApprovals.Client;

// Names and values are the domain's; a test of the console holds that.

/// <summary>How far an action has come.</summary>
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

/// <summary>How an execution ended.</summary>
public enum Outcome
{
    /// <summary>Said to have succeeded.</summary>
    Succeeded = 0,

    /// <summary>Said to have failed.</summary>
    Failed = 1,

    /// <summary>Nobody said in time: it may have happened, and it may not.</summary>
    Unknown = 2,
}

/// <summary>Whether a person told the agent to do this. Only <see cref="Confirmed"/> counts as directed.</summary>
public enum Directed
{
    /// <summary>The agent names nobody.</summary>
    None = 0,

    /// <summary>The agent names someone, who has said nothing yet.</summary>
    Claimed = 1,

    /// <summary>The person named said yes.</summary>
    Confirmed = 2,

    /// <summary>The person named said no.</summary>
    Disowned = 3,
}

/// <summary>How a rule handles an action.</summary>
public enum RuleMode
{
    /// <summary>Released at the end of its window; nobody is told.</summary>
    Allow = 0,

    /// <summary>Released at the end of its window unless someone denies.</summary>
    Veto = 1,

    /// <summary>Released only when enough people approved.</summary>
    Review = 2,

    /// <summary>Refused at submission.</summary>
    Deny = 3,
}

/// <summary>Bands of a risk score.</summary>
public enum RiskLevel
{
    /// <summary>Below 25.</summary>
    Low = 0,

    /// <summary>Below 50.</summary>
    Medium = 1,

    /// <summary>Below 75.</summary>
    High = 2,

    /// <summary>From 75 on.</summary>
    Critical = 3,
}
