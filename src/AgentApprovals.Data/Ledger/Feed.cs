using System.Runtime.CompilerServices;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Data.Ledger;

/// <summary>
/// The one way out: everybody who is told of something follows the ledger by sequence, from wherever they stand, without a
/// gap. The latest entries are kept in memory; who is further behind reads them from the database. A slow follower slows nobody.
/// </summary>
public sealed class Feed(IDbContextFactory<LedgerContext> contexts)
{
    private const int Kept = 8192;
    private const int Page = 500;

    private readonly Lock _lock = new();
    private readonly Entry?[] _ring = new Entry?[Kept];
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<Guid, List<FeedWatch>> _watches = [];
    private readonly Dictionary<Guid, List<FeedWatch>> _sessions = [];
    private long _position;

    /// <summary>Sequence of the last entry that was told.</summary>
    public long Position => Interlocked.Read(ref _position);

    /// <summary>
    /// Rows that this node's own writer just committed, before anybody is answered: for what must know at once (who is
    /// stopped, which key is gone). Handlers only move memory.
    /// </summary>
    public event Action<IReadOnlyList<(IRow Row, bool IsNew)>>? Committed;

    internal void StartAt(long sequence)
    {
        lock (_lock)
            _position = Math.Max(_position, sequence);
    }

    internal void Publish(IReadOnlyList<Entry> entries, IReadOnlyList<(IRow Row, bool IsNew)> rows)
    {
        Committed?.Invoke(rows);
        Publish(entries);
    }

    /// <summary>Tells entries in order; those told already, or beyond a gap, are left to the next look at the database.</summary>
    internal void Publish(IReadOnlyList<Entry> entries)
    {
        TaskCompletionSource moved;
        lock (_lock)
        {
            foreach (var entry in entries)
            {
                if (entry.Sequence != _position + 1)
                    continue;
                _ring[entry.Sequence % Kept] = entry;
                _position = entry.Sequence;
            }

            moved = _moved;
            _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        moved.TrySetResult();
        Wake(entries);
    }

    private void Wake(IReadOnlyList<Entry> entries)
    {
        lock (_watches)
        {
            if (_watches.Count + _sessions.Count == 0)
                return;
            foreach (var entry in entries)
            {
                var (action, session) = (entry.Subject.Action?.Value, entry.Subject.Session?.Value);
                if ((action ?? session) is { } id && _watches.TryGetValue(id, out var watching))
                    watching.ForEach(w => w.Wake());
                if (session is { } of && _sessions.TryGetValue(of, out watching))
                    watching.ForEach(w => w.Wake());
                else if (session is null && entry.Kind == Kinds.StopOrdered)
                    _sessions.Values.SelectMany(w => w).ToList().ForEach(w => w.Wake());
            }
        }
    }

    /// <summary>Actions and sessions that somebody waits for.</summary>
    internal int Watched
    {
        get
        {
            lock (_watches)
                return _watches.Count;
        }
    }

    /// <summary>Wakes with each entry about an action, or about a session itself, until it is disposed of.</summary>
    public FeedWatch Watch(ActionId action, SessionId session) => Watch(_watches, action.Value, session.Value);

    private FeedWatch Watch(Dictionary<Guid, List<FeedWatch>> among, params Guid[] ids)
    {
        var watch = new FeedWatch(w => Unwatch(among, ids, w));
        lock (_watches)
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
        lock (_watches)
        {
            foreach (var id in ids)
            {
                if (among.TryGetValue(id, out var watching) && watching.Remove(watch) && watching.Count == 0)
                    among.Remove(id);
            }
        }
    }

    /// <summary>Entries after <paramref name="after"/>, then each new one as it is committed, until cancelled.</summary>
    public async IAsyncEnumerable<Entry> FollowAsync(long after, [EnumeratorCancellation] CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            var (entries, moved) = Look(after);
            if (entries is null)
                entries = await ReadAsync(after, cancel);
            foreach (var entry in entries)
            {
                yield return entry;
                after = entry.Sequence;
            }

            if (entries.Count == 0)
                await moved.WaitAsync(cancel);
        }
    }

    /// <summary>
    /// The same, of what concerns one session: its own entries, and orders to stop more than one. What others do costs it nothing, however
    /// long it stood still.
    /// </summary>
    public async IAsyncEnumerable<Entry> FollowAsync(long after, SessionState session, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        using var watch = Watch(_sessions, session.Id.Value);
        while (!cancel.IsCancellationRequested)
        {
            // Asked for before looking: nothing is missed between.
            var woken = watch.NextAsync();
            var position = Position;
            var entries = LookFor(after, position, session.Id) ?? await ReadAsync(after, position, session, cancel);
            foreach (var entry in entries)
                yield return entry;
            after = entries.Count == Page ? entries[^1].Sequence : position;
            if (after == position)
                await woken.WaitAsync(cancel);
        }
    }

    /// <summary>Completes when something was told after this call was made.</summary>
    public Task MovedAsync()
    {
        lock (_lock)
            return _moved.Task;
    }

    /// <summary>What memory has after a sequence; null where it no longer reaches back so far.</summary>
    private (IReadOnlyList<Entry>? Entries, Task Moved) Look(long after)
    {
        lock (_lock)
        {
            if (after >= _position)
                return ([], _moved.Task);
            if (_position - after > Kept || _ring[(after + 1) % Kept]?.Sequence != after + 1)
                return (null, _moved.Task);
            var count = (int)Math.Min(Page, _position - after);
            return ([.. Enumerable.Range(1, count).Select(i => _ring[(after + i) % Kept]!)], _moved.Task);
        }
    }

    private List<Entry>? LookFor(long after, long until, SessionId session)
    {
        lock (_lock)
        {
            if (after >= until)
                return [];
            if (_position - after > Kept || _ring[(after + 1) % Kept]?.Sequence != after + 1)
                return null;
            var found = new List<Entry>();
            for (var at = after + 1; at <= until && found.Count < Page; at++)
            {
                if (_ring[at % Kept] is { } entry && (entry.Subject.Session == session || (entry.Subject.Session is null && entry.Kind == Kinds.StopOrdered)))
                    found.Add(entry);
            }

            return found;
        }
    }

    private async Task<IReadOnlyList<Entry>> ReadAsync(long after, long until, SessionState session, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var rows = await db.Entries.AsNoTracking().Where(e => e.Sequence > after && e.Sequence <= until
                && (e.SessionSequence == session.Sequence || (e.SessionSequence == null && e.Kind == Kinds.StopOrdered)))
            .OrderBy(e => e.Sequence).Take(Page).ToListAsync(cancel);
        return rows.ConvertAll(Entry.Read);
    }

    private async Task<IReadOnlyList<Entry>> ReadAsync(long after, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var rows = await db.Entries.AsNoTracking().Where(e => e.Sequence > after).OrderBy(e => e.Sequence).Take(Page).ToListAsync(cancel);
        return rows.ConvertAll(Entry.Read);
    }
}
