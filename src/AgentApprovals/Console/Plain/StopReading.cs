using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Security;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Console.Plain;

/// <summary>
/// Reads what the stop page shows. A count or a list that can't be read, or not in time, leaves the page poorer and the button
/// where it is: what may be stopped is judged when it is pressed.
/// </summary>
internal sealed partial class StopReading(Reader reader, AgentLists lists, Roster roster, Exposures exposures, TimeProvider time, ILogger<StopReading> log)
{
    private const int MostAgents = 20;
    private static readonly HashSet<AgentStatus> NotRetired = [AgentStatus.Active, AgentStatus.Stopped];

    // For the whole page: who waits longer for a number would rather have the button.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>Null where there is no such agent or session, or the person may not know of it.</summary>
    public async Task<StopModel?> ReadAsync(PersonState person, string address, Guid? agent, Guid? session, string? search)
    {
        var reading = new Reading(time.GetTimestamp());
        var choices = new List<StopChoice>();
        var isList = agent is null && session is null;
        var isMore = false;
        if (isList)
        {
            (var listed, isMore) = await ListAsync(reading, person, search);
            choices.AddRange(listed);
        }
        else if (await TryAsync(reading, () => AskedAsync(reading, person, agent, session), Unread(agent, session)) is { } asked)
        {
            choices.AddRange(asked);
        }
        else
        {
            return null;
        }

        if (person.Has(Caller.Seers))
            choices.Add(await EverythingAsync(reading));
        var only = choices.Where(c => c.Target.Scope != StopScope.Everything).ToList();
        return new()
        {
            Address = address,
            Choices = choices,
            Chosen = !isList || only.Count == 1 ? choices[0].Target : null,
            IsList = isList,
            Search = search,
            IsMore = isMore,
            IsPartial = reading.IsPartial,
        };
    }

    private sealed class Reading(long began)
    {
        public long Began => began;

        public bool IsPartial { get; set; }
    }

    private static List<StopChoice> Unread(Guid? agent, Guid? session) =>
    [
        .. agent is null ? [] : new[] { new StopChoice(new(StopScope.Agent, agent)) },
        .. session is null ? [] : new[] { new StopChoice(new(StopScope.Session, session)) },
    ];

    private async Task<List<StopChoice>?> AskedAsync(Reading reading, PersonState person, Guid? agentId, Guid? sessionId)
    {
        var session = sessionId is { } s ? await reader.SessionAsync(new(s)) : null;
        if (sessionId is not null && (session is null || !person.MaySee(session.Session, session.Agent) || (agentId is { } a && a != session.Agent.Id.Value)))
            return null;
        var agent = session?.Agent ?? await reader.LookAsync(db => db.Agents.SingleOrDefaultAsync(x => x.Id == new AgentId(agentId!.Value)));
        if (agent is null || (session is null && !person.MaySee(agent)))
            return null;
        // An agent with one session: that one alone can be stopped too.
        if (session is null && (await reader.SessionsAsync(v => v.Session.Status == SessionStatus.Active, agent.Id, null, 2)).Items is [var only])
            session = only;
        var choices = new List<StopChoice>();
        if (person.MaySee(agent))
            choices.Add(await OfAgentAsync(reading, agent));
        if (session is not null)
            choices.Add(await OfSessionAsync(reading, session));
        // The same numbers twice would tell nothing.
        return choices is [{ Exposure.Sessions: 1 } whole, var part] && whole.Exposure == part.Exposure ? [whole, part with { Exposure = null }] : choices;
    }

    private async Task<StopChoice> OfAgentAsync(Reading reading, AgentState agent) => new StopChoice(new(StopScope.Agent, agent.Id.Value))
    {
        Agent = agent,
        Exposure = await TryAsync(reading, async () => (Exposure?)(await exposures.OfAgentsAsync([agent.Sequence]))[agent.Sequence], null),
        StoppedBy = await StopAsync(reading, agent.StoppedBy),
    };

    private async Task<StopChoice> OfSessionAsync(Reading reading, SessionView view) => new StopChoice(new(StopScope.Session, view.Session.Id.Value))
    {
        Agent = view.Agent,
        Session = view.Session,
        For = roster.PersonByEmail(view.Session.OnBehalfOf)?.DisplayName ?? view.Session.OnBehalfOf,
        Exposure = await TryAsync(reading, async () => (Exposure?)await exposures.OfSessionAsync(view.Session.Sequence), null),
        StoppedBy = view.Session.Status == SessionStatus.Stopped ? await StopAsync(reading, view.Session.StoppedBy) : null,
    };

