using System.Text.Json.Nodes;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Stops;

namespace AgentApprovals.Webhooks;

/// <summary>
/// A stop in the words of identity providers: the claims <c>sub_id</c> and <c>events</c> of a security event token (RFC 8417) with CAEP's event
/// session-revoked, so that whoever relays it to one has nothing to translate.
/// </summary>
internal static class SessionRevoked
{
    public const string Event = "https://schemas.openid.net/secevent/caep/event-type/session-revoked";

    public static JsonObject SubjectOf(StopScope scope, Guid? target) => new()
    {
        ["format"] = "complex",
        [scope switch { StopScope.Session => "session", StopScope.Agent => "application", _ => "tenant" }] = new JsonObject
        {
            ["format"] = "opaque",
            ["id"] = target?.ToString() ?? "everything",
        },
    };

    /// <param name="by">The kind of whoever ordered it.</param>
    /// <param name="reason">As it may leave the console.</param>
    public static JsonObject EventsOf(string by, string? reason, Moment at)
    {
        var revoked = new JsonObject
        {
            ["event_timestamp"] = at.Milliseconds / 1000,
            ["initiating_entity"] = by == "person" ? "admin" : "policy",
        };
        if (reason is not null)
            revoked["reason_admin"] = new JsonObject { ["en"] = reason };
        return new() { [Event] = revoked };
    }
}
