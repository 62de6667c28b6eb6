using System.Diagnostics;
using AgentApprovals.Databases;
using AgentApprovals.Tests.Drivers;
using Npgsql;
using Xunit;

namespace AgentApprovals.PostgreSql.Tests.Cluster;

/// <summary>The throwaway server that every other test here stands on.</summary>
public sealed class ClusterTests
{
    private static readonly string? Programs = PostgresPrograms.Folder();

    [Fact]
    public void It_serves_databases_that_are_copies_of_another_and_leaves_nothing_behind()
    {
        Assert.SkipWhen(Programs is null, Postgres.Missing);
        using var cluster = PostgresCluster.Start(Programs);
        var server = cluster.Server;
        server.Create("first");
        Run(server, "first", "CREATE TABLE things (name text COLLATE \"C\"); INSERT INTO things VALUES ('there')");
        NpgsqlConnection.ClearAllPools();
        server.Create("copy", "first");
        Assert.Equal("there", Run(server, "copy", "SELECT name FROM things"));
        server.Drop("copy");
        Assert.Throws<PostgresException>(() => Run(server, "copy", "SELECT 1"));

        cluster.Dispose();
        Assert.False(Directory.Exists(cluster.Folder));
        Assert.ThrowsAny<NpgsqlException>(() => Run(server, "first", "SELECT 1"));
    }

    [Fact]
    public async Task It_is_gone_soon_after_the_tests_were_killed()
    {
        Assert.SkipWhen(Programs is null || !OperatingSystem.IsLinux(), Postgres.Missing);
        // The test above, once more, in a process that is killed in the middle of it.
        using var tests = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["-method", $"*{nameof(It_serves_databases_that_are_copies_of_another_and_leaves_nothing_behind)}"]) { RedirectStandardOutput = true })!;
        var server = 0;
        await Eventually.IsAsync(() => Task.FromResult(Serving(tests.Id, out server)), 60);
        var folder = Path.GetDirectoryName(Words(server).SkipWhile(w => w != "-D").ElementAt(1))!;
        Assert.True(Directory.Exists(folder));
        tests.Kill();
        await tests.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(128 + 9, tests.ExitCode);
        await Eventually.IsAsync(() => Task.FromResult(!Directory.Exists(folder) && Words(server) is []), 60);
    }

    /// <summary>The server that the guard of a process has started, once it has its lock file.</summary>
    private static bool Serving(int tests, out int server) =>
        (server = Children(tests).SelectMany(Children).FirstOrDefault(p => Words(p) is [var program, ..] && Path.GetFileName(program) == "postgres")) != 0
        && File.Exists(Path.Combine(Words(server).SkipWhile(w => w != "-D").ElementAtOrDefault(1) ?? "", "postmaster.pid"));

    private static IEnumerable<int> Children(int process) => Directory.Exists($"/proc/{process}/task")
        ? Directory.GetDirectories($"/proc/{process}/task").SelectMany(t => Read(Path.Combine(t, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(int.Parse)
        : [];

    private static string[] Words(int process) => Read($"/proc/{process}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            // The process has ended.
            return "";
        }
    }

    private static string? Run(PostgresServer server, string database, string sql)
    {
        using var connection = new NpgsqlConnection(server.ConnectionString(database));
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar() as string;
    }
}
