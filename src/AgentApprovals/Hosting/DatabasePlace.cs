using System.Data.Common;
using AgentApprovals.Data.Storage;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AgentApprovals.Hosting;

/// <summary>Where the database and the key file are.</summary>
public sealed class DatabasePlace
{
    public DatabasePlace(IOptions<DatabaseSettings> settings, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(configuration);
        Engine = settings.Value.Engine;
        ConnectionString = settings.Value.ConnectionString ?? $"Data Source={DefaultFile()}";
        File = Engine == DatabaseEngine.Sqlite ? Path.GetFullPath(new SqliteConnectionStringBuilder(ConnectionString).DataSource) : null;
        Name = File ?? NameOf(Parse(Engine, ConnectionString));
        MigrateOnStart = settings.Value.MigrateOnStart ?? File is not null;
        // Each node of a server's needs the same key, so there none is made behind anybody's back: the settings' check asks for it.
        KeyFile = configuration["DataProtection:KeyFile"] ?? Path.ChangeExtension(File ?? DefaultFile(), ".key");
    }

    public DatabaseEngine Engine { get; }

    /// <summary>Several nodes may use it at once.</summary>
    public bool IsShared => Engine != DatabaseEngine.Sqlite;

    public string ConnectionString { get; }

    /// <summary>SQLite's file; null where the database is a server's.</summary>
    public string? File { get; }

    /// <summary>The database as people are told of it, without anybody's password.</summary>
    public string Name { get; }

    /// <summary>Whether a start may bring the schema up to date: where nobody else has to.</summary>
    public bool MigrateOnStart { get; }

    public string KeyFile { get; }

    /// <exception cref="ArgumentException">It is no connection string of the engine; the message names a keyword and no value.</exception>
    internal static DbConnectionStringBuilder Parse(DatabaseEngine engine, string connectionString) => engine switch
    {
        DatabaseEngine.SqlServer => new SqlConnectionStringBuilder(connectionString),
        DatabaseEngine.PostgreSql => new NpgsqlConnectionStringBuilder(connectionString),
        _ => new SqliteConnectionStringBuilder(connectionString),
    };

    /// <summary>The server and the database on it; either may be empty where the string leaves it out.</summary>
    internal static (string Server, string Database) Parts(DbConnectionStringBuilder parsed) => parsed switch
    {
        SqlConnectionStringBuilder s => (s.DataSource, s.InitialCatalog),
        NpgsqlConnectionStringBuilder p => (p.Host ?? "", p.Database ?? ""),
        _ => ("", ""),
    };

    private static string NameOf(DbConnectionStringBuilder parsed)
    {
        var (server, database) = Parts(parsed);
        return $"{database} on {server}";
    }

    private static string DefaultFile() => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "AgentApprovals", "agent-approvals.db");
}
