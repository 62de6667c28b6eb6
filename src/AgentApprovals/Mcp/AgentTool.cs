using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace AgentApprovals.Mcp;

/// <summary>Our own tools as MCP clients see them: names, what each is for, and the shape of its arguments (JSON Schema).</summary>
internal static class AgentTool
{
    public const string RequestApproval = "request_approval";
    public const string GetAction = "get_action";
    public const string WaitForDecision = "wait_for_decision";
    public const string ReportResult = "report_result";

    /// <summary>Under the minute after which MCP clients give up by default.</summary>
    public const int LongestWait = 55;

    public static IReadOnlyList<Tool> All { get; } =
    [
        new()
        {
            Name = RequestApproval,
            Title = "Ask before acting",
            Description = "Asks for one action, which is held until people have decided and its confirmation window has run. Ask before you do anything that "
                + "changes something, with the exact payload that you would execute: that, and not your summary, is what people see and what may run. The answer is the action with its id and status; "
                + "go on with wait_for_decision. Never act on a pending or approved action.",
            InputSchema = Schema("""
                {
                  "type": "object",
                  "properties": {
                    "type": { "type": "string", "maxLength": 100, "description": "What kind of action, such as forum.post or email.delete." },
                    "resource": { "type": "string", "maxLength": 500, "description": "What it is done to, such as forum://engineering/threads/8841." },
                    "summary": { "type": "string", "maxLength": 200, "description": "One line, in your own words." },
                    "reason": { "type": "string", "maxLength": 4000, "description": "Why it should be done." },
                    "payload": { "description": "Any JSON value: all that would be executed." },
                    "directedBy": { "type": "string", "description": "E-mail of the person who told you to do this, if somebody did." },
                    "instructionsDigest": { "type": "string", "description": "Digest of the standing instructions that you heed." },
                    "idempotencyKey": { "type": "string", "minLength": 1, "maxLength": 128, "description": "The same key with the same arguments makes one action, however often it is sent." }
                  },
                  "required": ["type", "resource", "summary", "payload"]
                }
                """),
            Annotations = new() { DestructiveHint = false, OpenWorldHint = false },
        },
        new()
        {
            Name = GetAction,
            Title = "Look at an action",
            Description = "The action as it stands now, with its status, approvals or denial and risk.",
            InputSchema = Schema("""{ "type": "object", "properties": { "id": { "type": "string", "format": "uuid" } }, "required": ["id"] }"""),
            Annotations = new() { ReadOnlyHint = true, OpenWorldHint = false },
        },
        new()
        {
            Name = WaitForDecision,
            Title = "Wait for the decision",
            Description = "Waits until the action is decided and its window has run, or the seconds are over. Once it is released this takes the right to execute it: the answer then holds "
                + "permit and payload. Execute exactly that payload, for a person may have edited it, once, and call report_result. Without a permit nothing may be executed; "
                + "while the status is pending or approved, call this again.",
            InputSchema = Schema("""
                {
                  "type": "object",
                  "properties": {
                    "id": { "type": "string", "format": "uuid" },
                    "seconds": { "type": "integer", "minimum": 1, "maximum": 55, "default": 50 }
                  },
                  "required": ["id"]
                }
                """),
            Annotations = new() { DestructiveHint = false, IdempotentHint = true, OpenWorldHint = false },
        },
        new()
        {
            Name = ReportResult,
            Title = "Say how it went",
            Description = "Says how the execution of an action went that wait_for_decision gave a permit for.",
            InputSchema = Schema("""
                {
                  "type": "object",
                  "properties": {
                    "id": { "type": "string", "format": "uuid" },
                    "outcome": { "enum": ["succeeded", "failed"] },
                    "detail": { "type": "string", "maxLength": 4000 }
                  },
                  "required": ["id", "outcome"]
                }
                """),
            Annotations = new() { DestructiveHint = false, IdempotentHint = true, OpenWorldHint = false },
        },
    ];

    private static JsonElement Schema(string json) => JsonElement.Parse(json);
}
