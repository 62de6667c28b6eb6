using System.Text.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Domain.Gateway;

/// <summary>A call of an MCP server's tool that waits for people: what the payload shows is all that is called.</summary>
/// <param name="Arguments">An object.</param>
public sealed record StoredToolCall(string Tool, JsonElement Arguments)
{
    /// <summary>The payload of the action.</summary>
    public PreparedPayload ToPayload() =>
        PreparedPayload.Of(JsonSerializer.SerializeToElement(new JsonObject { ["tool"] = Tool, ["arguments"] = JsonNode.Parse(Arguments.GetRawText()) }));

    /// <summary>What a payload that was made here says. Null where it says something else.</summary>
    public static StoredToolCall? Of(JsonElement payload) => payload.ValueKind == JsonValueKind.Object && payload.GetPropertyCount() == 2
        && payload.TryGetProperty("tool", out var tool) && tool.ValueKind == JsonValueKind.String
        && payload.TryGetProperty("arguments", out var arguments) && arguments.ValueKind == JsonValueKind.Object
        ? new(tool.GetString()!, arguments)
        : null;

    /// <summary>The call as an approver wants it: other arguments, of the same tool.</summary>
    public Result<StoredToolCall> EditedBy(JsonElement edit) => Of(edit) switch
    {
        null => Refusals.EditRefused("A call is an object with the tool and its arguments, and nothing else; nothing was changed."),
        { } other when other.Tool != Tool => Refusals.EditRefused("Another tool is another call: only the arguments can be changed. Nothing was changed."),
        { } edited => edited,
    };
}
