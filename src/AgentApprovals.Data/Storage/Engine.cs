using System.Data;
using System.Data.Common;
using AgentApprovals.Data.Ledger;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace AgentApprovals.Data.Storage;

/// <summary>Where the ledger is kept. SQLite: one process, embedded, the default. The others: a server, and any number of nodes.</summary>
public enum DatabaseEngine
{
    Sqlite = 0,
    SqlServer = 1,
    PostgreSql = 2,
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
            DatabaseEngine.SqlServer => builder.UseSqlServer(connectionString, o => o.MigrationsAssembly(Migrations + nameof(DatabaseEngine.SqlServer)).ExecutionStrategy(Once)),
            DatabaseEngine.PostgreSql => builder.UseNpgsql(connectionString, o => o.MigrationsAssembly(Migrations + nameof(DatabaseEngine.PostgreSql)).ExecutionStrategy(Once)),
            _ => throw new ArgumentOutOfRangeException(nameof(engine), engine, "Not an engine."),
        };
        // Rows are values: they are read without tracking and written by the ledger, so nothing compares collections.
        builder.ConfigureWarnings(w => w.Ignore(CoreEventId.CollectionWithoutComparer));
        return builder;
    }

    /// <summary>Tried once, and what the driver throws is thrown: the engines' own strategies hide it in an exception of another kind.</summary>
    private static NonRetryingExecutionStrategy Once(ExecutionStrategyDependencies dependencies) => new(dependencies);

    /// <summary>What writes the ledger on an engine.</summary>
    /// <param name="time">The clock of the process, which is the ledger's where the database is in the process.</param>
    public static ILedgerStore OpenStore(this DatabaseEngine engine, string connectionString, IReadOnlyDictionary<Type, TableMap> tables, TimeProvider time) => engine switch
    {
        DatabaseEngine.Sqlite => new SqliteLedgerStore(connectionString, tables, time),
        DatabaseEngine.SqlServer => new SqlServerLedgerStore(connectionString, tables),
        DatabaseEngine.PostgreSql => new PostgresLedgerStore(connectionString, tables),
        _ => throw new ArgumentOutOfRangeException(nameof(engine), engine, "Not an engine."),
    };

    /// <summary>A transaction for reading alone, which sees one state of the database and locks nobody out.</summary>
    public static async Task<IDbContextTransaction> BeginLookAsync(this LedgerContext db)
    {
        // Each sees what was committed when it first looks; none waits for a writer, and no writer for it.
        if (db.Database.IsNpgsql())
            return await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead);
        if (db.Database.IsSqlServer())
            return await db.Database.BeginTransactionAsync(IsolationLevel.Snapshot);
        await db.Database.OpenConnectionAsync();
        // Microsoft.Data.Sqlite would take the write lock at once (BEGIN IMMEDIATE) unless the transaction is deferred.
        var transaction = ((SqliteConnection)db.Database.GetDbConnection()).BeginTransaction(deferred: true);
        return (await db.Database.UseTransactionAsync(transaction))!;
    }

    /// <summary>Whether a server is not there, or not yet: what it is asked may be asked again. What it said no to is none of that.</summary>
    public static bool IsUnreachable(this DbException exception) => exception switch
    {
        PostgresException said => said.SqlState is PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.TooManyConnections,
        NpgsqlException => true,
        SqlException said => said.Number is -2 or 0 or 53 or 258 or 10060 or 10061,
        _ => false,
    };
}
