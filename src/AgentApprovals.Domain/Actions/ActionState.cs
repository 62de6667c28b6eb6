using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Risk;

namespace AgentApprovals.Domain.Actions;

/// <summary>One person's yes to one digest. A token's name and maker are kept where a token said it.</summary>
public sealed record Approval(PersonId Person, string Name, Moment At, string PayloadDigest, string? Comment, string? Via, People.Roles Roles, IReadOnlyList<string> Groups)
{
    public Approver AsApprover() => new(Person, Roles, Groups);
}

/// <summary>Why an action was denied. <paramref name="Person"/> is null where a rule did it.</summary>
public sealed record Denial(string Code, PersonId? Person, string? Name, Moment At, string? Comment, string? Via);

/// <summary>One thing that an agent wants to do, as written down; <see cref="EffectiveStatus"/> says how it stands now.</summary>
public sealed record ActionState : IRow
{
    public long Sequence { get; init; }
    public required ActionId Id { get; init; }
    public required long AgentSequence { get; init; }
    public required long SessionSequence { get; init; }
    public required string Type { get; init; }
    public required string Resource { get; init; }
    public required string Summary { get; init; }

    /// <summary>SHA-256 of the agent's reason, whose text stands beside the ledger; null where it gave none.</summary>
    public string? ReasonDigest { get; init; }

    /// <summary>Digest of what would run now; differs from <see cref="SubmittedDigest"/> once an approver edited it.</summary>
    public required string PayloadDigest { get; init; }
    public required string SubmittedDigest { get; init; }

    /// <summary>Length of the present payload in RFC 8785 form; null of an action from before it was kept.</summary>
    public int? PayloadBytes { get; init; }

    /// <summary>Sequence of the entry that brought the present payload; 0: the one that made the row.</summary>
    public long PayloadSequence { get; init; }
    public string? DirectedBy { get; init; }
    public Directed Directed { get; init; }
    public required ActionStatus Status { get; init; }
    public required Moment SubmittedAt { get; init; }
    public required Moment ConfirmationEndsAt { get; init; }
    public required Moment ExpiresAt { get; init; }
    public Moment? ReleaseAt { get; init; }
    public Moment? PermitExpiresAt { get; init; }

    /// <summary>From here on the outcome of an unreported execution is unknown.</summary>
    public Moment? ExecuteUntil { get; init; }

    /// <summary>Sequence of the entry of its redeem, which the permit is bound to.</summary>
    public long? RedeemSequence { get; init; }

    /// <summary>When a target system took its permit as used; null while none did.</summary>
    public Moment? PermitConsumedAt { get; init; }

    /// <summary>The one observation that it covers; null: none was told.</summary>
    public long? ObservationSequence { get; init; }

    /// <summary>When it came to its terminal status.</summary>
    public Moment? EndedAt { get; init; }

    /// <summary>The frozen judgement: policy version, rule, windows, required approvals.</summary>
    public required Verdict Verdict { get; init; }
    public required RiskAssessment Risk { get; init; }
    public required IReadOnlyList<Approval> Approvals { get; init; }
    public Denial? Denial { get; init; }
    public bool Edited { get; init; }

    /// <summary>The burst it was gathered into, for good; null: none. The id stands beside the key so that showing it takes no look at the burst.</summary>
    public long? BurstSequence { get; init; }
    public BurstId? Burst { get; init; }

    /// <summary>When its payload, reason and messages were purged; null while they are kept.</summary>
    public Moment? PurgedAt { get; init; }
    public Outcome? Outcome { get; init; }
    public string? OutcomeDetail { get; init; }

    /// <summary>Null until people gave more time.</summary>
    public Extension? Extension { get; init; }

    /// <summary>Null until somebody said something.</summary>
    public Conversation? Conversation { get; init; }

    /// <summary>Who opened it, each once with the latest time, whoever did last at the end; null until somebody did.</summary>
    public IReadOnlyList<Viewing>? Views { get; init; }

    /// <summary>The permission it was asked under (<see cref="Agents.Permission.Key"/>); null where none permits it.</summary>
    public string? PermissionKey { get; init; }

    /// <summary>SHA-256 over type, resource and submitted digest: how a repeat of what was denied is recognised.</summary>
    public required string RepeatKey { get; init; }

    /// <summary>First 53 bits of the resource's SHA-256, for "has this agent used it before".</summary>
    public required long ResourceHash { get; init; }

    /// <summary>SHA-256 over session, route and idempotency key; unique. With the hash of the body that was sent under it.</summary>
    public string? IdempotencyKey { get; init; }
    public string? IdempotencyBody { get; init; }
    public string? RedeemKey { get; init; }
    public string? RedeemBody { get; init; }

    /// <summary>Where the gateway sends its payload, which then is a request; null for what the agent executes itself.</summary>
    public GatewayCall? Call { get; init; }

    /// <summary>The next instant at which its own clock changes it; null once terminal. Stored for the deadline sweep's index.</summary>
    public Moment? DueAt
    {
        get => Status switch
        {
            ActionStatus.Pending => ExpiresAt,
            ActionStatus.Approved => ReleaseAt,
            ActionStatus.Released => PermitExpiresAt,
            ActionStatus.Executing => ExecuteUntil,
            _ => null,
        };
        private init { }
    }

    /// <summary>The rule and how it handles: of <see cref="Verdict"/>, stored for counting.</summary>
    public string? RuleName
    {
        get => Verdict.RuleName;
        private init { }
    }

    /// <summary>Until when asking for the same again is denied at once; null where nobody denied it in a way that is remembered.</summary>
    public Moment? RememberedUntil
    {
        get => Denial is { Code: "denied_by_person" or "denied_by_policy" } denial ? denial.At.PlusSeconds(Verdict.DeniedMemorySeconds) : null;
        private init { }
    }

    /// <summary>
    /// Milliseconds from the submission until people had decided: enough had said yes, or one no to it alone while it was pending. Null while they
    /// had not, where no person was needed, and where the no was to a whole burst.
    /// </summary>
    public long? DecidedAfterMs
    {
        get => (ReleaseAt, Denial) switch
        {
            (not null, _) => Approvals.Count == 0 ? null : Approvals[^1].At.Milliseconds - SubmittedAt.Milliseconds,
            (null, { Person: not null }) => BurstSequence is null ? Denial.At.Milliseconds - SubmittedAt.Milliseconds : null,
            _ => null,
        };
        private init { }
    }

    public RuleMode Mode
    {
        get => Verdict.Mode;
        private init { }
    }
}
