using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Stops;

namespace AgentApprovals.Domain.Agents;

/// <summary>By how much a counter of all agents together moved on a UTC day.</summary>
public readonly record struct FleetCount(int Day, string Name, int By);

/// <summary>
/// What a batch adds to the counters of all agents together. Only what is added, never what they stand at: so a batch writes one row for
/// each counter that it moves, however many submissions it holds, and reads none.
/// </summary>
public sealed class Fleet
{
    private readonly Dictionary<(int Day, string Name), int> _moved = [];
    private readonly List<DecisionFact> _facts = [];

    /// <summary>Since <see cref="Settle"/>.</summary>
    public IEnumerable<FleetCount> Moved => _moved.Select(m => new FleetCount(m.Key.Day, m.Key.Name, m.Value));

    /// <summary>What people's decisions since then add to the lists behind the figures.</summary>
    public IReadOnlyList<DecisionFact> Facts => _facts;

    public void Settle()
    {
        _moved.Clear();
        _facts.Clear();
    }

    /// <param name="entry">The entry's sequence.</param>
    internal void Note(long entry, string kind, IRow? before, IRow after, IReadOnlyList<Count> moved, Moment now)
    {
        foreach (var (name, by, whose) in moved)
        {
            if (whose != Whose.Agent)
                Add(now, name, by);
        }

        _facts.AddRange(DecisionFact.Of(entry, kind, before, after, now));
        if (kind == Kinds.AgentRegistered)
            Add(now, Counters.AgentsRegistered, 1);
        else if (kind == Kinds.StopOrdered)
            Add(now, Counters.Stops, 1);
        else if (after is StopState stop && stop.ContainedAfter is { } contained && (before as StopState)?.ContainedAfter is null)
            Add(now, Counters.Contained + Counters.Two(Durations.BucketOf(contained)), 1);
    }

    private void Add(Moment now, string name, int by) => _moved[(now.Day, name)] = _moved.GetValueOrDefault((now.Day, name)) + by;
}
