using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.Ledger;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Data.Ledger;

/// <summary>
/// What other nodes commit, told on this one: read from the database in order and without a gap, with the rows as they stand, for whoever
/// keeps some in memory.
/// </summary>
public sealed class ForeignEntries(IDbContextFactory<LedgerContext> contexts, Feed feed, LedgerClock clock)
{
    private const int Page = 500;

    /// <summary>The feed has told all up to <paramref name="until"/> when this returns, whoever wrote it.</summary>
    public async Task CatchUpAsync(long until, CancellationToken cancel)
    {
        while (feed.Position < until)
        {
            await using var db = await contexts.CreateDbContextAsync(cancel);
            var after = feed.Position;
            var found = await db.Entries.AsNoTracking().Where(e => e.Sequence > after).OrderBy(e => e.Sequence).Take(Page).ToListAsync(cancel);
            if (found.Count == 0)
                return;
            var own = found.Where(e => e.Batch.AsSpan().SequenceEqual(feed.Sent)).Select(e => e.Sequence).ToHashSet();
            var entries = found.ConvertAll(Entry.Read);
            if (entries.Exists(e => e.Kind == Kinds.ClockAccepted))
                clock.Accept();
            feed.Publish(entries, await RowsAsync(db, entries, own, cancel));
        }
    }

    /// <summary>Each row once, by the entry that changed it last. A new row is all in its entry; one that was changed is read as it stands.</summary>
    private static async Task<IReadOnlyList<ForeignRow>> RowsAsync(LedgerContext db, List<Entry> entries, HashSet<long> own, CancellationToken cancel)
    {
        var changed = new Dictionary<(string Kind, long Sequence), long>();
        var made = new Dictionary<(string Kind, long Sequence), Entry>();
        foreach (var entry in entries)
        {
            // What a newer version than this one keeps is nothing that anybody here waits for.
            if (entry.Row is not { } row || !RowKinds.All.Contains(row.Kind))
                continue;
            if (row.Sequence == entry.Sequence)
            {
                made[row] = entry;
                continue;
            }

            made.Remove(row);
            changed[row] = entry.Sequence;
        }

        var rows = made.Select(m => new ForeignRow(m.Value.Sequence, RowKinds.Make(m.Key.Kind, null, m.Value.Data.GetProperty("set"), m.Key.Sequence), IsNew: true, own.Contains(m.Value.Sequence))).ToList();
        foreach (var kind in changed.GroupBy(c => c.Key.Kind))
        {
            var of = kind.ToDictionary(c => c.Key.Sequence, c => c.Value);
            rows.AddRange((await LoadAsync(db, kind.Key, [.. of.Keys], cancel)).Select(r => new ForeignRow(of[r.Sequence], r, IsNew: false, own.Contains(of[r.Sequence]))));
        }

        rows.Sort((a, b) => a.Sequence.CompareTo(b.Sequence));
        return rows;
    }

    internal static Task<List<IRow>> LoadAsync(LedgerContext db, string kind, List<long> sequences, CancellationToken cancel) => kind switch
    {
        "session" => LoadAsync(db.Sessions.Where(r => sequences.Contains(r.Sequence)), cancel),
        "agent" => LoadAsync(db.Agents.Where(r => sequences.Contains(r.Sequence)), cancel),
        "credential" => LoadAsync(db.Credentials.Where(r => sequences.Contains(r.Sequence)), cancel),
        "person" => LoadAsync(db.People.Where(r => sequences.Contains(r.Sequence)), cancel),
        "stop" => LoadAsync(db.Stops.Where(r => sequences.Contains(r.Sequence)), cancel),
        "action" => LoadAsync(db.Actions.Where(r => sequences.Contains(r.Sequence)), cancel),
        "burst" => LoadAsync(db.Bursts.Where(r => sequences.Contains(r.Sequence)), cancel),
        "document" => LoadAsync(db.Documents.Where(r => sequences.Contains(r.Sequence)), cancel),
        "console" => LoadAsync(db.Consoles.Where(r => sequences.Contains(r.Sequence)), cancel),
        "observation" => LoadAsync(db.Observations.Where(r => sequences.Contains(r.Sequence)), cancel),
        "webhook" => LoadAsync(db.Webhooks.Where(r => sequences.Contains(r.Sequence)), cancel),
        "connector" => LoadAsync(db.Connectors.Where(r => sequences.Contains(r.Sequence)), cancel),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of row."),
    };

    private static async Task<List<IRow>> LoadAsync<T>(IQueryable<T> rows, CancellationToken cancel) where T : class, IRow => [.. await rows.AsNoTracking().ToListAsync(cancel)];
}

/// <summary>A row that was read back from the database.</summary>
/// <param name="Sequence">The entry that changed it last.</param>
/// <param name="IsOwn">This node's own writer made it.</param>
internal sealed record ForeignRow(long Sequence, IRow Row, bool IsNew, bool IsOwn);
