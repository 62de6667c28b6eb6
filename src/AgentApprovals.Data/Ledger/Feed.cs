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

    /// <summary>How far a node may be behind another: twice its looks at the database, and a slow one.</summary>
    private static readonly TimeSpan Behind = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();

    /// <summary>Held while rows and their entries are told, so that nobody hears of a row's past after its present.</summary>
    private readonly Lock _telling = new();
    private readonly Entry?[] _ring = new Entry?[Kept];
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FeedWatches _watches = new();
    private long _position;

    /// <summary>Sequence of the last entry that was told.</summary>
    public long Position => Interlocked.Read(ref _position);

    /// <summary>
    /// Rows that were just committed: by this node's own writer before anybody is answered, by another node before the entries are told
    /// here. For what must know at once (who is stopped, which key is gone). Handlers only move memory.
    /// </summary>
    public event Action<IReadOnlyList<(IRow Row, bool IsNew)>>? Committed;

    /// <summary>Whether it is known where it starts.</summary>
    internal bool HasBegun { get; private set; }

    internal void StartAt(long sequence)
    {
        HasBegun = true;
        lock (_lock)
            _position = Math.Max(_position, sequence);
    }

    /// <summary>
    /// What this node's writer has committed. False where it was read back from the database before it came here: its rows may be newer by
    /// then than those at hand, so they are told from there.
    /// </summary>
    internal bool Publish(IReadOnlyList<Entry> entries, IReadOnlyList<(IRow Row, bool IsNew)> rows)
    {
        lock (_telling)
        {
            if (Position >= entries[0].Sequence)
                return false;
            Committed?.Invoke(rows);
            Publish(entries);
            return true;
        }
    }

    /// <summary>What was read from the database, each row by the entry that changed it last; what was told meanwhile is left out.</summary>
    internal void Publish(IReadOnlyList<Entry> entries, IReadOnlyList<ForeignRow> rows)
    {
        lock (_telling)
        {
            var position = Position;
            if (entries[^1].Sequence <= position)
                return;
            foreach (var whose in rows.Where(r => r.Sequence > position).GroupBy(r => r.IsOwn))
            {
                IsForeign = !whose.Key;
                Committed?.Invoke([.. whose.Select(r => (r.Row, r.IsNew))]);
            }

            IsForeign = false;
            Publish(entries);
        }
    }

    /// <summary>While <see cref="Committed"/> is raised: whether another node wrote it.</summary>
    public bool IsForeign { get; private set; }

    /// <summary>The batch that this node's writer sent last: it may be read back before its writer knows that it was written.</summary>
    internal byte[] Sent { get; set; } = [];

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
        _watches.Wake(entries);
    }

    /// <summary>Actions and sessions that somebody waits for.</summary>
    internal int Watched => _watches.Count;

    /// <summary>Wakes with each entry about an action, or about a session itself, until it is disposed of.</summary>
    public FeedWatch Watch(ActionId action, SessionId session) => _watches.OfActions(action.Value, session.Value);

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
        using var watch = _watches.OfSession(session.Id.Value);
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

    /// <summary>
    /// From where somebody goes on who has been told up to <paramref name="after"/> (null: from now), by this node or by another: what this one
    /// is about to hear is waited for, so that nothing is told twice. What nobody can have been told of is now.
    /// </summary>
    public async Task<long> ResumeAsync(long? after, CancellationToken cancel)
    {
        if (after > Position)
        {
            var patience = Task.Delay(Behind, cancel);
            while (MovedAsync() is var moved && after > Position && !patience.IsCompleted)
                await Task.WhenAny(moved, patience);
        }

        return Math.Min(after ?? long.MaxValue, Position);
    }

    /// <summary>All entries after one and up to another, both of which were told; null where they are not there.</summary>
    internal async Task<IReadOnlyList<Entry>?> BetweenAsync(long after, long until, CancellationToken cancel)
    {
        var found = new List<Entry>();
        while (after < until)
        {
            var entries = Look(after).Entries ?? await ReadAsync(after, cancel);
            if (entries.Count == 0)
                return null;
            found.AddRange(entries.TakeWhile(e => e.Sequence <= until));
            after = entries[^1].Sequence;
        }

        return found;
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
