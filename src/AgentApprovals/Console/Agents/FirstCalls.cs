using System.Text.Json;
using AgentApprovals.Domain.Agents;

namespace AgentApprovals.Console.Agents;

/// <summary>Lines for a POSIX shell with which somebody sees an agent's first calls arrive, before any program is written.</summary>
internal static class FirstCalls
{
    /// <summary>What the example asks for; in no catalogue, so a person is always asked.</summary>
    public static readonly Permission Example = new("example.hello", "example://*", null, null);

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static bool MayAskForIt(AgentState agent) => agent.Permissions.Any(p =>
        Domain.Json.Patterns.Matches(p.Type, Example.Type) && Domain.Json.Patterns.Matches(p.Resource, "example://first-steps"));

    /// <summary>Opens a session.</summary>
    public static string Open(Uri console, string key, AgentState agent) =>
        Call(console, "sessions", key, new { onBehalfOf = SomebodyFor(agent), purpose = "First steps" });

    /// <summary>Opens a session, and asks for something in it.</summary>
    public static string Ask(Uri console, string key, AgentState agent) =>
        $"""
        TOKEN=$({Open(console, key, agent)} \
          | sed -n 's/.*"token":"\([^"]*\)".*/\1/p')
        {Call(console, "actions", "$TOKEN", new { type = Example.Type, resource = "example://first-steps", summary = "Say hello", payload = new { text = "Hello" } })}
        """;

    /// <summary>The owner where it may act for them, else somebody whom it names.</summary>
    private static string SomebodyFor(AgentState agent) => agent.MayActFor(agent.Owner)
        ? agent.Owner
        : agent.ActsFor.FirstOrDefault(p => !p.Contains('*', StringComparison.Ordinal)) ?? agent.Owner;

    private static string Call(Uri console, string path, string token, object body) =>
        $"""
        curl -sS {Quoted(new Uri(console, "api/v1/" + path).ToString())} \
          -H "Authorization: Bearer {token}" -H 'Content-Type: application/json' \
          -d {Quoted(JsonSerializer.Serialize(body, Plain))}
        """;

    /// <summary>One word for the shell, whatever is in it.</summary>
    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
