using System.Text.Json;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Bursts;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;

namespace AgentApprovals.Model;

/// <summary>The product's way in and out, over a world in memory or over the real writer.</summary>
public interface IDoor
{
    Moment Now { get; set; }

    Result<T> Try<T>(Command<T> command);

    /// <summary>As it stands now, whether or not anyone wrote it down.</summary>
    ActionState ActionOf(ActionId id);

    SessionState SessionOf(SessionId id);

    AgentState AgentOf(AgentId id);

    BurstState BurstOf(BurstId id);

    bool IsEverythingStopped { get; }

    /// <summary>Writes down all that holds already, and settles the stops.</summary>
    void Sweep();
}

/// <summary>The product under a timeline: the cast is there, and each deed is a command.</summary>
public sealed class Product : ISubject
{
    private static readonly PreparedPayload[] Payloads = [.. Enumerable.Range(0, 3).Select(i => PreparedPayload.Of(JsonElement.Parse($$"""{"body":"payload {{i}}"}""")))];

    private readonly IDoor _door;
    private readonly IReadOnlyList<PlainRule>[] _policies;
    private readonly Action<int, bool> _tellRisk;
    private readonly Moment _start;
    private readonly PersonActor _admin;
    private readonly AgentId _agent;
    private readonly KeyActor _key;
    private readonly string _name;
    private readonly List<PersonActor> _people = [];
    private readonly List<SessionId> _sessions = [];
    private readonly List<ActionId> _actions = [];
    private readonly List<int> _sessionOf = [];
    private readonly List<BurstId> _bursts = [];
    private int _version;
    private int _steps;

    /// <param name="tellRisk">Told, for each approve of a timeline, whether an edit was at high or critical risk: the model takes that as given.</param>
    public Product(IDoor door, IReadOnlyList<PlainRule>[] policies, Action<int, bool> tellRisk)
    {
        (_door, _policies, _tellRisk, _start) = (door, policies, tellRisk, door.Now);
        _name = Guid.NewGuid().ToString("N");
        Do(new OpenLedger());
        _admin = new(Do(new AddPerson(new SystemActor("setup"), "root@example.com", "Root", Roles.Administrator, [], null)).Person.Id);
        foreach (var person in Cast.People)
            _people.Add(new(Do(new AddPerson(_admin, person.Email, person.Name, RolesOf(person), person.Group is { } g ? [g] : [], null)).Person.Id));
        Do(new PutCatalogue(_admin, 0, [new("forum.read", "Read", 0, true), new("forum.post", "Post", 80, false)]));
        Do(new PutPolicy(_admin, _version++, [.. policies[0].Select(r => r.ToProduct(_start))], null));
        _agent = Do(new RegisterAgent(_admin, "agent", "Agent", "owner@example.com", ["*"], [],
            new(Cast.MaxPending, 10_000, Cast.MaxSessions, Cast.SessionSeconds, Cast.MaxSessionSeconds), new())).Id;
        Do(new PutPermissions(_admin, _agent, 0, [.. Cast.Permitted.Select(p => new Permission(p, "*", null, null))]));
        _key = new(Do(new MakeAgentKey(_admin, _agent, "key", Secret("key"))).Id);
    }

    public int Sessions => _sessions.Count;

    public int Actions => _actions.Count;

    public int Bursts => _bursts.Count;

    public IReadOnlyList<ActionId> ActionIds => _actions;

    public long Now => _door.Now.Milliseconds - _start.Milliseconds;

    public bool IsActive(int session) => _door.SessionOf(_sessions[session]).Status == SessionStatus.Active;

    public int SessionOf(int action) => _sessionOf[action];

    public string StatusOf(int action) => Lower(_door.ActionOf(_actions[action]).Status);

    public IReadOnlyList<int> ApproversOf(int action) => [.. _door.ActionOf(_actions[action]).Approvals.Select(a => Index(a.Person)!.Value)];

    public long? DueOf(int action) => Offset(_door.ActionOf(_actions[action]).DueAt);

    public void Pass(long milliseconds) => _door.Now = new(_door.Now.Milliseconds + milliseconds);

    public void Sweep() => _door.Sweep();

