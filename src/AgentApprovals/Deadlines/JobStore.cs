using AgentApprovals.Data.Storage;
using AgentApprovals.Hosting;
using Hangfire;
using Hangfire.InMemory;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Hangfire.SqlServer;
using Microsoft.Data.SqlClient;
using Npgsql;

namespace AgentApprovals.Deadlines;

/// <summary>
/// Where Hangfire keeps its jobs: on SQLite in memory, for it is rebuilt from the data at each start; on a server in a schema of its own
/// beside the ledger's, which the nodes share. There the library makes its tables by itself: the application's role may make some in that schema
/// and nowhere else, and what stands in them is worth nothing.
/// </summary>
internal static class JobStore
{
    private const string Schema = "hangfire";

    // A job in the hands of a node that died is another's after this long; what it would do is done by the others' timers meanwhile.
    private static readonly TimeSpan Lost = TimeSpan.FromMinutes(5);

    /// <summary>Opens it, and makes or brings up to date what is in it.</summary>
    public static JobStorage Open(DatabaseEngine engine, string connectionString) => engine switch
    {
        DatabaseEngine.SqlServer => new SqlServerStorage(connectionString, new SqlServerStorageOptions
        {
            SqlClientFactory = SqlClientFactory.Instance,
            SchemaName = Schema,
            QueuePollInterval = TimeSpan.FromSeconds(1),
            SlidingInvisibilityTimeout = Lost,
            CommandBatchMaxTimeout = TimeSpan.FromMinutes(1),
            UseRecommendedIsolationLevel = true,
            DisableGlobalLocks = true,
        }),
        DatabaseEngine.PostgreSql => OnPostgreSql(connectionString),
        _ => new InMemoryStorage(new InMemoryStorageOptions { MaxExpirationTime = TimeSpan.FromHours(1) }),
    };

    private static PostgreSqlStorage OnPostgreSql(string connectionString)
    {
        var options = new PostgreSqlStorageOptions
        {
            SchemaName = Schema,
            QueuePollInterval = TimeSpan.FromSeconds(1),
            InvisibilityTimeout = Lost,
            UseSlidingInvisibilityTimeout = true,
            EnableTransactionScopeEnlistment = false,
            // Where it can't be opened, the start says so, and does not go on without it.
            StartupConnectionMaxRetries = 0,
            AllowDegradedModeWithoutStorage = false,
        };
        var connection = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "AgentApprovals jobs", Enlist = false };
        return new(new NpgsqlConnectionFactory(connection.ToString(), options), options);
    }
}
