namespace AgentApprovals.Domain.Policies;

/// <summary>What a policy version said of an action, frozen at its submission. Durations are whole seconds.</summary>
public sealed record Verdict
{
    public required RuleMode Mode { get; init; }

    /// <summary>Null where no rule matched and the built-in default applies.</summary>
    public string? RuleName { get; init; }
    public required int PolicyVersion { get; init; }
    public required Requirement Requires { get; init; }
    public required bool SecondPerson { get; init; }
    public required int ConfirmationWindowSeconds { get; init; }
    public required int HoldAfterApprovalSeconds { get; init; }
    public required int ExpiresAfterSeconds { get; init; }
    public required int PermitSeconds { get; init; }
    public required int ExecuteSeconds { get; init; }
    public required int DeniedMemorySeconds { get; init; }
    public required BurstLimit Burst { get; init; }
}
