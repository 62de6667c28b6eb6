using System.Collections.Immutable;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Risk;

namespace AgentApprovals.Seeding;

/// <summary>The counters that the ledger would have moved with what is seeded, by the ledger's own rules.</summary>
internal sealed class SeedTallies
{
    private readonly Dictionary<long, SortedDictionary<int, Dictionary<string, int>>> _agents = [];
    private readonly Dictionary<(int Day, string Name), long> _fleet = [];
    private readonly Dictionary<long, Moment> _seen = [];
    private readonly List<DecisionFact> _facts = [];

    public void Move(string kind, ActionState? before, ActionState after, Moment at)
    {
        foreach (var (name, by, whose) in Counters.Of(kind, before, after, at, after.Type))
        {
            if (whose != Whose.Agent)
                Fleet(at, name, by);
            if (whose == Whose.Fleet)
                continue;
            if (!_agents.TryGetValue(after.AgentSequence, out var days))
                _agents[after.AgentSequence] = days = [];
            if (!days.TryGetValue(at.Day, out var counts))
                days[at.Day] = counts = [];
            counts[name] = counts.GetValueOrDefault(name) + by;
        }

        _facts.AddRange(DecisionFact.Of(0, kind, before, after, at));
        if (before is null)
            _seen[after.AgentSequence] = new(Math.Max(_seen.GetValueOrDefault(after.AgentSequence).Milliseconds, at.Milliseconds / 60_000 * 60_000));
    }

    public void Fleet(Moment at, string name, int by = 1) => _fleet[(at.Day, name)] = _fleet.GetValueOrDefault((at.Day, name)) + by;

    public void Write(SeedWriter to, IEnumerable<AgentState> agents, Moment now)
    {
        foreach (var agent in agents)
        {
            var days = _agents.TryGetValue(agent.Sequence, out var known)
                ? known.Select(d => new AgentDay(agent.Sequence, d.Key, d.Value.ToImmutableSortedDictionary())).ToList()
                : [];
            foreach (var day in days)
                to.Write(new AgentDayRow { AgentSequence = agent.Sequence, Day = day.Day, Counts = day.Counts });
            var recent = days.Where(d => d.Day > now.Day - RiskScoring.RecordDays).ToList();
            to.Write(StandingRow.Of(AgentStanding.Of(agent, recent, Exposure.Of(agent, recent, Catalogue.BuiltIn, now), Catalogue.BuiltIn,
                _seen.TryGetValue(agent.Sequence, out var seen) ? seen : null, now)));
            foreach (var word in AgentWords.Of(agent))
                to.Write(new AgentWordRow { AgentSequence = agent.Sequence, Word = word });
        }

        // As if each were an entry's: they come in the order of time.
        foreach (var fact in _facts.OrderBy(f => f.At))
            to.Write(fact with { Sequence = to.Next(), Nth = 0 });
        foreach (var ((day, name), count) in _fleet)
            to.Write(new FleetCountRow { Day = day, Name = name, Count = count });
    }
}
