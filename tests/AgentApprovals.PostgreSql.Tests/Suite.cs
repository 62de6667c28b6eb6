using System.Data.Common;
using System.Security.Cryptography;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Storage;
using AgentApprovals.Databases;
using AgentApprovals.Deadlines;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace AgentApprovals.Tests;

/// <summary>What these tests run on: a PostgreSQL of their own, a database to each test's folder.</summary>
internal static class Suite
{
    public const DatabaseEngine Engine = DatabaseEngine.PostgreSql;
    public const string Driver = "Npgsql.EntityFrameworkCore.PostgreSQL";
    public const string Anywhere = "Host=localhost";

    private static readonly Lazy<FolderDatabases> Databases = new(() => On(Server));

    /// <exception cref="NoServerException">There is none.</exception>
    public static ITestServer Server => Postgres.Server;

    /// <summary>Leads to the database of a folder, which is made, migrated and empty, where there is none.</summary>
    /// <param name="databases">Where it is; null: on the server of all tests.</param>
    public static string Database(string folder, FolderDatabases? databases = null)
    {
        // Each node brings the key; where there is one node, its test does.
        if (Path.Combine(folder, "test.key") is var key && !File.Exists(key))
            File.WriteAllBytes(key, RandomNumberGenerator.GetBytes(32));
        return (databases ?? Databases.Value).Of(folder);
    }

    /// <summary>Takes a folder away, and the database with it.</summary>
    public static void Drop(string folder, FolderDatabases? databases = null) => (databases ?? Databases.Value).Drop(folder);

    /// <summary>Databases of tests on another server.</summary>
    public static FolderDatabases On(ITestServer server) => new(server, Migrate);

    public static ILedgerStore Store(string database, IReadOnlyDictionary<Type, TableMap> tables, TimeProvider time) => Engine.OpenStore(database, tables, time);

    /// <summary>What the engine's driver throws where the database can't be reached.</summary>
    public static DbException Unreachable() => new NpgsqlException("Exception while reading from stream", new IOException("Connection reset by peer"));

    private static void Migrate(string database)
    {
        using var db = new LedgerContext(new DbContextOptionsBuilder<LedgerContext>().UseLedger(Engine, database).Options);
        db.Database.Migrate();
        // Here once, and not in each copy. Without a pool, which would stay connected to it.
        _ = JobStore.Open(Engine, $"{database};Pooling=false");
    }
}
