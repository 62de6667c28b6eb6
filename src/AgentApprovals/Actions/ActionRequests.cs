using System.Text.Json;

namespace AgentApprovals.Actions;

// What requests look like, for the OpenAPI document: bodies are read strictly, member by member, so that every fault is told at once.

/// <param name="Verdict"><c>approve</c> or <c>deny</c>.</param>
/// <param name="PayloadDigest">For approve: the digest of what the person saw.</param>
/// <param name="Payload">For approve: what shall run instead.</param>
public sealed record DecisionRequest(string Verdict, string? Comment, string? PayloadDigest, JsonElement? Payload);

public sealed record DirectionRequest(bool Confirmed);

/// <param name="Seconds">How much more time there is to decide.</param>
public sealed record ExtendRequest(int Seconds, string Reason);
