using System.Text.Json;
using AgentApprovals.Domain.Json;

namespace AgentApprovals.Client;

/// <summary>Whether an answer gives leave to execute what was asked for, and nothing else. Whatever is not as it must be is no leave.</summary>
internal static class Permit
{
    private const string Prefix = "aax_";
    private static readonly JsonElement Null = JsonElement.Parse("null");

    /// <summary>The digest that the console computes of a payload.</summary>
    public static string DigestOf(JsonElement? payload) => CanonicalJson.Digest(CanonicalJson.Canonicalize(payload ?? Null));

    /// <summary>Why the action is not the one that was asked for; null where it is.</summary>
    public static string? Fault(ActionDocument action, SubmitRequest asked, Guid session, string digest) =>
        action.Id == Guid.Empty || action.SessionId != session ? "It is no action of this session."
        : action.Type != asked.Type || action.Resource != asked.Resource ? "It is another thing than was asked for."
        : !action.Edited && action.PayloadDigest != digest ? "Its payload is another than was asked for, and nobody edited it."
        : null;

    /// <summary>Why this is no leave; null where it is.</summary>
    public static string? Fault(RedeemDocument redeemed, Guid action) =>
        redeemed.Action.Id != action ? "It is another action than was redeemed."
        : redeemed.Action.Status != ActionStatus.Executing ? $"It is {redeemed.Action.Status}, and not being executed."
        : redeemed.Action.Purged ? "Its payload was purged."
        : !redeemed.Permit.StartsWith(Prefix, StringComparison.Ordinal) || redeemed.Permit.Length <= Prefix.Length ? "There is no permit."
        : DigestOf(redeemed.Payload) != redeemed.Action.PayloadDigest ? "The payload is not the one that was approved."
        : null;
}
