using System.Security.Cryptography;
using Npgsql;
using Xunit;

namespace AgentApprovals.Tests.Start;

/// <summary>A server's database is used as it is meant to be, or not at all: 78 (EX_CONFIG), and what to do.</summary>
public sealed class StartTests : IDisposable
{
    private const int Refused = 78;

    private readonly string _name = $"start_{Guid.NewGuid():N}";
    private readonly string _folder = Directory.CreateTempSubdirectory("agent-approvals-start-").FullName;

    public StartTests()
    {
        Suite.Server.Create(_name);
        File.WriteAllBytes(Key, RandomNumberGenerator.GetBytes(32));
    }

    private string Key => Path.Combine(_folder, "console.key");

    public void Dispose()
    {
        Suite.Server.Drop(_name);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_schema_that_is_missing_older_or_newer_is_told_with_what_to_do()
    {
        await RefusedAsync([], "has no schema of ours", "-- migrate");
        Assert.Equal(0, (await HostProcess.RunAsync(["migrate"], Settings)).ExitCode);

        var last = await RunAsync("""SELECT max("MigrationId") FROM "__EFMigrationsHistory" """);
        await RunAsync($"""DELETE FROM "__EFMigrationsHistory" WHERE "MigrationId" = '{last}'""");
        await RefusedAsync([], "older version", "-- migrate");

        await RunAsync($"""INSERT INTO "__EFMigrationsHistory" VALUES ('{last}', '10'), ('29991231235959_FromTheFuture', '99.0')""");
        await RefusedAsync([], "FromTheFuture");
        await RefusedAsync(["migrate"], "FromTheFuture");
    }

    [Fact]
    public async Task A_database_that_holds_something_else_is_left_alone()
    {
        await RunAsync("CREATE TABLE customers (id int); INSERT INTO customers VALUES (1)");
        await RefusedAsync([], "holds tables of something else");
        await RefusedAsync(["migrate"], "holds tables of something else");
        Assert.Equal("1", await RunAsync("SELECT count(*)::text FROM pg_tables WHERE schemaname = 'public'"));
    }

    [Fact]
    public async Task Each_node_brings_the_key_file()
    {
        Assert.Equal(0, (await HostProcess.RunAsync(["migrate"], Settings)).ExitCode);
        File.Delete(Key);
        await RefusedAsync([], "DataProtection:KeyFile: ", "It is not there");
        Assert.False(File.Exists(Key));
        var settings = Settings;
        settings.Remove("DataProtection__KeyFile");
        settings.Remove("Database__ConnectionString");
        var (code, output) = await HostProcess.RunAsync([], settings);
        Assert.Equal(Refused, code);
        Assert.Contains("DataProtection:KeyFile: It is missing", output, StringComparison.Ordinal);
        Assert.Contains("Database:ConnectionString: It is missing", output, StringComparison.Ordinal);
    }

    private Dictionary<string, string> Settings => new()
    {
        ["Database__Engine"] = "PostgreSql",
        ["Database__ConnectionString"] = Suite.Server.ConnectionString(_name),
        ["DataProtection__KeyFile"] = Key,
        ["Urls"] = "http://127.0.0.1:0",
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
    };

    private async Task RefusedAsync(string[] arguments, params string[] says)
    {
        var (code, output) = await HostProcess.RunAsync(arguments, Settings);
        Assert.True(code == Refused, $"{code}: {output}");
        Assert.All(says, s => Assert.Contains(s, output, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private async Task<string?> RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Suite.Server.ConnectionString(_name));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return (string?)await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
