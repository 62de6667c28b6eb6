using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Bursts;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Observations;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Agents;

/// <summary>The desks of the agents that a batch touches; see <see cref="Desk"/>.</summary>
/// <param name="texts">What policies say that a new agent's desk keeps count of.</param>
public sealed class Desks(Texts texts)
{
    private static readonly Count[] SessionCutOff = [new(Counters.SessionsStopped)];
    private static readonly Count[] SessionUnheld = [new(Counters.Unheld)];
    private static readonly Count[] Bypass = [new(Counters.Bypassed)];
    private static readonly Count[] Covered = [new(Counters.Covered)];

    private readonly Dictionary<long, Desk> _desks = [];
    private readonly HashSet<Desk> _changed = [];
    private readonly HashSet<long> _fresh = [];

    public int Count => _desks.Count;

    public bool Knows(long agentSequence) => _desks.ContainsKey(agentSequence);

    public Desk Get(long agentSequence) => _desks.TryGetValue(agentSequence, out var desk)
        ? desk
        : throw new InvalidOperationException($"The desk of agent {agentSequence} was not loaded.");

    public void Load(Desk desk)
    {
        ArgumentNullException.ThrowIfNull(desk);
        _desks[desk.AgentSequence] = desk;
        _fresh.Add(desk.AgentSequence);
    }

    /// <summary>It is read again where it is needed.</summary>
    public void Forget(long agentSequence)
    {
        if (_desks.Remove(agentSequence, out var desk))
            _changed.Remove(desk);
    }

    /// <summary>Those that were read or moved since <see cref="Settle"/> are read again.</summary>
    public void ForgetUnsettled()
    {
        foreach (var agent in _changed.Select(d => d.AgentSequence).Concat(_fresh).ToList())
            Forget(agent);
        _fresh.Clear();
    }

    public IEnumerable<AgentDay> ChangedDays => _changed.SelectMany(d => d.ChangedDays);

    /// <summary>Desks that moved since <see cref="Settle"/>.</summary>
    public IEnumerable<Desk> Changed => _changed;

    public void Settle()
    {
        foreach (var desk in _changed)
            desk.Settle();
        _changed.Clear();
        _fresh.Clear();
    }

    public void Clear()
    {
        _desks.Clear();
        _changed.Clear();
        _fresh.Clear();
    }

    /// <summary>Moves along with an entry; which counters it moves.</summary>
    internal IReadOnlyList<Count> Note(string kind, ActorStamp actor, Subject subject, IRow? before, IRow after, Moment now)
    {
        if (after is AgentState agent && before is null)
            Load(Desk.Of(agent.Sequence, texts));
        if (AgentOf(subject, after) is not { } sequence || (after is ActionState or SessionState or BurstState or ObservationState ? Get(sequence) : _desks.GetValueOrDefault(sequence)) is not { } desk)
            return [];
        _changed.Add(desk);
        if (actor.Kind == "agent")
            desk.See(now);
        if (after is ActionState action)
            return desk.Note(kind, before as ActionState, action, now);
        if (kind == Kinds.BurstOpened && after is BurstState burst)
            desk.NoteBurst(burst, now);
        IReadOnlyList<Count> moved = after is BurstState it ? [.. Counters.Of(kind, it, now)] : kind switch
        {
            Kinds.SessionStopped => SessionCutOff,
            Kinds.SessionStarted when after is SessionState { IsHeld: false } => SessionUnheld,
            Kinds.AgentBypassed => Bypass,
            Kinds.ObservationCovered => Covered,
            _ => [],
        };
        desk.Count(now, moved);
        return moved;
    }

    private static long? AgentOf(Subject subject, IRow after) => after switch
    {
        ActionState action => action.AgentSequence,
        SessionState session => session.AgentSequence,
        AgentState agent => agent.Sequence,
        BurstState burst => burst.AgentSequence,
        ObservationState observation => observation.AgentSequence,
        _ => subject.AgentSequence,
    };
}
