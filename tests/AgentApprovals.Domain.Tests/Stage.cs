using System.Text.Json;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;

namespace AgentApprovals.Domain.Tests;

/// <summary>A world in memory with people and one agent, and what they do.</summary>
internal sealed class Stage : Memory
{
    public const string Type = "forum.post";
    public const string Resource = "forum://engineering/1";

    private int _made;

    public Stage(params Rule[] rules) : base(minimumWindowSeconds: 0)
    {
        Do(new OpenLedger());
        var first = Do(new AddPerson(new SystemActor("setup"), "root@example.com", "Root", Roles.Administrator, [], null)).Person;
        Admin = new(first.Id);
        if (rules.Length > 0)
            Policy(rules);
        Agent = Register("forum-helper");
        Key = KeyOf(Agent);
    }

    public PersonActor Admin { get; }

    public AgentState Agent { get; }

    public KeyActor Key { get; }

    /// <summary>A rule that matches everything, reviewed by one Reviewer with no windows but an hour to decide.</summary>
    public static Rule Rule(RuleMode mode = RuleMode.Review, string requires = "Reviewer", bool secondPerson = false) => new()
    {
        Name = $"{mode} {requires}",
        Match = new(["*"], ["*"], ["*"], [], 0, null),
        Mode = mode,
        Requires = Requires(requires),
        SecondPerson = secondPerson,
        ConfirmationWindowSeconds = 0,
        HoldAfterApprovalSeconds = 0,
        ExpiresAfterSeconds = 3600,
    };

    /// <summary>"2 Reviewer + group:security | Manager" in rules' form.</summary>
    public static Requirement Requires(string text) => new([.. text.Split(" | ").Select(alternative => (IReadOnlyList<RequiredPart>)[.. alternative.Split(" + ").Select(part =>
        part.Split(' ') is [var count, var from] ? new RequiredPart(from, int.Parse(count, System.Globalization.CultureInfo.InvariantCulture)) : new RequiredPart(part, 1))])]);

    public static PreparedPayload Payload(string json = """{"body":"Flush the cache"}""") => PreparedPayload.Of(JsonElement.Parse(json));

    public void Pass(int seconds) => Now = Now.PlusSeconds(seconds);

    public void Policy(params Rule[] rules) => Do(new PutPolicy(Admin, World.CurrentPolicy().Version, rules, null));

    public PersonActor Person(string email, Roles roles = Roles.Reviewer, params string[] groups) =>
        new(Do(new AddPerson(Admin, email, email, roles, groups, null)).Person.Id);

    public PersonActor WithToken(PersonActor person, MayDecide mayDecide) =>
        person with { Token = Do(new MakePersonToken(Admin, person.Person, "script", mayDecide, Secret())).Id };

    public PersonState StateOf(PersonActor person) => World.People.Find(person.Person.Value)!;

    public AgentState Register(string name, string owner = "owner@example.com", string actsFor = "*")
    {
        var agent = Do(new RegisterAgent(Admin, name, name, owner, [actsFor], [], new(), new()));
        return Do(new PutPermissions(Admin, agent.Id, 0, [new("*", "*", null, null)]));
    }

    public KeyActor KeyOf(AgentState agent) => new(Do(new MakeAgentKey(Admin, agent.Id, "test", Secret())).Id);

    public SessionActor Open(string onBehalfOf = "dana@example.com", KeyActor? key = null) =>
        new(Do(Opening(onBehalfOf, key)).Session.Id);

    public OpenSession Opening(string onBehalfOf = "dana@example.com", KeyActor? key = null) => new(key ?? Key, Secret(), onBehalfOf, null, null);

    public SessionState StateOf(SessionActor session) => SessionOf(session.Session);

    public static Submit Asking(SessionActor session, string? payload = null, string type = Type, string resource = Resource, string? directedBy = null, IdempotencyKey? key = null) => new()
    {
        Actor = session,
        Type = type,
        Resource = resource,
        Summary = "Answer the question",
        Payload = payload is null ? Payload() : Payload(payload),
        DirectedBy = directedBy,
        Key = key,
    };

    public ActionState Ask(SessionActor session, string? payload = null, string type = Type, string resource = Resource, string? directedBy = null) =>
        Do(Asking(session, payload, type, resource, directedBy)).Action;

    public Approve Approving(PersonActor person, ActionState action, string? edit = null) =>
        new(person, action.Id, StateOf(action).PayloadDigest, null, edit is null ? null : Payload(edit));

    public ActionState Approve(PersonActor person, ActionState action, string? edit = null) => Do(Approving(person, action, edit)).Action;

    public ActionState Deny(PersonActor person, ActionState action) => Do(new Deny(person, action.Id, "No.")).Action;

    public StopState Stop(PersonActor person, SessionActor session) => Do(new OrderStop(person, StopScope.Session, session.Session.Value, "Enough."));

    /// <summary>The action as it stands now, whether or not anyone wrote it down.</summary>
    public ActionState StateOf(ActionState action) => ActionOf(action.Id);

    private SecretHash Secret() => SecretHash.Of($"secret {_made++}");
}
