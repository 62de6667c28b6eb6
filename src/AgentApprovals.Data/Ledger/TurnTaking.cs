namespace AgentApprovals.Data.Ledger;

/// <summary>
/// Commands in the order of turns: of people and the console first, as they came, up to half of what is taken at once; then one of
/// each agent that has any, round and round. An agent's own keep their order. None may fill more than a quarter of the room.
/// </summary>
/// <param name="room">How many may wait in all.</param>
internal sealed class TurnTaking(int room)
{
    private readonly Lock _lock = new();
    private readonly Queue<Pending> _people = new();
    private readonly Dictionary<long, Queue<Pending>> _agents = [];

    /// <summary>Agents that have something, in the order of their turns.</summary>
    private readonly Queue<long> _turns = new();

    public int Count { get; private set; }

    /// <summary>False where there is no room, or the agent has filled its part of it.</summary>
    public bool TryAdd(Pending pending)
    {
        lock (_lock)
        {
            if (Count >= room)
                return false;
            if (pending.Command.Sender is not { } agent)
                _people.Enqueue(pending);
            else if (!TryAdd(agent, pending))
                return false;
            Count++;
            return true;
        }
    }

    /// <summary>Takes until <paramref name="taken"/> has so many, or those taken now carry so many bytes.</summary>
    public void TakeInto(List<Pending> taken, int most, int mostBytes)
    {
        lock (_lock)
        {
            var bytes = 0;
            var half = taken.Count + ((most - taken.Count) / 2);
            while (taken.Count < half && bytes < mostBytes && _people.TryDequeue(out var first))
                Take(first);
            while (taken.Count < most && bytes < mostBytes && NextAgent() is { } next)
                Take(next);
            while (taken.Count < most && bytes < mostBytes && _people.TryDequeue(out var more))
                Take(more);

            void Take(Pending pending)
            {
                taken.Add(pending);
                bytes += pending.Command.Size;
                Count--;
            }
        }
    }

    private bool TryAdd(long agent, Pending pending)
    {
        if (!_agents.TryGetValue(agent, out var waiting))
        {
            _agents[agent] = waiting = new();
            _turns.Enqueue(agent);
        }

        // In the smallest room there is still a place for one.
        if (waiting.Count >= Math.Max(1, room / 4))
            return false;
        waiting.Enqueue(pending);
        return true;
    }

    private Pending? NextAgent()
    {
        if (!_turns.TryDequeue(out var agent))
            return null;
        var waiting = _agents[agent];
        var next = waiting.Dequeue();
        if (waiting.Count == 0)
            _agents.Remove(agent);
        else
            _turns.Enqueue(agent);
        return next;
    }
}
