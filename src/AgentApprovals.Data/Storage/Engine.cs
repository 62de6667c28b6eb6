using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace AgentApprovals.Data.Storage;

/// <summary>Where the ledger is kept. SQLite: one process, embedded, the default.</summary>
public enum DatabaseEngine
{
    Sqlite = 0,
}

public static class Engine
{
    private const string Migrations = "AgentApprovals.Data.";

    /// <summary>Points a context at a database and at the migrations of its engine.</summary>
    public static TBuilder UseLedger<TBuilder>(this TBuilder builder, DatabaseEngine engine, string connectionString) where TBuilder : DbContextOptionsBuilder
    {
        _ = engine switch
        {
            DatabaseEngine.Sqlite => builder.UseSqlite(connectionString, o => o.MigrationsAssembly(Migrations + nameof(DatabaseEngine.Sqlite))),
            _ => throw new ArgumentOutOfRangeException(nameof(engine), engine, "Not an engine."),
        };
        // Rows are values: they are read without tracking and written by the ledger, so nothing compares collections.
        builder.ConfigureWarnings(w => w.Ignore(CoreEventId.CollectionWithoutComparer));
        return builder;
    }

    /// <summary>A transaction for reading alone, which sees one state of the database and locks nobody out.</summary>
    public static async Task<IDbContextTransaction> BeginLookAsync(this LedgerContext db)
    {
        await db.Database.OpenConnectionAsync();
        // Microsoft.Data.Sqlite would take the write lock at once (BEGIN IMMEDIATE) unless the transaction is deferred.
        var transaction = ((SqliteConnection)db.Database.GetDbConnection()).BeginTransaction(deferred: true);
        return (await db.Database.UseTransactionAsync(transaction))!;
    }
}
