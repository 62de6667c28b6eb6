using System.Text.Json;

namespace AgentApprovals.Client;

/// <summary>The answer to a redeem of what the gateway executes: the action as it is now, and what the target answered.</summary>
/// <param name="Action">Ended, as the target's answer has it.</param>
/// <param name="Response">The target's.</param>
public sealed record SentDocument(ActionDocument Action, ResponseDocument Response);

/// <summary>A target's answer to a request that the gateway sent.</summary>
/// <param name="Status">The status code of HTTP.</param>
/// <param name="Headers">By names in lower case; of several lines with one name, the values in their order, between commas.</param>
/// <param name="Truncated">There was more of the body than is kept: 262,144 bytes.</param>
/// <param name="Body">As JSON where it is JSON, as a string where it is text, else base64; null: there was none.</param>
/// <param name="Encoding"><c>base64</c>, or null.</param>
public sealed record ResponseDocument(int Status, IReadOnlyDictionary<string, string> Headers, bool Truncated, JsonElement? Body = null, string? Encoding = null);
