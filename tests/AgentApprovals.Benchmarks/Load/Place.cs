using System.Diagnostics;
using AgentApprovals.Data.Storage;
using AgentApprovals.Databases;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AgentApprovals.Benchmarks.Load;

/// <summary>Where a benchmark's databases are. A commit there is on disk when it is answered.</summary>
internal interface IPlace : IDisposable
{
    DatabaseEngine Engine { get; }

    /// <summary>Leads to a new one, empty.</summary>
    string New();

    /// <summary>Leads to one that holds what another holds now, whoever is connected to that.</summary>
    string CopyOf(string database);
}

/// <summary>Files in a folder.</summary>
internal sealed class FilePlace(string folder) : IPlace
{
    private int _copies;

    public DatabaseEngine Engine => DatabaseEngine.Sqlite;

    public string New() => $"Data Source={Path.Combine(folder, "product.db")}";

    public string CopyOf(string database)
    {
        var copy = Path.Combine(folder, $"copy-{++_copies}.db");
        using var connection = new SqliteConnection($"{database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "VACUUM INTO $copy";
        command.Parameters.AddWithValue("$copy", copy);
        command.ExecuteNonQuery();
        return $"Data Source={copy}";
    }

    public void Dispose()
    {
        // The folder is its owner's.
    }
}

/// <summary>Databases of a throwaway PostgreSQL.</summary>
internal sealed class ServerPlace : IPlace
{
    private readonly string _programs = PostgresPrograms.Folder() ?? throw new NoServerException("There is no PostgreSQL here, and no right to fetch it with apt-get.");
    private readonly PostgresCluster _cluster;
    private int _databases;

    public ServerPlace() => _cluster = PostgresCluster.Start(_programs, isDurable: true);

    public DatabaseEngine Engine => DatabaseEngine.PostgreSql;

    public string New()
    {
        var name = $"benchmark_{++_databases}";
        _cluster.Server.Create(name);
        return new NpgsqlConnectionStringBuilder(_cluster.Server.ConnectionString(name)) { MaxPoolSize = 100 }.ToString();
    }

    public string CopyOf(string database)
    {
        var copy = New();
        using var copying = Process.Start("sh", ["-c", "\"$0/pg_dump\" -d \"$1\" | \"$0/psql\" -q -v ON_ERROR_STOP=1 -o /dev/null -d \"$2\"", _programs, Uri(database), Uri(copy)]);
        copying.WaitForExit();
        return copying.ExitCode == 0 ? copy : throw new InvalidOperationException("The database could not be copied.");
    }

    public void Dispose() => _cluster.Dispose();

    private static string Uri(string database)
    {
        var place = new NpgsqlConnectionStringBuilder(database);
        return $"postgresql://{place.Username}@{place.Host}:{place.Port}/{place.Database}";
    }
}
