using AgentApprovals.Domain.Actions;

namespace AgentApprovals.Domain.Agents;

/// <summary>An action that is not settled, as far as limits need it.</summary>
public readonly record struct OpenAction(long Sequence, long Session, ActionStatus Status, Moment? DueAt, string Type, Moment SubmittedAt);

/// <summary>An agent's actions that are not settled, and how many of each session wait for a person.</summary>
internal sealed class OpenActions
{
    private readonly Dictionary<long, OpenAction> _open = [];
    private readonly Dictionary<long, int> _pendingOfSession = [];
    private readonly PriorityQueue<long, Moment> _expiries = new();

    /// <summary>Those that wait for a person, in sessions that <paramref name="isActive"/>. What has expired by now is let go.</summary>
    public int Pending(Moment now, Func<long, bool> isActive)
    {
        while (_expiries.TryPeek(out var sequence, out var due) && due <= now)
        {
            _expiries.Dequeue();
            if (!_open.TryGetValue(sequence, out var open) || open.Status != ActionStatus.Pending)
                continue;
            if (open.DueAt > now)
                _expiries.Enqueue(sequence, open.DueAt.Value);
            else
                Remove(sequence);
        }

        return _pendingOfSession.Sum(p => isActive(p.Key) ? p.Value : 0);
    }

    /// <summary>What waits of a type and was submitted after a moment, oldest first.</summary>
    public IEnumerable<long> WaitingSince(string type, Moment after) => _open.Values
        .Where(o => o.Type == type && o.Status is ActionStatus.Pending or ActionStatus.Approved && o.SubmittedAt > after)
        .Select(o => o.Sequence).Order();

    public void Put(OpenAction open)
    {
        _open[open.Sequence] = open;
        if (open.Status != ActionStatus.Pending)
            return;
        _pendingOfSession[open.Session] = _pendingOfSession.GetValueOrDefault(open.Session) + 1;
        _expiries.Enqueue(open.Sequence, open.DueAt!.Value);
    }

    public void Remove(long sequence)
    {
        if (!_open.Remove(sequence, out var open) || open.Status != ActionStatus.Pending)
            return;
        var left = _pendingOfSession[open.Session] - 1;
        if (left == 0)
            _pendingOfSession.Remove(open.Session);
        else
            _pendingOfSession[open.Session] = left;
    }
}
