using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Domain.Webhooks;

/// <summary>Whether an endpoint is told of anything.</summary>
public enum WebhookStatus
{
    Active = 0,

    /// <summary>It answered 410 (Gone); a test or a redelivery that reaches it switches it on again.</summary>
    SwitchedOff = 1,

    /// <summary>For good.</summary>
    Deleted = 2,
}

/// <summary>
/// An endpoint outside that a person wants to be told of events. Its secret stands beside the ledger, encrypted, by the entry
/// that brought it; what was sent to it, and how it answered, stands outside the ledger.
/// </summary>
public sealed record WebhookState : IRow
{
    /// <summary>How long an earlier secret still signs beside the new one.</summary>
    public const int OverlapSeconds = 86_400;

    public long Sequence { get; init; }
    public required WebhookId Id { get; init; }
    public required string Url { get; init; }

    /// <summary>Names of <see cref="WebhookEvents.All"/>.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>Only what concerns this agent; null: of all.</summary>
    public AgentId? Agent { get; init; }

    /// <summary>What it takes away when something is stopped, as receipts name it (<c>webhook:NAME</c>); null: nothing, it is only told of events.</summary>
    public string? CutOff { get; init; }

    /// <summary>Sequence of the entry that brought the present secret; 0: the one that made the row.</summary>
    public long SecretSequence { get; init; }

    /// <summary>Sequence of the entry that brought the secret before, which signs as well until <see cref="EarlierSecretUntil"/>.</summary>
    public long? EarlierSecretSequence { get; init; }
    public Moment? EarlierSecretUntil { get; init; }
    public WebhookStatus Status { get; init; }

    /// <summary>Since when deliveries are given up; null while it answers.</summary>
    public Moment? FailingSince { get; init; }
    public required PersonId MadeBy { get; init; }
    public required string MadeByName { get; init; }
    public required Moment CreatedAt { get; init; }

    /// <summary>When it was switched off or deleted.</summary>
    public Moment? EndedAt { get; init; }

    /// <summary>Sequences of the entries that brought the secrets which sign at <paramref name="now"/>, the present one first.</summary>
    public IReadOnlyList<long> SecretsAt(Moment now)
    {
        var present = SecretSequence == 0 ? Sequence : SecretSequence;
        return EarlierSecretSequence is { } earlier && now < EarlierSecretUntil ? [present, earlier] : [present];
    }

    /// <summary>Whether a stop of that agent, or of everything (null), is for it to carry out as well.</summary>
    public bool CutsOff(AgentId? stopped) =>
        CutOff is not null && Status != WebhookStatus.Deleted && (Agent is null || stopped is null || Agent == stopped);

    /// <summary>Whether it wants to be told of an entry of that kind about that agent.</summary>
    public bool Wants(string kind, AgentId? about) =>
        Status == WebhookStatus.Active && Events.Contains(kind) && (Agent is null || Agent == about);
}
