using System.Diagnostics;
using AgentApprovals.Benchmarks.Load;
using AgentApprovals.Data.Storage;
using Microsoft.Data.Sqlite;
using static System.Console;

namespace AgentApprovals.Benchmarks;

/// <summary>
/// Row 7: many windows end at one instant. When the product says so to those who ask, and how long it takes to write it down,
/// against a bare sweep that writes the same rows and entries.
/// </summary>
internal sealed class Deadlines(int windows)
{
    private const int Asking = 20;

    private static readonly object[] Rules =
    [
        new { name = "Held", mode = "veto", confirmationWindowSeconds = 86400, expiresAfterSeconds = 86400, permitSeconds = 86400, burst = new { count = 10_000, perSeconds = 1 } },
    ];

    public async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("agent-approvals-benchmark-").FullName;
        string asker;
        await using (var product = await (await Product.StartAsync(folder)).SetSceneAsync(agents: 2, sessionsOfEach: 4, rules: Rules))
        {
            product.KeepFolder = true;
            asker = product.Tokens[0];
            for (var filled = 0L; filled < windows;)
                filled += (await HttpLoad.RunAsync(product.Port, product.Tokens, 64, TimeSpan.FromSeconds(1))).Require().Expected;
        }

        var due = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() + 10_000;
        var ids = SetDue(Path.Combine(folder, "product.db"), due);
        await using var again = await Product.StartAsync(folder);
        using var agent = again.Client(asker);
        var answers = ids.ConvertAll(id => AskAsync(agent, id));
        var written = WrittenAsync(again.Database, due);
        var late = (await Task.WhenAll(answers)).Select(at => at - due).ToList();
        var took = await written;
        var bare = BareSweep(again.CopyDatabase());
        WriteLine($"7. {windows} windows end at one instant: {Asking} who asked were told {late.Min()} to {late.Max()} ms after it ({(late.Min() >= 0 && late.Max() <= 50 ? "holds" : "MISSED")}: 0 to 50); "
            + $"written down in {took:0} ms, {took / bare:0.0} × a bare sweep's {bare:0} ms ({(took <= 6 * bare ? "holds" : "MISSED")}: ≤ 6)");
    }

    /// <summary>Moves all windows to one instant, which no command could; the ids of some whose session asks.</summary>
    private List<string> SetDue(string database, long due)
    {
        using var connection = Open(database);
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            DELETE FROM actions WHERE Sequence NOT IN (SELECT Sequence FROM actions WHERE Status = 1 ORDER BY Sequence LIMIT {windows});
            UPDATE actions SET ReleaseAt = {due}, ConfirmationEndsAt = {due}, DueAt = {due};
            SELECT hex(Id) FROM actions WHERE SessionSequence = (SELECT MIN(Sequence) FROM sessions) LIMIT {Asking};
            """;
        using var reader = command.ExecuteReader();
        var ids = new List<string>();
        while (reader.Read())
            ids.Add(new Guid(Convert.FromHexString(reader.GetString(0)), bigEndian: true).ToString());
        return ids;
    }

    private static async Task<long> AskAsync(HttpClient agent, string id)
    {
        var action = await Product.SendAsync(agent, HttpMethod.Get, $"actions/{id}?wait=60");
        return action["status"]!.ToString() == "released"
            ? TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()
            : throw new InvalidOperationException($"It was {action["status"]}.");
    }

    /// <summary>Milliseconds from the instant until the last of them is written down.</summary>
    private static async Task<double> WrittenAsync(string database, long due)
    {
        await using var connection = Open(database);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM actions WHERE Status = 1";
        while ((long)(await command.ExecuteScalarAsync())! > 0)
            await Task.Delay(5);
        return TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - due;
    }

    /// <summary>The same rows and entries again, without reading, judging or hashing: one commit for each 500.</summary>
    private static double BareSweep(string database)
    {
        using var connection = new SqliteConnection($"{database};Pooling=False");
        connection.Open();
        var rows = new List<(long Action, byte[] Bytes)>();
        using (var read = connection.CreateCommand())
        {
            read.CommandText = "SELECT ActionSequence, Bytes FROM entries WHERE Kind = 'action.released' ORDER BY Sequence";
            using var reader = read.ExecuteReader();
            while (reader.Read())
                rows.Add((reader.GetInt64(0), (byte[])reader.GetValue(1)));
        }

        using var update = new SqliteStatement(connection, "UPDATE actions SET Status = 1, DueAt = DueAt + 1 WHERE Sequence = ?");
        using var insert = new SqliteStatement(connection, "INSERT INTO entries (Sequence, Batch, At, Kind, ActionSequence, Bytes, Hash) SELECT MAX(Sequence) + 1, zeroblob(16), 0, 'action.released', ?1, ?2, zeroblob(32) FROM entries");
        var start = Stopwatch.GetTimestamp();
        foreach (var chunk in rows.Chunk(500))
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            foreach (var (action, bytes) in chunk)
            {
                update.Bind(0, action);
                update.Execute();
                insert.Bind(0, action);
                insert.Bind(1, bytes);
                insert.Execute();
            }

            transaction.Commit();
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static SqliteConnection Open(string database)
    {
        var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        return connection;
    }
}
