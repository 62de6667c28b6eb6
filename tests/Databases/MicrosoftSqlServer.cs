using Microsoft.Data.SqlClient;
using Testcontainers.MsSql;

namespace AgentApprovals.Databases;

/// <summary>The one SQL Server of this process: the one that <c>TEST_SQLSERVER</c> leads to, else a container.</summary>
internal sealed class MicrosoftSqlServer : ITestServer
{
    private const string Variable = "TEST_SQLSERVER";
    private const string Missing = $"There is no SQL Server here: {Variable} does not lead to a server on which tests may create databases, and no Docker runs.";

    private static readonly Lazy<MicrosoftSqlServer> One = new(() => new(Find()));

    private readonly SqlConnectionStringBuilder _place;

    private MicrosoftSqlServer(SqlConnectionStringBuilder place) => _place = place;

    /// <exception cref="NoServerException">There is none.</exception>
    public static MicrosoftSqlServer Server => One.Value;

    public bool Copies => false;

    public string ConnectionString(string database) => new SqlConnectionStringBuilder(_place.ToString()) { InitialCatalog = database, MaxPoolSize = 30, MultipleActiveResultSets = false }.ToString();

    public void Create(string database, string? template = null) =>
        // As the script sets it up that a DBA runs: readers do not wait for the writer.
        Run($"CREATE DATABASE [{database}]; ALTER DATABASE [{database}] SET READ_COMMITTED_SNAPSHOT ON; ALTER DATABASE [{database}] SET ALLOW_SNAPSHOT_ISOLATION ON; ALTER DATABASE [{database}] SET RECOVERY SIMPLE;");

    public void Release(string database)
    {
        using var pool = new SqlConnection(ConnectionString(database));
        SqlConnection.ClearPool(pool);
    }

    public void Drop(string database)
    {
        Release(database);
        Run($"ALTER DATABASE [{database}] SET SINGLE_USER WITH ROLLBACK IMMEDIATE; DROP DATABASE [{database}];");
    }

    private static SqlConnectionStringBuilder Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
            return new(named);
        if (!Docker.Runs)
            throw new NoServerException(Missing);
        // Testcontainers takes it away with this process.
        var container = new MsSqlBuilder("mcr.microsoft.com/mssql/server:2022-latest").Build();
        container.StartAsync().GetAwaiter().GetResult();
        return new(container.GetConnectionString());
    }

    private void Run(string sql)
    {
        using var connection = new SqlConnection(new SqlConnectionStringBuilder(_place.ToString()) { InitialCatalog = "master", Pooling = false }.ToString());
        connection.Open();
        using var command = new SqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
