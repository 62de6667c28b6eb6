using System.Text.RegularExpressions;
using AgentApprovals.Actions;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Hosting;
using AgentApprovals.Security;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Agents;

public static partial class AgentEndpoints
{
    public static void MapAgents(this RouteGroupBuilder api)
    {
        var people = api.MapGroup("/agents").WithTags("Agents").RequireAuthorization(SecuritySetup.People);
        people.MapPost("/", RegisterAsync).Accepts<AgentRequest>("application/json").Produces<AgentDocument>(201).WithSummary("Give a program an identity of its own.");
        people.MapGet("/", ListAsync).Produces<ListDocument<AgentDocument>>().WithSummary("Agents, newest first.");
        people.MapGet("/{id:guid}", async (Guid id, Api api) => await SeenAsync(api, id) is { } agent ? Api.Ok(AgentDocument.Of(agent)) : api.Refuse(Refusals.NotFound))
            .Produces<AgentDocument>().WithSummary("One agent.");
        people.MapPatch("/{id:guid}", ChangeAsync).Accepts<ChangeAgentRequest>("application/json", "application/merge-patch+json").Produces<AgentDocument>()
            .WithSummary("Change settings (RFC 7396); state takes only retired.");
        people.MapGet("/{id:guid}/permissions", async (Guid id, Api api) => await SeenAsync(api, id) is { } agent ? Api.Ok(Permissions(agent)) : api.Refuse(Refusals.NotFound))
            .Produces<VersionedDocument<PermissionDocument>>().WithSummary("What it may ask for at all.");
        people.MapPut("/{id:guid}/permissions", PutPermissionsAsync).Accepts<VersionedDocument<PermissionDocument>>("application/json")
            .Produces<VersionedDocument<PermissionDocument>>().WithSummary("Replace what it may ask for.");
    }

    /// <summary>The agent, where the person who asks may know of it.</summary>
    public static async Task<AgentState?> SeenAsync(Api api, Guid id) =>
        await api.Reader.LookAsync(db => db.Agents.SingleOrDefaultAsync(a => a.Id == new AgentId(id))) is { } agent && api.Person.MaySee(agent) ? agent : null;

    /// <summary>Why somebody can't set this agent up; null where they can.</summary>
    public static async Task<Refusal?> SetupRefusalAsync(Api api, Guid id) =>
        await SeenAsync(api, id) is null ? Refusals.NotFound : AdministratorRefusal(api);

    public static Refusal? AdministratorRefusal(Api api)
    {
        ArgumentNullException.ThrowIfNull(api);
        return api.Person.Has(Roles.Administrator) ? null : Refusals.Forbidden("This takes the role Administrator.");
    }

    private static Task<IResult> RegisterAsync(Api api) => api.WithBodyAsync(
        body =>
        {
            var name = body.RequiredText("name", 63);
            if (name.Length is > 0 and <= 63 && !AgentName().IsMatch(name))
                body.Fault("name", "Lower-case letters, digits and hyphens are expected, beginning with a letter or digit.");
            return new RegisterAgent(api.Actor, name, body.Text("displayName", 200) ?? name, Owner(body, required: true) ?? "",
                body.Texts("actsFor", [], 254), body.Texts("labels", [], 100), ReadLimits(body)(new()), ReadFlags(body));
        },
        command => api.CommitAsync(command, agent => api.Created($"/api/v1/agents/{agent.Id}", AgentDocument.Of(agent))),
        () => Task.FromResult(AdministratorRefusal(api)));

    private static Task<IResult> ChangeAsync(Guid id, Api api) => api.WithBodyAsync(
        body =>
        {
            var state = body.Text("state", 20);
            if (state is not (null or "retired"))
                body.Fault("state", "Only retired can be set; stop and resume have routes of their own.");
            if (body.Resets("owner"))
                body.Fault("owner", "An agent always has an owner.");
            return new ChangeAgent(api.Actor, new(id), body.Text("name", 63), body.Resets("displayName") ? "" : body.Text("displayName", 200, least: 1),
                Owner(body, required: false), Changed(body, "actsFor", 254), Changed(body, "labels", 100), ReadLimits(body), ReadFlags(body), state == "retired");
        },
        command => api.CommitAsync(command, agent => Api.Ok(AgentDocument.Of(agent))),
        () => SetupRefusalAsync(api, id));

    private static async Task<IResult> ListAsync(Api api)
    {
        var request = api.Context.Request;
        var paging = Query.Paging(request);
        var states = Query.Choices<AgentStatus>(request, "state");
        if ((paging.Refusal ?? states.Refusal) is { } refusal)
            return api.Refuse(refusal);
        var q = request.Query["q"].FirstOrDefault()?.Trim();
        var person = api.Person;
        var page = await api.Reader.AgentsAsync(q, a => (states.Value?.Contains(AgentDocument.StateOf(a)) ?? true) && person.MaySee(a), paging.Value.Before, paging.Value.Limit);
        return Api.Ok(new ListDocument<AgentDocument>([.. page.Items.Select(AgentDocument.Of)], page.Next?.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    private static Task<IResult> PutPermissionsAsync(Guid id, Api api) => api.WithBodyAsync(
        body => new PutPermissions(api.Actor, new(id), body.OptionalInteger("version") ?? Missing(body, "version"),
        [
            .. body.Objects("items", 1000).Select(item => new Permission(
                item.RequiredText("type", 100), item.RequiredText("resource", 500), item.OptionalInteger("maxPerHour", 1), item.Time("expiresAt"))),
        ]),
        command => api.CommitAsync(command, agent => Api.Ok(Permissions(agent))),
        () => SetupRefusalAsync(api, id));

    private static VersionedDocument<PermissionDocument> Permissions(AgentState agent) =>
        new(agent.PermissionsVersion, [.. agent.Permissions.Select(p => new PermissionDocument(p.Type, p.Resource, p.MaxPerHour, p.ExpiresAt))]);

    private static int Missing(Fields body, string name)
    {
        if (!body.Has(name))
            body.Fault(name, "It is required.");
        return -1;
    }

    private static string? Owner(Fields body, bool required)
    {
        var owner = body.Text("owner", 254, required);
        if (!string.IsNullOrEmpty(owner) && !Email.IsPlausible(owner))
            body.Fault("owner", "An e-mail address is expected.");
        return owner;
    }

    private static Func<AgentLimits, AgentLimits> ReadLimits(Fields body)
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
        var lease = Changed(limits, "leaseSeconds", fallback.LeaseSeconds, 600);
        return known => new(maxPending ?? known.MaxPending, perMinute ?? known.MaxActionsPerMinute, sessions ?? known.MaxSessions,
            seconds ?? known.SessionSeconds, most ?? known.MaxSessionSeconds, lease ?? known.LeaseSeconds);
    }

    /// <summary>What a merge patch makes of a member: null where it says nothing, the default where it says null.</summary>
    private static int? Changed(Fields body, string name, int fallback, int most) => body.Resets(name) ? fallback : body.OptionalInteger(name, 1, most);

    private static IReadOnlyList<string>? Changed(Fields body, string name, int most) =>
        body.Resets(name) ? [] : body.Has(name) ? body.Texts(name, [], most) : null;

    private static AgentFlags ReadFlags(Fields body) => new(
        Flag(body, "requiresInstructionsDigest"), Flag(body, "requiresRunner"), Flag(body, "isTest"), Flag(body, "stopOnBypass"));

    private static bool? Flag(Fields body, string name) => body.Resets(name) ? false : body.Has(name) ? body.Flag(name) : null;

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex AgentName();
}
