using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Bursts;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Agents;

/// <summary>The desks of the agents that a batch touches; see <see cref="Desk"/>.</summary>
/// <param name="texts">What policies say that a new agent's desk keeps count of.</param>
public sealed class Desks(Texts texts)
{
    private readonly Dictionary<long, Desk> _desks = [];
    private readonly HashSet<Desk> _changed = [];

    public int Count => _desks.Count;

    public bool Knows(long agentSequence) => _desks.ContainsKey(agentSequence);

    public Desk Get(long agentSequence) => _desks.TryGetValue(agentSequence, out var desk)
        ? desk
        : throw new InvalidOperationException($"The desk of agent {agentSequence} was not loaded.");

    public void Load(Desk desk) => _desks[desk.AgentSequence] = desk;

    public IEnumerable<AgentDay> ChangedDays => _changed.SelectMany(d => d.ChangedDays);

    public void Settle()
    {
        foreach (var desk in _changed)
            desk.Settle();
        _changed.Clear();
    }

    public void Clear()
    {
        _desks.Clear();
        _changed.Clear();
    }

    internal void Note(string kind, IRow? before, IRow after, Moment now)
    {
        if (after is ActionState action)
        {
            var desk = Get(action.AgentSequence);
            desk.Note(kind, before as ActionState, action, now);
            _changed.Add(desk);
        }
        else if (kind == Kinds.BurstOpened && after is BurstState burst)
        {
            var desk = Get(burst.AgentSequence);
            desk.NoteBurst(burst, now);
            _changed.Add(desk);
        }
        else if (kind == Kinds.SessionStopped && after is SessionState session)
        {
            var desk = Get(session.AgentSequence);
            desk.NoteStop(now);
            _changed.Add(desk);
        }
        else if (after is AgentState agent && before is null)
            _desks.Add(agent.Sequence, Desk.Of(agent.Sequence, texts));
    }
}
