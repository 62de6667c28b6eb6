using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Data.Ledger;

/// <summary>Who waits for which actions and sessions.</summary>
internal sealed class FeedWatches
{
    private readonly Dictionary<Guid, List<FeedWatch>> _actions = [];
    private readonly Dictionary<Guid, List<FeedWatch>> _sessions = [];

    public int Count
    {
        get
        {
            lock (_actions)
                return _actions.Count;
        }
    }

    public FeedWatch OfActions(params Guid[] ids) => Watch(_actions, ids);

    public FeedWatch OfSession(Guid id) => Watch(_sessions, id);

    public void Wake(IReadOnlyList<Entry> entries)
    {
        lock (_actions)
        {
            if (_actions.Count + _sessions.Count == 0)
                return;
            foreach (var entry in entries)
            {
                var (action, session) = (entry.Subject.Action?.Value, entry.Subject.Session?.Value);
                if ((action ?? session) is { } id && _actions.TryGetValue(id, out var watching))
                    watching.ForEach(w => w.Wake());
                if (session is { } of && _sessions.TryGetValue(of, out watching))
                    watching.ForEach(w => w.Wake());
                else if (session is null && entry.Kind == Kinds.StopOrdered)
                    _sessions.Values.SelectMany(w => w).ToList().ForEach(w => w.Wake());
            }
        }
    }

    private FeedWatch Watch(Dictionary<Guid, List<FeedWatch>> among, params Guid[] ids)
    {
        var watch = new FeedWatch(w => Unwatch(among, ids, w));
        lock (_actions)
        {
            foreach (var id in ids)
            {
                if (!among.TryGetValue(id, out var watching))
                    among[id] = watching = [];
                watching.Add(watch);
            }
        }

        return watch;
    }

    private void Unwatch(Dictionary<Guid, List<FeedWatch>> among, Guid[] ids, FeedWatch watch)
    {
        lock (_actions)
        {
            foreach (var id in ids)
            {
                if (among.TryGetValue(id, out var watching) && watching.Remove(watch) && watching.Count == 0)
                    among.Remove(id);
            }
        }
    }
}
