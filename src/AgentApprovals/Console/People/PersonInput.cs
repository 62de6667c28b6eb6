using System.Text.Json.Nodes;
using AgentApprovals.Console.Shared;
using AgentApprovals.Domain.People;

namespace AgentApprovals.Console.People;

/// <summary>A person while they are typed.</summary>
public sealed class PersonInput
{
    public string Email { get; set; } = "";
    public string DisplayName { get; set; } = "";
    public Roles Roles { get; set; }
    public string Groups { get; set; } = "";

    public static PersonInput Of(PersonState person)
    {
        ArgumentNullException.ThrowIfNull(person);
        return new() { Email = person.Email, DisplayName = person.DisplayName, Roles = person.Roles, Groups = string.Join(", ", person.Groups) };
    }

    public void Set(Roles role, bool has) => Roles = has ? Roles | role : Roles & ~role;

    /// <summary>In the API's form, as a new person.</summary>
    public JsonObject ToJson() => new()
    {
        ["email"] = Email.Trim(),
        ["displayName"] = DisplayName.Trim().Length == 0 ? null : DisplayName.Trim(),
        ["roles"] = RolesJson(),
        ["groups"] = FormBody.List(Groups),
    };

    /// <summary>In the API's form, as a patch of what was changed: what another changed meanwhile stays.</summary>
    public JsonObject ToPatch(PersonInput before)
    {
        ArgumentNullException.ThrowIfNull(before);
        var patch = new JsonObject();
        if (DisplayName.Trim() != before.DisplayName)
            patch["displayName"] = DisplayName.Trim();
        if (Roles != before.Roles)
            patch["roles"] = RolesJson();
        if (Groups != before.Groups)
            patch["groups"] = FormBody.List(Groups);
        return patch;
    }

    private JsonArray RolesJson() => [.. Enum.GetValues<Roles>().Where(r => r != Roles.None && Roles.HasFlag(r)).Select(r => JsonValue.Create(r.ToString()))];
}
