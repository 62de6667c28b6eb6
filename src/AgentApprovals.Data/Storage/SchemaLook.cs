using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Data.Storage;

/// <summary>What a start asks of a database beside its migrations.</summary>
public static class SchemaLook
{
    /// <summary>Whether there are tables in the schema that ours would come into, but for the migrations' own.</summary>
    public static async Task<bool> HasTablesAsync(this LedgerContext db)
    {
        var sql = db.Database.IsNpgsql() ? """SELECT count(*) AS "Value" FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename NOT LIKE '\_\_EF%'"""
            : db.Database.IsSqlServer() ? "SELECT COUNT_BIG(*) AS [Value] FROM [sys].[tables] WHERE [schema_id] = SCHEMA_ID() AND [name] NOT LIKE N'[_][_]EF%'"
            : """SELECT count(*) AS "Value" FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND name NOT LIKE '\_\_EF%' ESCAPE '\'""";
        return await db.Database.SqlQueryRaw<long>(sql).SingleAsync() > 0;
    }

    /// <summary>Sets what a database of the engine has to have set beside its tables.</summary>
    public static async Task SetUpAsync(this LedgerContext db)
    {
        if (db.Database.IsSqlServer())
            await db.Database.ExecuteSqlRawAsync(SchemaScript.SqlServerSettings);
    }

    /// <summary>Whether that is set.</summary>
    public static async Task<bool> IsSetUpAsync(this LedgerContext db) => !db.Database.IsSqlServer() || await db.Database.SqlQueryRaw<int>(
        "SELECT CASE WHEN [is_read_committed_snapshot_on] = 1 AND [snapshot_isolation_state] = 1 THEN 1 ELSE 0 END AS [Value] FROM [sys].[databases] WHERE [database_id] = DB_ID()").SingleAsync() == 1;
}
