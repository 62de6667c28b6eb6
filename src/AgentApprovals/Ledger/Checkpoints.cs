using System.Text.Json;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Ledger;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Ledger;

/// <summary>Checkpoints of the ledger: signed as it stands, and the last that was written down.</summary>
public sealed class Checkpoints(Reader reader, CheckpointKey key)
{
    /// <summary>The ledger as it stands now, signed and not written down yet.</summary>
    public async Task<Checkpoint> SignAsync()
    {
        var head = await reader.LookAsync(db => db.Heads.SingleAsync());
        return key.Sign(head.Sequence, head.Hash, reader.Now);
    }

    /// <summary>The last one that was written down; null where there is none.</summary>
    public async Task<Checkpoint?> LastAsync()
    {
        var row = await reader.LookAsync(db => db.Entries.Where(e => e.Kind == Kinds.LedgerCheckpoint).OrderByDescending(e => e.Sequence).FirstOrDefaultAsync());
        return row is null ? null : In(Entry.Read(row));
    }

    /// <summary>The checkpoint that an entry tells of.</summary>
    public static Checkpoint In(Entry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Data.Deserialize<Checkpoint>(RowFacts.Json)!;
    }
}