    public string Open(string onBehalfOf)
    {
        var opened = _door.Try(new OpenSession(_key, Secret($"session {_sessions.Count}"), onBehalfOf, null, null));
        if (opened.Refusal is null)
            _sessions.Add(opened.Value!.Session.Id);
        return Code(opened);
    }

    public string End(int session) => Code(_door.Try(new EndSession(Of(session))));

    public string Renew(int session) => Code(_door.Try(new RenewSession(_key, _sessions[session])));

    public string Compact(int session) => Code(_door.Try(new MarkCompacted(Of(session))));

    public string Submit(int session, string type, int resource, int payload, string? directedBy, int? key)
    {
        var submitted = _door.Try(new Submit
        {
            Actor = Of(session),
            Type = type,
            Resource = $"resource {resource}",
            Summary = "Something",
            Payload = Payloads[payload],
            DirectedBy = directedBy,
            Key = key is null ? null : new(Secret($"{session} {key}").Hex, $"{type} {resource} {payload} {directedBy}"),
        });
        if (submitted.Refusal is null && !submitted.Value!.Replayed)
        {
            _actions.Add(submitted.Value.Action.Id);
            _sessionOf.Add(session);
            if (submitted.Value.Action.Burst is { } burst && !_bursts.Contains(burst))
                _bursts.Add(burst);
        }

        return Code(submitted);
    }

    public string Approve(int person, int action, int? seen, int? edit)
    {
        _steps++;
        var before = _door.ActionOf(_actions[action]);
        var digest = seen is { } other ? Payloads[other].Digest : before.PayloadDigest;
        var approved = _door.Try(new Approve(_people[person], before.Id, digest, null, edit is { } payload ? Payloads[payload] : null));
        if (approved.Refusal is null)
            _tellRisk(_steps, before.Risk.Level >= RiskLevel.High || approved.Value!.Action.Risk.Level >= RiskLevel.High);
        return Code(approved);
    }

    public string Deny(int person, int action) => Code(_door.Try(new Deny(_people[person], _actions[action], "No.")));

    public string DenyBurst(int person, int burst)
    {
        var members = MembersOf(_bursts[burst]).Select(a => a.Sequence).ToList();
        var denied = _door.Try(new DenyBurst(_people[person], _bursts[burst], "None of it.", members));
        if (denied.Refusal is null)
            _door.Try(new DenyMembers(_bursts[burst], members, IsLast: true)).Require();
        return Code(denied);
    }

    public string TakeBack(int person, int action) => Code(_door.Try(new TakeBack(_people[person], _actions[action])));

    public string Extend(int person, int action, int seconds) => Code(_door.Try(new Extend(_people[person], _actions[action], seconds, "More time.")));

    public string Look(int person, int action) => Code(_door.Try(new View(_people[person], _actions[action])));

    public string Say(int session, int? person, int action) => Code(_door.Try(new SendMessage(person is { } p ? _people[p] : Of(session), _actions[action], "Why?")));

    public string Withdraw(int session, int action) => Code(_door.Try(new Withdraw(Of(session), _actions[action])));

    public string Redeem(int session, int action, int? key) =>
        Code(_door.Try(new Redeem(Of(session), _actions[action], key is null ? null : new(Secret($"{action} {key}").Hex, "body"))));

    public string Result(int session, int action, bool succeeded) =>
        Code(_door.Try(new ReportResult(Of(session), _actions[action], succeeded ? Outcome.Succeeded : Outcome.Failed, null)));

    public string Direct(int person, int action, bool confirmed) => Code(_door.Try(new ConfirmDirection(_people[person], _actions[action], confirmed)));

    public string Stop(int? session) => Code(_door.Try(session switch
    {
        null => new OrderStop(_admin, StopScope.Agent, _agent.Value, null),
        -1 => new OrderStop(_admin, StopScope.Everything, null, null),
        { } one => new OrderStop(_admin, StopScope.Session, _sessions[one].Value, null),
    }));

    public string Resume(bool everything) => Code(_door.Try(new Resume(_admin, everything ? null : _agent, null)));

    public string Activate(int person, bool active) => Code(_door.Try(new ChangePerson(_admin, _people[person].Person, null, null, null, null, active)));

