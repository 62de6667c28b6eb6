using Npgsql;
using Testcontainers.PostgreSql;

namespace AgentApprovals.Databases;

/// <summary>The one PostgreSQL of this process: a throwaway cluster of this machine's programs, else a container.</summary>
internal static class Postgres
{
    public const string Missing = "There is no PostgreSQL here: no server programs in the PATH or /usr/lib/postgresql, no right to fetch them with apt-get, and no Docker that runs.";

    private static readonly Lazy<ITestServer> One = new(Start);

    /// <summary>Held on to: it ends with the pipe to its guard, which a collection of what nobody knows any more would close.</summary>
    private static PostgresCluster? _own;

    /// <exception cref="NoServerException">There is none.</exception>
    public static ITestServer Server => One.Value;

    private static ITestServer Start() => PostgresPrograms.Folder() is { } programs
        ? (_own = PostgresCluster.Start(programs)).Server
        : Docker.Runs ? Contained() : throw new NoServerException(Missing);

    private static PostgresServer Contained()
    {
        // Testcontainers takes it away with this process.
        var container = new PostgreSqlBuilder("postgres:17-alpine").WithCommand("-c", "max_connections=400", "-c", "fsync=off", "-c", "synchronous_commit=off").Build();
        container.StartAsync().GetAwaiter().GetResult();
        return new(new NpgsqlConnectionStringBuilder(container.GetConnectionString()));
    }
}
