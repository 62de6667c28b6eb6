using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentApprovals.Client;

/// <summary>An event as streams and webhooks tell it.</summary>
/// <param name="Type">Such as <c>action.released</c>.</param>
/// <param name="Timestamp">When it happened.</param>
/// <param name="Data">The action without payload, reason and messages, the session, or the stop.</param>
public sealed record EventDocument(string Type, DateTimeOffset Timestamp, JsonNode Data)
{
    /// <summary>The thing as a document: an <see cref="ActionDocument"/>, a <see cref="SessionDocument"/> or a <see cref="StopDocument"/>, as <see cref="Type"/> says.</summary>
    /// <typeparam name="T">Which of them.</typeparam>
    /// <exception cref="System.Text.Json.JsonException">It is another.</exception>
    public T? DataAs<T>() => Data.Deserialize<T>(WireJson.Options);
}
