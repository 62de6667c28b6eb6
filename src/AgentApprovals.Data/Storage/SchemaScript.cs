using System.Globalization;
using System.Text;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace AgentApprovals.Data.Storage;

/// <summary>
/// What a DBA runs on a server, as often as they like: the schema, the database's settings, and a role for the application with no more
/// rights than it needs. It may add entries to the ledger, and neither change nor remove any; of bytes beside it, it may only
/// take away what is purged; no row that the ledger wrote may it delete.
/// </summary>
public static class SchemaScript
{
    public const string Role = "agent_approvals";

    private const string JobSchema = "hangfire";

    /// <summary>Reading sees one state without waiting for writers: what <see cref="Engine.BeginLookAsync"/> and the stores rely on.</summary>
    public const string SqlServerSettings = """
        IF (SELECT [is_read_committed_snapshot_on] FROM [sys].[databases] WHERE [database_id] = DB_ID()) = 0
            ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE;
        IF (SELECT [snapshot_isolation_state] FROM [sys].[databases] WHERE [database_id] = DB_ID()) = 0
            ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON;
        """;

    // Tables of the ledger that are no rows of its world; every other that is no row of it stands outside the ledger.
    private static readonly Type[] Ledgers = [typeof(EntryRow), typeof(HeadRow), typeof(ContentRow), typeof(AgentDayRow), typeof(FleetCountRow), typeof(StandingRow), typeof(AgentWordRow)];

    /// <param name="db">A context of the engine; its database need not be there.</param>
    public static string Of(LedgerContext db)
    {
        ArgumentNullException.ThrowIfNull(db);
        var isSqlServer = db.Database.IsSqlServer();
        var script = new StringBuilder(isSqlServer ? SqlServerHeader : PostgresHeader);
        script.Append(db.GetService<IMigrator>().GenerateScript(options: MigrationsSqlGenerationOptions.Idempotent));
        script.Append(isSqlServer ? SqlServerRole : PostgresRole);
        foreach (var table in db.Model.GetEntityTypes().Select(t => (t.ClrType, Name: t.GetTableName()!)).OrderBy(t => t.Name, StringComparer.Ordinal))
            script.Append(CultureInfo.InvariantCulture, $"GRANT {Rights(table.ClrType, isSqlServer)} ON {(isSqlServer ? $"[{table.Name}]" : table.Name)} TO {Role};\n");
        script.Append(isSqlServer
            ? $"GRANT SELECT ON [__EFMigrationsHistory] TO {Role};\nDENY UPDATE, DELETE ON [entries] TO {Role};\nGO\n"
            : $"GRANT SELECT ON \"__EFMigrationsHistory\" TO {Role};\n");
        return script.ToString().Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\uFEFF", "", StringComparison.Ordinal);
    }

    private static string Rights(Type table, bool isSqlServer)
    {
        if (table == typeof(EntryRow) || table == typeof(DecisionFact))
            return "SELECT, INSERT";
        if (table == typeof(ContentRow))
            return $"SELECT, INSERT, UPDATE ({(isSqlServer ? "[Bytes]" : "\"Bytes\"")})";
        return table != typeof(AgentWordRow) && (Ledgers.Contains(table) || table.IsAssignableTo(typeof(IRow))) ? "SELECT, INSERT, UPDATE" : "SELECT, INSERT, UPDATE, DELETE";
    }

    private const string PostgresHeader = $"""
        -- AgentApprovals on PostgreSQL: schema, and the application's rights. Made from the migrations; do not edit. Run it, again with each
        -- version, in the console's database as its owner, who may create roles:
        --   psql --set ON_ERROR_STOP=1 --dbname agent_approvals --file agent-approvals.sql
        -- Then give the console's own login, which is not the owner, the role: GRANT {Role} TO the_login;


        """;

    private const string PostgresRole = $"""

        DO $role$
        BEGIN
            IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = '{Role}') THEN
                CREATE ROLE {Role} NOLOGIN;
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END $role$;
        -- The job store is the library's own, which makes its tables there as the console; nothing in them is missed.
        CREATE SCHEMA IF NOT EXISTS {JobSchema};
        GRANT USAGE, CREATE ON SCHEMA {JobSchema} TO {Role};
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;
        GRANT USAGE ON SCHEMA public TO {Role};
        REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {Role};

        """;

    private const string SqlServerHeader = $"""
        -- AgentApprovals on SQL Server: schema, settings of the database, and the application's rights. Made from the migrations; do not edit. Run it,
        -- again with each version, in the console's database as db_owner:
        --   sqlcmd -S server -d AgentApprovals -I -b -i agent-approvals.sql
        -- Then give the console's own user, who is not db_owner, the role: ALTER ROLE {Role} ADD MEMBER [the_user];
        SET QUOTED_IDENTIFIER ON;
        SET ANSI_NULLS ON;
        GO
        {SqlServerSettings}
        GO


        """;

    private const string SqlServerRole = $"""

        IF DATABASE_PRINCIPAL_ID(N'{Role}') IS NULL
            CREATE ROLE {Role};
        GO
        -- The job store is the library's own, which makes its tables there as the console; nothing in them is missed.
        IF SCHEMA_ID(N'{JobSchema}') IS NULL
            EXEC (N'CREATE SCHEMA [{JobSchema}] AUTHORIZATION [{Role}];');
        GRANT CREATE TABLE TO {Role};
        GRANT SELECT, INSERT, UPDATE, DELETE, REFERENCES, ALTER ON SCHEMA::[{JobSchema}] TO {Role};

        """;
}
