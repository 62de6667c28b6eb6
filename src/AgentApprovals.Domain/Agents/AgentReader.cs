using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Text;

namespace AgentApprovals.Domain.Agents;

/// <summary>
/// What somebody wants of an agent, read member by member into the command for it. The API's bodies and the console's forms
/// come through here alike, so that one place knows what is valid; faults gather in the <see cref="Fields"/>.
/// </summary>
public static class AgentReader
{
    public const int MostInstructions = 20_000;

    public static RegisterAgent Register(Actor actor, Fields body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var name = body.RequiredText("name", 63);
        if (name.Length is > 0 and <= 63 && !PlainName.Is(name))
            body.Fault("name", "Lower-case letters, digits and hyphens are expected, beginning with a letter or digit.");
        return new(actor, name, body.Text("displayName", 200) ?? name, Owner(body, required: true) ?? "",
            body.Texts("actsFor", [], 254), body.Texts("labels", [], 100), Limits(body)(new()), Flags(body));
    }

    /// <summary>A merge patch (RFC 7396): what is left out stays, null takes the default.</summary>
    public static ChangeAgent Change(Actor actor, AgentId id, Fields body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var state = body.Text("state", 20);
        if (state is not (null or "retired"))
            body.Fault("state", "Only retired can be set; stop and resume have routes of their own.");
        if (body.Resets("owner"))
            body.Fault("owner", "An agent always has an owner.");
        return new(actor, id, body.Text("name", 63), body.Resets("displayName") ? "" : body.Text("displayName", 200, least: 1),
            Owner(body, required: false), Changed(body, "actsFor", 254), Changed(body, "labels", 100), Limits(body), Flags(body), state == "retired");
    }

    public static PutPermissions Permissions(Actor actor, AgentId id, Fields body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return new(actor, id, body.OptionalInteger("version") ?? Missing(body, "version", -1, "It is required."),
        [
            .. body.Objects("items", 1000).Select(item => new Permission(
                item.RequiredText("type", 100), item.RequiredText("resource", 500), item.OptionalInteger("maxPerHour", 1), item.Time("expiresAt"))),
        ]);
    }

    /// <param name="agent">Null: those that stand before every agent's.</param>
    public static PutInstructions Instructions(Actor actor, AgentId? agent, Fields body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var text = body.Text("text", MostInstructions) ?? Missing(body, "text", "", "It is required; an empty text takes the instructions back.");
        return new(actor, agent, text, body.OptionalInteger("version"));
    }

    public static string KeyName(Fields body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return body.RequiredText("name", 100);
    }

    private static T Missing<T>(Fields body, string name, T instead, string message)
    {
        if (!body.Has(name))
            body.Fault(name, message);
        return instead;
    }

    private static string? Owner(Fields body, bool required)
    {
        var owner = body.Text("owner", 254, required);
        if (!string.IsNullOrEmpty(owner) && !Email.IsPlausible(owner))
            body.Fault("owner", "An e-mail address is expected.");
        return owner;
    }

    private static Func<AgentLimits, AgentLimits> Limits(Fields body)
    {
        if (body.Resets("limits"))
            return _ => new();
        if (body.Object("limits") is not { } limits)
            return known => known;
        var fallback = new AgentLimits();
        var maxPending = Changed(limits, "maxPending", fallback.MaxPending, 1_000_000);
        var perMinute = Changed(limits, "maxActionsPerMinute", fallback.MaxActionsPerMinute, 10_000_000);
        var sessions = Changed(limits, "maxSessions", fallback.MaxSessions, 100_000);
        var seconds = Changed(limits, "sessionSeconds", fallback.SessionSeconds, 31_536_000);
        var most = Changed(limits, "maxSessionSeconds", fallback.MaxSessionSeconds, 31_536_000);
        var lease = Changed(limits, "leaseSeconds", fallback.LeaseSeconds, AgentLimits.MostLeaseSeconds, least: 5);
        return known => new(maxPending ?? known.MaxPending, perMinute ?? known.MaxActionsPerMinute, sessions ?? known.MaxSessions,
            seconds ?? known.SessionSeconds, most ?? known.MaxSessionSeconds, lease ?? known.LeaseSeconds);
    }

    private static AgentFlags Flags(Fields body) => new(
        Flag(body, "requiresInstructionsDigest"), Flag(body, "requiresRunner"), Flag(body, "isTest"), Flag(body, "stopOnBypass"));

    private static bool? Flag(Fields body, string name) => body.Resets(name) ? false : body.Has(name) ? body.Flag(name) : null;

    /// <summary>What a merge patch makes of a member: null where it says nothing, the default where it says null.</summary>
    private static int? Changed(Fields body, string name, int fallback, int most, int least = 1) => body.Resets(name) ? fallback : body.OptionalInteger(name, least, most);

    private static IReadOnlyList<string>? Changed(Fields body, string name, int most) =>
        body.Resets(name) ? [] : body.Has(name) ? body.Texts(name, [], most) : null;
}