    private async Task<StopChoice> EverythingAsync(Reading reading) => new StopChoice(new(StopScope.Everything, null))
    {
        Exposure = await TryAsync(reading, async () => (Exposure?)await exposures.OfEverythingAsync(), null),
        StoppedBy = await StopAsync(reading, (await TryAsync(reading, () => reader.LookAsync(db => db.Consoles.SingleOrDefaultAsync()), null))?.StoppedBy),
    };

    private async Task<StopId?> StopAsync(Reading reading, long? sequence) => sequence is not { } s ? null
        : await TryAsync(reading, () => reader.LookAsync(db => db.Stops.Where(x => x.Sequence == s).Select(x => (StopId?)x.Id).SingleOrDefaultAsync()), null);

    /// <summary>Agents at work, most waiting first; or those that a search finds.</summary>
    private async Task<(IReadOnlyList<StopChoice> Choices, bool IsMore)> ListAsync(Reading reading, PersonState person, string? search)
    {
        var isSeer = person.Has(Caller.Seers);
        var busy = search is not null ? [] : await TryAsync(reading, () => BusyAsync(isSeer ? null : person.Email), []);
        // Whoever has no role finds theirs at rest, too, and whoever has one finds them by name.
        var others = busy.Count > MostAgents && isSeer
            ? []
            : (await TryAsync(reading, () => lists.PageAsync(new(search, NotRetired), person, null, MostAgents + 1), new([], null))).Items.Select(l => l.Agent);
        var agents = busy.Concat(others).DistinctBy(a => a.Sequence).ToList();
        var counts = await TryAsync(reading, () => exposures.OfAgentsAsync([.. agents.Select(a => a.Sequence)]), new Dictionary<long, Exposure>());
        var choices = agents.Where(a => a.StoppedBy is null && person.MaySee(a))
            .Select(a => new StopChoice(new(StopScope.Agent, a.Id.Value)) { Agent = a, Exposure = counts.GetValueOrDefault(a.Sequence) }).ToList();
        if (!isSeer)
            choices.AddRange(await TryAsync(reading, () => OwnSessionsAsync(reading, person, agents), []));
        var ordered = choices.OrderByDescending(c => c.Exposure is { } e ? e.Waiting + e.Released + e.Executing : 0)
            .ThenByDescending(c => c.Exposure?.Sessions).ThenBy(c => c.Agent!.Name, StringComparer.Ordinal).ToList();
        return ([.. ordered.Take(MostAgents)], ordered.Count > MostAgents);
    }

    private async Task<IReadOnlyList<AgentState>> BusyAsync(string? onBehalfOf)
    {
        var busiest = await exposures.BusiestAsync(MostAgents + 1, onBehalfOf);
        return await reader.LookAsync(db => db.Agents.Where(a => busiest.Contains(a.Sequence)).ToListAsync());
    }

    /// <summary>Sessions on the person's behalf, of agents that are otherwise not theirs.</summary>
    private async Task<IReadOnlyList<StopChoice>> OwnSessionsAsync(Reading reading, PersonState person, IReadOnlyList<AgentState> agents)
    {
        var choices = new List<StopChoice>();
        foreach (var agent in agents.Where(a => !person.MaySee(a)))
        {
            var sessions = await reader.SessionsAsync(v => v.Session.Status == SessionStatus.Active && person.MaySee(v.Session, v.Agent), agent.Id, null, MostAgents);
            foreach (var session in sessions.Items)
                choices.Add(await OfSessionAsync(reading, session));
        }

        return choices;
    }

    private async Task<T> TryAsync<T>(Reading reading, Func<Task<T>> read, T fallback)
    {
        try
        {
            var left = Patience - time.GetElapsedTime(reading.Began);
            return await read().WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        }
        catch (Exception e)
        {
            Log.Unread(log, e);
            reading.IsPartial = true;
            return fallback;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1412, LogLevel.Warning, "The stop page could not read what it shows; it is served without")]
        public static partial void Unread(ILogger logger, Exception exception);
    }
}
