using Npgsql;

namespace AgentApprovals.Databases;

/// <summary>A PostgreSQL on which tests make databases.</summary>
/// <param name="place">Whom it is reached as, and where.</param>
internal sealed class PostgresServer(NpgsqlConnectionStringBuilder place) : ITestServer
{
    public bool Copies => true;

    public string ConnectionString(string database) => new NpgsqlConnectionStringBuilder(place.ToString())
    {
        Database = database,
        MaxPoolSize = 30,
        ConnectionIdleLifetime = 5,
        ConnectionPruningInterval = 2,
    }.ToString();

    public void Create(string database, string? template = null) => Run($"CREATE DATABASE \"{database}\" TEMPLATE \"{template ?? "template0"}\"");

    public void Release(string database)
    {
        using var pool = new NpgsqlConnection(ConnectionString(database));
        NpgsqlConnection.ClearPool(pool);
    }

    public void Drop(string database)
    {
        Release(database);
        Run($"DROP DATABASE IF EXISTS \"{database}\" WITH (FORCE)");
    }

    /// <exception cref="NpgsqlException">It can't be reached.</exception>
    public void Run(string sql)
    {
        using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(place.ToString()) { Database = "postgres", Pooling = false }.ToString());
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
