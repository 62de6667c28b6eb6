using System.Text.Json.Nodes;

namespace AgentApprovals.Tests.Drivers;

public static class Json
{
    /// <summary>A member that is text; a failure that shows the rest where it is not there.</summary>
    public static string Text(this JsonNode node, string name) =>
        (string?)node[name] ?? throw new InvalidOperationException($"No {name} in {node}");
}