    public string Demote(int person, bool back)
    {
        var roles = RolesOf(Cast.People[person]);
        return Code(_door.Try(new ChangePerson(_admin, _people[person].Person, null, null, back ? roles : roles & ~Roles.Reviewer, null, null)));
    }

    public string PutPolicy(int policy) =>
        Code(_door.Try(new PutPolicy(_admin, _version++, [.. _policies[policy % _policies.Length].Select(r => r.ToProduct(_start))], null)));

    public IEnumerable<string> View()
    {
        yield return $"agent stopped {_door.AgentOf(_agent).StoppedBy is not null}, everything {_door.IsEverythingStopped}";
        for (var i = 0; i < _sessions.Count; i++)
        {
            var s = _door.SessionOf(_sessions[i]);
            yield return $"session {i} {Lower(s.Status)} for {s.OnBehalfOf} until {Offset(s.ExpiresAt)} ended {Offset(s.EndedAt)} compacted {s.Compacted}";
        }

        for (var i = 0; i < _actions.Count; i++)
            yield return $"action {i} {Show(_door.ActionOf(_actions[i]))}";
        for (var i = 0; i < _bursts.Count; i++)
        {
            var burst = _door.BurstOf(_bursts[i]);
            var members = MembersOf(burst.Id).ToList();
            var extent = new BurstExtent(members.Count, members[0].SubmittedAt, members[^1].SubmittedAt);
            yield return $"burst {i} {extent.Count} x {burst.Type} from {Offset(extent.FirstAt)} to {Offset(extent.LastAt)} open {extent.IsOpen(burst, _door.Now)} denied {Index(burst.Denial?.Person)}";
        }
    }

    private IEnumerable<ActionState> MembersOf(BurstId burst) => _actions.Select(_door.ActionOf).Where(a => a.Burst == burst);

    private string Show(ActionState a)
    {
        var requires = string.Join(" | ", a.Verdict.Requires.Alternatives.Select(parts => string.Join(" + ", parts.Select(p => $"{p.Count} {p.From}").Order())).Distinct().Order());
        var open = a.Status.IsWaiting()
            ? $"release {Offset(a.ReleaseAt)} permit {Offset(a.PermitExpiresAt)} window {Offset(a.ConfirmationEndsAt)} expires {Offset(a.ExpiresAt)} {Lower(a.Verdict.Mode)} of '{a.Verdict.RuleName}' needs {requires} second {a.Verdict.SecondPerson}"
            : $"ended {Offset(a.EndedAt)} until {(a.Status == ActionStatus.Executing ? Offset(a.ExecuteUntil) : null)}";
        var payload = Array.FindIndex(Payloads, p => p.Digest == a.PayloadDigest);
        return $"{Lower(a.Status)} payload {payload} policy {a.Verdict.PolicyVersion} directed {Lower(a.Directed)} edited {a.Edited} extended {a.Extension?.Times ?? 0} said {a.Conversation?.Count ?? 0} {a.Conversation?.AgentSpokeLast == true} approved by {string.Join(",", a.Approvals.Select(p => Index(p.Person)))} "
            + $"denied {a.Denial?.Code} {Index(a.Denial?.Person)} outcome {(a.Outcome is { } o ? Lower(o) : null)} burst {(a.Burst is { } burst ? _bursts.IndexOf(burst) : null)} {open}";
    }

    private int? Index(PersonId? person) => person is null ? null : _people.FindIndex(p => p.Person == person);

    private long? Offset(Moment? at) => at is { } m ? m.Milliseconds - _start.Milliseconds : null;

    private SessionActor Of(int session) => new(_sessions[session]);

    private SecretHash Secret(string of) => SecretHash.Of($"{_name} {of}");

    private T Do<T>(Command<T> command) => _door.Try(command).Require();

    private static Roles RolesOf(Member person) => person.Roles.Split(' ', StringSplitOptions.RemoveEmptyEntries).Aggregate(Roles.None, (all, r) => all | Enum.Parse<Roles>(r));

    private static string Lower<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string Code<T>(Result<T> result) => result.Refusal?.Code ?? "ok";
}
