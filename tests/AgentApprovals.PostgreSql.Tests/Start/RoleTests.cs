using System.Net;
using System.Security.Cryptography;
using AgentApprovals.Tests.Drivers;
using Npgsql;
using Xunit;

namespace AgentApprovals.Tests.Start;

/// <summary>A database that a DBA set up with the script, and a console that has no more than the script's role.</summary>
public sealed class RoleTests : IAsyncLifetime
{
    private readonly string _name = $"role_{Guid.NewGuid():N}";
    private readonly string _login = $"console_{Guid.NewGuid():N}";
    private readonly string _folder = Directory.CreateTempSubdirectory("agent-approvals-role-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Owner => Suite.Server.ConnectionString(_name);

    private string Console => new NpgsqlConnectionStringBuilder(Owner) { Username = _login, Password = "for-this-test-alone" }.ToString();

    public async ValueTask InitializeAsync()
    {
        Suite.Server.Create(_name);
        var script = await File.ReadAllTextAsync(Path.Combine(HostProcess.Root, "db", "PostgreSql", "agent-approvals.sql"));
        // Twice: it may be run as often as one likes.
        await RunAsync(Owner, script);
        await RunAsync(Owner, script);
        await RunAsync(Owner, $"CREATE ROLE {_login} LOGIN PASSWORD 'for-this-test-alone'; GRANT agent_approvals TO {_login};");
    }

    public async ValueTask DisposeAsync()
    {
        Suite.Server.Drop(_name);
        await RunAsync(Suite.Server.ConnectionString("postgres"), $"DROP ROLE {_login};");
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_role_is_enough_for_the_console_and_too_little_to_change_what_was_entered()
    {
        await using (var console = new TestConsole(settings: new Dictionary<string, string?> { ["Database:ConnectionString"] = Console }))
        {
            var scene = await Scene.SetAsync(console, rules: new[] { Scene.Rule() });
            var reviewer = await scene.ReviewerAsync();
            var run = await scene.SessionAsync();
            var action = await run.Submitted();
            (await reviewer.Post($"actions/{action["id"]}/decisions", new { verdict = "approve", payloadDigest = action["payloadDigest"]!.ToString() })).Is(HttpStatusCode.OK);
            (await run.Agent.Post($"actions/{action["id"]}/redeem", new { })).Is(HttpStatusCode.OK);
            (await scene.Admin.Post($"sessions/{run.Id}/stop", new { reason = "enough" })).Is(HttpStatusCode.Accepted);
        }

        foreach (var sql in new[]
        {
            """UPDATE entries SET "Kind" = 'forged'""", "DELETE FROM entries", "TRUNCATE entries", "DROP TABLE entries",
            "DELETE FROM contents", """UPDATE contents SET "Sequence" = 1""", "DELETE FROM actions", "DELETE FROM stops", "DELETE FROM head",
            """INSERT INTO "__EFMigrationsHistory" VALUES ('x', 'y')""", "CREATE TABLE mine (a int)",
        })
        {
            var told = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(Console, sql));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, told.SqlState);
        }

        // What is purged may be taken away. The control: the owner may do all of it.
        await RunAsync(Console, """UPDATE contents SET "Bytes" = NULL WHERE "Sequence" = -1""");
        await RunAsync(Owner, """BEGIN; UPDATE entries SET "Kind" = 'forged'; DELETE FROM entries; ROLLBACK;""");
    }

    [Fact]
    public async Task A_login_that_may_not_keep_jobs_is_told_so_at_the_start()
    {
        await RunAsync(Owner, "REVOKE ALL ON SCHEMA hangfire FROM agent_approvals");
        var key = Path.Combine(_folder, "console.key");
        await File.WriteAllBytesAsync(key, RandomNumberGenerator.GetBytes(32), Cancel);
        var (code, output) = await HostProcess.RunAsync([], new()
        {
            ["Database__Engine"] = "PostgreSql",
            ["Database__ConnectionString"] = Console,
            ["DataProtection__KeyFile"] = key,
            ["Urls"] = "http://127.0.0.1:0",
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
        });
        Assert.Equal(78, code);
        Assert.Contains("db/PostgreSql/agent-approvals.sql", output, StringComparison.Ordinal);
        Assert.DoesNotContain("for-this-test-alone", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_key_ring_stands_in_the_database_and_says_nothing_without_the_key_file()
    {
        await using (var console = new TestConsole(settings: new Dictionary<string, string?> { ["Database:ConnectionString"] = Console }))
            await Scene.SetAsync(console);
        await using var connection = new NpgsqlConnection(Owner);
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand("""SELECT string_agg("Xml", '') FROM data_protection_keys""", connection);
        var ring = (string)(await command.ExecuteScalarAsync(Cancel))!;
        Assert.Contains("<sealed", ring, StringComparison.Ordinal);
        Assert.DoesNotContain("masterKey", ring, StringComparison.Ordinal);
    }

    private static async Task RunAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
