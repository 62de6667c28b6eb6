using System.Globalization;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;

namespace AgentApprovals.Seeding;

/// <summary>
/// Many agents and what they did in the last thirty days, written straight into a database that a console has made: rows and counters as
/// the ledger would have left them, but without their entries, so its chain is not to be checked afterwards.
/// </summary>
public sealed class FleetSeed
{
    private const int Days = 30;
    private static readonly string[] First = ["mail", "forum", "ledger", "travel", "build", "support", "billing", "deploy", "hiring", "stock"];
    private static readonly string[] Second = ["sorter", "helper", "clerk", "planner", "runner", "writer", "watcher", "reader"];
    private static readonly string[] Teams = ["north", "south", "platform", "finance", "people", "research", "sales", "legal"];
    private static readonly string[] Permitted = ["forum.*", "email.*", "wiki.edit", "calendar.invite", "code.*", "payment.refund", "file.delete", "command.run"];

    private readonly Random _random = new(20261125);
    private readonly SeedTallies _tallies = new();
    private readonly SeedWriter _to;
    private readonly SeedActions _actions;
    private readonly Moment _now;

    private FleetSeed(SeedWriter to, Moment now)
    {
        (_to, _now) = (to, now);
        _actions = new(_random, _tallies, now);
    }

    /// <param name="file">A database of the present schema that nobody has open.</param>
    public static void Run(string file, IReadOnlyDictionary<Type, TableMap> tables, int agents, int actions, Moment now)
    {
        using var writer = new SeedWriter(file, tables);
        new FleetSeed(writer, now).Write(agents, actions);
    }

    private void Write(int count, int actions)
    {
        var people = Enumerable.Range(0, 12).Select(WritePerson).ToList();
        var agents = Enumerable.Range(0, count).Select(WriteAgent).ToList();
        // Few agents do most: the share of each falls with the cube of its place.
        var perAgent = new int[count];
        for (var i = 0; i < actions; i++)
            perAgent[(int)(count * Math.Pow(_random.NextDouble(), 3))]++;
        for (var i = 0; i < count; i++)
        {
            foreach (var ofDay in Enumerable.Range(0, perAgent[i]).GroupBy(_ => Math.Min(_random.Next(Days), _random.Next(Days))))
                WriteRun(agents[i], _now.Day - ofDay.Key, ofDay.Count(), people);
        }

        _tallies.Write(_to, agents, _now);
        _to.Finish();
    }

    private PersonState WritePerson(int i)
    {
        var person = new PersonState
        {
            Sequence = _to.Next(),
            Id = new(_to.Id(_now)),
            Email = $"reviewer{i}@example.com",
            EmailKey = $"reviewer{i}@example.com",
            DisplayName = $"Reviewer {i}",
            Roles = Roles.Reviewer,
            Groups = [],
            CreatedAt = Ago(Days),
        };
        _to.Write(person);
        return person;
    }

    private AgentState WriteAgent(int i)
    {
        var made = Ago(_random.Next(Days, 400), _random.Next(86_400));
        var (first, second) = (First[_random.Next(First.Length)], Second[_random.Next(Second.Length)]);
        var agent = new AgentState
        {
            Sequence = _to.Next(),
            Id = new(_to.Id(made)),
            Name = string.Create(CultureInfo.InvariantCulture, $"{first}-{second}-{i:000000}"),
            DisplayName = $"{char.ToUpperInvariant(first[0])}{first[1..]} {second} {i}",
            Owner = $"owner{_random.Next(500)}@example.com",
            ActsFor = _random.Next(10) == 0 ? ["*"] : [],
            Labels = [$"team:{Teams[_random.Next(Teams.Length)]}"],
            Limits = new(),
            Permissions = [.. Enumerable.Range(0, 1 + _random.Next(4)).Select(_ => Permitted[_random.Next(Permitted.Length)]).Distinct().Select(t => new Permission(t, "*", null, null))],
            PermissionsVersion = 1,
            RequiresRunner = _random.Next(3) == 0,
            Retired = _random.Next(50) == 0,
            CreatedAt = made,
        };
        _tallies.Fleet(made, Counters.AgentsRegistered);
        if (!agent.Retired && _random.Next(100) == 0)
            agent = agent with { StoppedBy = WriteStop(agent) };
        _to.Write(agent);
        return agent;
    }

    private long WriteStop(AgentState agent)
    {
        var (at, sequence, after) = (Ago(_random.Next(1, Days)), _to.Next(), _random.Next(3, 400));
        var stop = new StopState
        {
            Sequence = sequence,
            Id = new(_to.Id(at)),
            Scope = StopScope.Agent,
            TargetSequence = agent.Sequence,
            TargetId = agent.Id.Value,
            TargetName = agent.Name,
            By = ActorStamp.System("seed"),
            At = at,
            Layers = [new("console", LayerState.Confirmed, 3, ""), new("live", LayerState.Confirmed, after, "")],
            Settled = true,
        };
        _to.Write(stop);
        _tallies.Fleet(at, Counters.Stops);
        _tallies.Fleet(at, Counters.Contained + Durations.BucketOf(TimeSpan.FromMilliseconds(after)).ToString("00", CultureInfo.InvariantCulture));
        return sequence;
    }

    private void WriteRun(AgentState agent, int day, int count, List<PersonState> people)
    {
        var started = new Moment((day * 86_400_000L) + _random.Next(3_600_000));
        var session = new SessionState
        {
            Sequence = _to.Next(),
            Id = new(_to.Id(started)),
            AgentSequence = agent.Sequence,
            KeySequence = 0,
            TokenHash = SecretHash.Of($"seed {_to.Sequence}"),
            OnBehalfOf = agent.Owner,
            StartedAt = started,
            ExpiresAt = started.PlusSeconds(86_400),
            Status = SessionStatus.Ended,
            EndedAt = started.PlusSeconds(82_000),
        };
        _to.Write(session);
        for (var i = 0; i < count; i++)
            _to.Write(_actions.One(agent, session, _to.Next(), _to.Id(started), started.PlusSeconds(_random.Next(70_000)), people[_random.Next(people.Count)]));
    }

    private Moment Ago(int days, int seconds = 0) => _now.PlusSeconds(-((days * 86_400L) + seconds));
}
