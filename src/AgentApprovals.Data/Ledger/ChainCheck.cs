using System.Security.Cryptography;
using System.Text.Json;
using AgentApprovals.Data.Storage;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Data.Ledger;

/// <summary>What a check of the chain found; <paramref name="FirstInvalid"/> is the sequence of the first entry that does not hold.</summary>
public sealed record ChainReport(bool Valid, long Entries, Head Head, long? FirstInvalid);

/// <summary>
/// Checks that each entry's hash is that of its stored bytes, names the one before it, and that none is missing up to the
/// head. Reads in pages: constant memory, whatever the length.
/// </summary>
public sealed class ChainCheck(IDbContextFactory<LedgerContext> contexts)
{
    private const int Page = 2000;

    /// <param name="progress">Told after each page the sequence that was reached and the one to reach.</param>
    public async Task<ChainReport> RunAsync(long from, long? to, CancellationToken cancel, IProgress<(long At, long Of)>? progress = null)
    {
        var head = await ReadHeadAsync(cancel);
        var last = Math.Min(to ?? head.Sequence, head.Sequence);
        var first = Math.Max(1, from);
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var previous = first == 1 ? new byte[32] : (await db.Entries.AsNoTracking().SingleOrDefaultAsync(e => e.Sequence == first - 1, cancel))?.Hash;
        if (previous is null)
            return new(false, 0, head, first - 1);
        long count = 0;
        // The next page is read while this one is judged.
        var reading = PageAsync(first, last, cancel);
        for (var at = first; at <= last;)
        {
            var until = Math.Min(at + Page, last + 1);
            var rows = await reading;
            reading = PageAsync(until, last, cancel);
            foreach (var row in rows)
            {
                if (row.Sequence != at || !Holds(row, previous))
                    return await EndAsync(reading, new(false, count, head, at));
                previous = row.Hash;
                count++;
                at++;
            }

            if (at != until)
                return await EndAsync(reading, new(false, count, head, at));
            progress?.Report((at - 1, last));
        }

        if (last < head.Sequence)
            return new(true, count, head, null);
        if (!previous.AsSpan().SequenceEqual(head.Hash))
            return new(false, count, head, last);
        // The ledger has gone on meanwhile: what is behind its head is judged by where the head is in the same look.
        var behind = await db.Entries.Where(e => e.Sequence > (db.Heads.Max(h => (long?)h.Sequence) ?? 0)).MinAsync(e => (long?)e.Sequence, cancel);
        return new(behind is null, count, head, behind);
    }

    private Task<List<EntryRow>> PageAsync(long at, long last, CancellationToken cancel) => at > last ? Task.FromResult<List<EntryRow>>([]) : Task.Run(async () =>
    {
        var until = Math.Min(at + Page, last + 1);
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await db.Entries.AsNoTracking().Where(e => e.Sequence >= at && e.Sequence < until).OrderBy(e => e.Sequence).ToListAsync(cancel);
    }, cancel);

    /// <summary>Nothing reads on behind the answer.</summary>
    private static async Task<ChainReport> EndAsync(Task reading, ChainReport report)
    {
        await reading;
        return report;
    }

    private static bool Holds(EntryRow row, byte[] previous)
    {
        if (!SHA256.HashData(row.Bytes).AsSpan().SequenceEqual(row.Hash))
            return false;
        using var document = JsonDocument.Parse(row.Bytes);
        var root = document.RootElement;
        // The columns are for finding entries; what they say must be what the chained bytes say.
        return root.GetProperty("sequence").GetInt64() == row.Sequence
            && root.GetProperty("previousHash").ValueEquals(Convert.ToHexStringLower(previous))
            && root.GetProperty("kind").ValueEquals(row.Kind)
            && root.GetProperty("at").ValueEquals(row.At.ToString())
            && root.GetProperty("batch").ValueEquals(Convert.ToHexStringLower(row.Batch))
            && Names(root, "actionId", "action", row.ActionSequence)
            && Names(root, "sessionId", "session", row.SessionSequence)
            && Names(root, "agentId", "agent", row.AgentSequence);
    }

    /// <summary>A column names the row that the entry is about by its very number, and anything else exactly where the bytes do.</summary>
    private static bool Names(JsonElement root, string id, string kind, long? sequence) =>
        root.GetProperty("row") is { ValueKind: JsonValueKind.Object } row && row.GetProperty("kind").ValueEquals(kind)
            ? sequence == row.GetProperty("sequence").GetInt64()
            : sequence is null == (root.GetProperty(id).ValueKind == JsonValueKind.Null);

    private async Task<Head> ReadHeadAsync(CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await db.Heads.AsNoTracking().Select(h => new Head(h.Sequence, h.Hash, h.At, h.ClockOffset)).SingleOrDefaultAsync(cancel)
            ?? new(0, new byte[32], new(0), 0);
    }
}
