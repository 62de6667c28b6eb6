using System.Linq.Expressions;
using System.Text;
using AgentApprovals.Data.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace AgentApprovals.Tests.Drivers;

/// <summary>What somebody does to the record who holds the database and no rule of ours holds.</summary>
internal static class Tampering
{
    /// <summary>Changes columns of one entry.</summary>
    public static Task<int> ChangeAsync(this LedgerContext db, long sequence, Action<UpdateSettersBuilder<EntryRow>> columns) =>
        db.Entries.Where(e => e.Sequence == sequence).ExecuteUpdateAsync(columns);

    /// <summary>One word for another in an entry's bytes; with <paramref name="rehashed"/>, its own hash put right as well.</summary>
    public static async Task<int> EditAsync(this LedgerContext db, Expression<Func<EntryRow, bool>> which, string word, string other, bool rehashed = false)
    {
        var entry = await db.Entries.AsNoTracking().SingleAsync(which);
        var bytes = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(entry.Bytes).Replace(word, other, StringComparison.Ordinal));
        return await db.ChangeAsync(entry.Sequence, e => e
            .SetProperty(x => x.Bytes, bytes)
            .SetProperty(x => x.Hash, rehashed ? System.Security.Cryptography.SHA256.HashData(bytes) : entry.Hash));
    }

    public static Task<int> RemoveAsync(this LedgerContext db, Expression<Func<EntryRow, bool>> which) => db.Entries.Where(which).ExecuteDeleteAsync();

    public static Task<int> MoveAsync(this LedgerContext db, long from, long to) =>
        db.Entries.Where(e => e.Sequence == from).ExecuteUpdateAsync(e => e.SetProperty(x => x.Sequence, to));
}
