namespace AgentApprovals.Domain.Actions;

/// <summary>Whether a person told the agent to do this. Only <see cref="Confirmed"/> counts as directed, for risk and for rules.</summary>
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
