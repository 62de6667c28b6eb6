using System.Globalization;
using System.Text.Json.Nodes;
using AgentApprovals.Console.Shared;
using AgentApprovals.Domain.Agents;

namespace AgentApprovals.Console.Agents;

/// <summary>A permission as somebody types it; whether it is valid, the API's reader says.</summary>
public sealed class PermissionDraft
{
    public PermissionDraft()
    {
    }

    public PermissionDraft(Permission permission)
    {
        ArgumentNullException.ThrowIfNull(permission);
        (Type, Resource) = (permission.Type, permission.Resource);
        MaxPerHour = permission.MaxPerHour?.ToString(CultureInfo.InvariantCulture) ?? "";
        Until = permission.ExpiresAt?.ToString()[..^1] ?? "";
    }

    public string Type { get; set; } = "";

    public string Resource { get; set; } = "";

    /// <summary>Blank: as often as it likes.</summary>
    public string MaxPerHour { get; set; } = "";

    /// <summary>In UTC, as a browser's field for a date and a time has it; blank: for ever.</summary>
    public string Until { get; set; } = "";

    /// <summary>The whole list as the API takes it.</summary>
    public static JsonObject Body(int version, IReadOnlyList<PermissionDraft> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return new()
        {
            ["version"] = version,
            ["items"] = new JsonArray([.. items.Select(i => (JsonNode)new JsonObject
            {
                ["type"] = i.Type.Trim(),
                ["resource"] = i.Resource.Trim(),
                ["maxPerHour"] = string.IsNullOrWhiteSpace(i.MaxPerHour) ? null : FormBody.Number(i.MaxPerHour),
                ["expiresAt"] = string.IsNullOrWhiteSpace(i.Until) ? null : i.Time,
            })]),
        };
    }

    // A browser leaves the seconds out where they are 0.
    private string Time => Until.Trim() + (Until.Trim().Length == "2026-11-23T02:10".Length ? ":00Z" : "Z");
}
