using System.Text.Json;

namespace AgentApprovals.Actions;

// What requests look like, for the OpenAPI document: bodies are read strictly, member by member, so that every fault is told at once.

/// <param name="Type">At most 100 characters: lower-case words joined by dots.</param>
/// <param name="Resource">At most 500 characters.</param>
/// <param name="Summary">At most 200 characters, in the agent's words.</param>
/// <param name="Reason">At most 4,000 characters, in the agent's words.</param>
/// <param name="Payload">Any JSON value: what would be executed.</param>
/// <param name="DirectedBy">E-mail of the person who is said to have told the agent to do this.</param>
public sealed record SubmitRequest(string Type, string Resource, string Summary, string? Reason, JsonElement Payload, string? DirectedBy, string? InstructionsDigest);

/// <param name="Outcome"><c>succeeded</c> or <c>failed</c>.</param>
public sealed record ResultRequest(string Outcome, string? Detail);

/// <param name="Verdict"><c>approve</c> or <c>deny</c>.</param>
/// <param name="PayloadDigest">For approve: the digest of what the person saw.</param>
/// <param name="Payload">For approve: what shall run instead.</param>
public sealed record DecisionRequest(string Verdict, string? Comment, string? PayloadDigest, JsonElement? Payload);

public sealed record DirectionRequest(bool Confirmed);

/// <param name="Text">At most 4,000 characters.</param>
public sealed record MessageRequest(string Text);

/// <param name="Seconds">How much more time there is to decide.</param>
public sealed record ExtendRequest(int Seconds, string Reason);

/// <param name="Permit">Proof for a target system; the same for a replayed redeem.</param>
/// <param name="Payload">What to execute; an approver may have edited it.</param>
public sealed record RedeemDocument(ActionDocument Action, string Permit, JsonElement? Payload);

public sealed record ListDocument<T>(IReadOnlyList<T> Items, string? NextCursor);
