using System.Data.Common;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Tests;

/// <summary>
/// What these tests run on: the embedded database, one file in the folder of each test. The other engines' test programs compile the
/// same tests with a <c>Suite</c> of theirs.
/// </summary>
internal static class Suite
{
    public const DatabaseEngine Engine = DatabaseEngine.Sqlite;

    private static readonly Lazy<byte[]> Migrated = new(Migrate);

    /// <summary>Leads to the database of a folder, which is made, migrated and empty, where there is none.</summary>
    public static string Database(string folder)
    {
        var file = Path.Combine(folder, "test.db");
        if (!File.Exists(file))
            File.WriteAllBytes(file, Migrated.Value);
        return Connection(file);
    }

    /// <summary>Takes a folder away, and the database with it.</summary>
    public static void Drop(string folder)
    {
        using (var pool = new SqliteConnection(Connection(Path.Combine(folder, "test.db"))))
            SqliteConnection.ClearPool(pool);
        Directory.Delete(folder, recursive: true);
    }

    public static ILedgerStore Store(string database, IReadOnlyDictionary<Type, TableMap> tables, TimeProvider time) => Engine.OpenStore(database, tables, time);

    /// <summary>What the engine's driver throws where the database can't be reached.</summary>
    public static DbException Unreachable() => new SqliteException("disk I/O error", SQLitePCL.raw.SQLITE_IOERR);

    private static string Connection(string file) => $"Data Source={file}";

    private static byte[] Migrate()
    {
        var folder = Directory.CreateTempSubdirectory("agent-approvals-schema-").FullName;
        var connection = $"{Connection(Path.Combine(folder, "test.db"))};Pooling=False";
        using (var db = new LedgerContext(new DbContextOptionsBuilder<LedgerContext>().UseLedger(Engine, connection).Options))
        {
            db.Database.Migrate();
            db.Database.ExecuteSqlRaw("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        var schema = File.ReadAllBytes(Path.Combine(folder, "test.db"));
        Directory.Delete(folder, recursive: true);
        return schema;
    }
}
