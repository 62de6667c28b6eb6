using System.Text.Json.Nodes;

namespace AgentApprovals.Domain.Ledger;

/// <summary>An entry before it is chained: what happened, to what, by whom, and which row it made or changed.</summary>
/// <param name="Row">The row's kind, such as <c>action</c>; null where the entry changes none.</param>
/// <param name="RowSequence">The key of that row.</param>
/// <param name="Facts">What the row itself does not say.</param>
/// <param name="Set">The values of the row that changed (<see cref="RowFacts.BytesOf"/>), told under <c>set</c>; null where it changes none.</param>
public sealed record Draft(
    long Sequence,
    Moment At,
    string Kind,
    ActorStamp Actor,
    Subject Subject,
    string? Row,
    long RowSequence,
    JsonObject? Facts,
    byte[]? Set);

/// <summary>What an entry is about; the sequences are for finding it, the ids for showing it.</summary>
public readonly record struct Subject(
    long? ActionSequence = null,
    ActionId? Action = null,
    long? SessionSequence = null,
    SessionId? Session = null,
    long? AgentSequence = null,
    AgentId? Agent = null);

/// <summary>Bytes that stand beside the ledger under their digest, found by the entry that brought them.</summary>
public sealed record Content(long Sequence, ContentPart Part, ReadOnlyMemory<byte> Bytes);

public enum ContentPart
{
    /// <summary>An action's payload, in RFC 8785 form.</summary>
    Payload = 0,

    /// <summary>An action's reason, in the agent's words.</summary>
    Reason = 1,

    /// <summary>A document: rules, catalogue or instructions.</summary>
    Document = 2,

    /// <summary>What a person or an agent said about an action.</summary>
    Message = 4,

    /// <summary>A webhook's signing secret, encrypted by the host; null once the webhook is deleted.</summary>
    WebhookSecret = 5,

    /// <summary>A connector's credential, encrypted by the host.</summary>
    Credential = 8,

    /// <summary>What a target answered to a request that the gateway sent.</summary>
    Answer = 9,
}
