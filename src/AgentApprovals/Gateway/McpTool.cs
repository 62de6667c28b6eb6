using System.Text.Json;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Policies;
using ModelContextProtocol.Protocol;

namespace AgentApprovals.Gateway;

/// <summary>A tool of an MCP server behind a connector, as rules and permissions know it.</summary>
internal static class McpTool
{
    private const int MostType = 100;

    /// <summary><c>mcp.{connector}.{tool}</c>, in the letters that types have: any other is <c>_</c>. The payload has the tool's own name.</summary>
    public static string TypeOf(ConnectorState connector, string tool)
    {
        var type = $"mcp.{Letters(connector.Name)}.{Letters(tool)}";
        return type.Length <= MostType ? type : type[..MostType];
    }

    public static string ResourceOf(ConnectorState connector, string tool) => $"mcp://{connector.Name}/{tool}";

    public static bool IsPermitted(AgentState agent, ConnectorState connector, string tool, Moment now) => agent.Permissions.Any(p =>
        !(now >= p.ExpiresAt) && Patterns.Matches(p.Type, TypeOf(connector, tool)) && Patterns.Matches(p.Resource, ResourceOf(connector, tool)));

    /// <summary>Why arguments do not fit the tool's own schema; null where they do. A schema that can't be applied lets nothing pass.</summary>
    public static IReadOnlyDictionary<string, string[]>? FaultsOf(Tool tool, JsonElement arguments)
    {
        try
        {
            return PayloadSchema.Of(tool.InputSchema.GetRawText()).Faults(arguments);
        }
        catch (FormatException)
        {
            return new Dictionary<string, string[]> { ["$"] = ["The tool's own schema can't be applied."] };
        }
    }

    private static string Letters(string name)
    {
        var letters = string.Concat(name.ToLowerInvariant().Select(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) ? c : '_'));
        return letters.Length == 0 ? "_" : letters;
    }
}
