using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Ledger;

/// <summary>What entries are narrowed to; null: anything.</summary>
/// <param name="Kind">The beginning of a kind, such as <c>action.</c>.</param>
/// <param name="Kinds">Kinds by their full names.</param>
/// <param name="Actor">An id, or a part of the name that the actor had then.</param>
public sealed record EntryFilter(string? Kind = null, IReadOnlyCollection<string>? Kinds = null, Guid? Action = null, Guid? Session = null, Guid? Agent = null, string? Actor = null);

/// <summary>Entries, newest first.</summary>
/// <param name="Next">Go on before this sequence; null where the ledger's first entry was reached.</param>
/// <param name="IsBroken">The search took too long and stopped at <paramref name="Next"/> before the page was full.</param>
public sealed record EntryPage(IReadOnlyList<Entry> Items, long? Next, bool IsBroken);

/// <summary>Entries by sequence, of everything or of what they are narrowed to.</summary>
public sealed class EntryReader(Data.Queries.Reader reader, TimeProvider time)
{
    /// <summary>How long a search goes on by itself; whoever asks may let it go further.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Entries looked at in one go: those of an actor have to be parsed.</summary>
    private const int Window = 20_000;
    private const int ActorWindow = 2_000;

    public Task<List<Entry>> AfterAsync(long after, int limit, Guid? action = null, Guid? session = null) => reader.LookAsync(async db =>
        (await Narrow(db, new(Action: action, Session: session)).Where(e => e.Sequence > after).OrderBy(e => e.Sequence).Take(limit).ToListAsync()).ConvertAll(Entry.Read));

    /// <summary>The sequence of the last entry.</summary>
    public Task<long> HeadAsync() => reader.LookAsync(db => db.Heads.Select(h => h.Sequence).SingleAsync());

    /// <summary>
    /// The newest entries before a sequence, for people who leaf back. Looks at a bounded piece of the ledger at a time, so a
    /// page costs the same at any depth; what is rare may take several pages.
    /// </summary>
    public async Task<EntryPage> BeforeAsync(EntryFilter filter, long? before, int limit)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var from = before ?? await HeadAsync() + 1;
        // An action's or a session's own are found by an index, however far apart they are.
        var window = filter.Action is not null || filter.Session is not null ? long.MaxValue : filter.Actor is null ? Window : ActorWindow;
        var started = time.GetTimestamp();
        var found = new List<Entry>(limit + 1);
        while (true)
        {
            var low = Math.Max(1, from - window);
            found.AddRange(await WindowAsync(filter, low, from, limit + 1 - found.Count));
            if (found.Count > limit)
                return new([.. found.Take(limit)], found[limit - 1].Sequence, false);
            if (low == 1)
                return new(found, null, false);
            from = low;
            if (time.GetElapsedTime(started) > Patience)
                return new(found, from, true);
        }
    }

    /// <summary>How many entries of each kind a session has, and when the first of them was written.</summary>
    public Task<Dictionary<string, KindCount>> CountAsync(Guid session) => reader.LookAsync(db =>
        Narrow(db, new(Session: session)).GroupBy(e => e.Kind).Select(g => new { g.Key, Count = g.Count(), First = g.Min(e => e.Sequence) })
            .Join(db.Entries, g => g.First, e => e.Sequence, (g, e) => new { g.Key, g.Count, e.At })
            .ToDictionaryAsync(g => g.Key, g => new KindCount(g.Count, g.At)));

    /// <summary>Whether an entry is one that <paramref name="filter"/> lets through.</summary>
    public static bool Matches(EntryFilter filter, Entry entry)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(entry);
        return (filter.Kind is null || entry.Kind.StartsWith(filter.Kind, StringComparison.Ordinal))
            && (filter.Kinds?.Contains(entry.Kind) ?? true)
            && (filter.Action is null || entry.Subject.Action?.Value == filter.Action)
            && (filter.Session is null || entry.Subject.Session?.Value == filter.Session)
            && (filter.Agent is null || entry.Subject.Agent?.Value == filter.Agent)
            && (filter.Actor is null || IsBy(entry.Actor, filter.Actor));
    }

    /// <summary>What a public id is of: <c>action</c>, <c>session</c> or <c>agent</c>; null where it is of none.</summary>
    public Task<string?> SubjectAsync(Guid id) => reader.LookAsync(async db =>
        await db.Actions.AnyAsync(a => a.Id == new ActionId(id)) ? "action"
        : await db.Sessions.AnyAsync(s => s.Id == new SessionId(id)) ? "session"
        : await db.Agents.AnyAsync(a => a.Id == new AgentId(id)) ? "agent"
        : null);

    private Task<List<Entry>> WindowAsync(EntryFilter filter, long low, long before, int most) => reader.LookAsync(async db =>
    {
        var rows = Narrow(db, filter).Where(e => e.Sequence >= low && e.Sequence < before).OrderByDescending(e => e.Sequence);
        if (filter.Actor is not { } actor)
            return (await rows.Take(most).ToListAsync()).ConvertAll(Entry.Read);
        return [.. (await rows.ToListAsync()).Select(Entry.Read).Where(e => IsBy(e.Actor, actor)).Take(most)];
    });

    private static bool IsBy(ActorStamp actor, string wanted) =>
        actor.Id == wanted || actor.Name.Contains(wanted, StringComparison.OrdinalIgnoreCase);

    private static IQueryable<EntryRow> Narrow(LedgerContext db, EntryFilter filter)
    {
        var entries = db.Entries.AsQueryable();
        if (filter.Action is { } a)
            entries = entries.Where(e => e.ActionSequence == db.Actions.Where(x => x.Id == new ActionId(a)).Select(x => (long?)x.Sequence).FirstOrDefault() && e.ActionSequence != null);
        if (filter.Session is { } s)
            entries = entries.Where(e => e.SessionSequence == db.Sessions.Where(x => x.Id == new SessionId(s)).Select(x => (long?)x.Sequence).FirstOrDefault() && e.SessionSequence != null);
        if (filter.Agent is { } g)
            entries = entries.Where(e => e.AgentSequence == db.Agents.Where(x => x.Id == new AgentId(g)).Select(x => (long?)x.Sequence).FirstOrDefault() && e.AgentSequence != null);
        if (filter.Kind is { Length: > 0 } kind)
            entries = entries.Where(e => e.Kind.StartsWith(kind));
        if (filter.Kinds is { } kinds)
            entries = entries.Where(e => kinds.Contains(e.Kind));
        return entries;
    }
}

/// <summary>Entries of one kind: how many, and when the first was written.</summary>
public sealed record KindCount(int Count, Moment First);
