using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace AgentApprovals.Client;

/// <summary>What an agent asks for.</summary>
public sealed record SubmitRequest
{
    /// <summary>An empty one, to be filled.</summary>
    public SubmitRequest()
    {
    }

    /// <summary>What is needed at least.</summary>
    /// <param name="type">At most 100 characters: lower-case words joined by dots, such as <c>forum.post</c>.</param>
    /// <param name="resource">What it would be done to. At most 500 characters.</param>
    /// <param name="summary">At most 200 characters, in the agent's words.</param>
    /// <param name="payload">Serialised as <see cref="JsonSerializerOptions.Web"/> has it; a <see cref="JsonElement"/> is taken as it is.</param>
    [SetsRequiredMembers]
    public SubmitRequest(string type, string resource, string summary, object? payload) =>
        (Type, Resource, Summary, Payload) = (type, resource, summary, payload is JsonElement element ? element : JsonSerializer.SerializeToElement(payload, JsonSerializerOptions.Web));

    /// <summary>At most 100 characters: lower-case words joined by dots, such as <c>forum.post</c>.</summary>
    public required string Type { get; init; }

    /// <summary>What it would be done to. At most 500 characters.</summary>
    public required string Resource { get; init; }

    /// <summary>At most 200 characters, in the agent's words.</summary>
    public required string Summary { get; init; }

    /// <summary>At most 4,000 characters, in the agent's words.</summary>
    public string? Reason { get; init; }

    /// <summary>Any JSON value: what would be executed.</summary>
    public required JsonElement Payload { get; init; }

    /// <summary>E-mail of the person who is said to have told the agent to do this.</summary>
    public string? DirectedBy { get; init; }

    /// <summary>Digest of the standing instructions that the agent has read; needed where its settings say so.</summary>
    public string? InstructionsDigest { get; init; }
}

/// <summary>How an execution went.</summary>
/// <param name="Outcome"><c>succeeded</c> or <c>failed</c>.</param>
/// <param name="Detail">At most 4,000 characters, in the agent's words.</param>
public sealed record ResultRequest(string Outcome, string? Detail);

/// <summary>Something said about an action.</summary>
/// <param name="Text">At most 4,000 characters.</param>
public sealed record MessageRequest(string Text);

/// <summary>Who said something.</summary>
/// <param name="Kind"><c>person</c> or <c>agent</c>.</param>
/// <param name="Name">The person's or the agent's.</param>
/// <param name="Id">Agents see names of people only.</param>
public sealed record SpeakerDocument(
    string Kind, string Name, [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] string? Id = null);

/// <summary>Something that was said about an action; a reviewer asks, the agent answers.</summary>
/// <param name="Id">The message's.</param>
/// <param name="ActionId">What it is about.</param>
/// <param name="By">Who said it.</param>
/// <param name="At">When it was said.</param>
/// <param name="Text">In the speaker's words; null once purged.</param>
/// <param name="Purged">The text was purged.</param>
public sealed record MessageDocument(Guid Id, Guid ActionId, SpeakerDocument By, DateTimeOffset At, string? Text, bool Purged);
