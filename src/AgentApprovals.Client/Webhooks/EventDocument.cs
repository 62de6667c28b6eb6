using System.Text.Json.Nodes;

namespace AgentApprovals.Client;

/// <summary>An event as streams and webhooks tell it.</summary>
/// <param name="Type">Such as <c>action.released</c>.</param>
/// <param name="Timestamp">When it happened.</param>
/// <param name="Data">The action without payload, reason and messages, the session, or the stop.</param>
public sealed record EventDocument(string Type, DateTimeOffset Timestamp, JsonNode Data);
