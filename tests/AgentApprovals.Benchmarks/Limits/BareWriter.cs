using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace AgentApprovals.Benchmarks.Limits;

/// <summary>
/// One writer that commits in groups: the rows that the product wrote for one submission, with their bytes, taken from its
/// database and written again under new keys. Nothing is authenticated, judged, hashed or read.
/// </summary>
internal sealed class BareWriter
{
    private const int MostInBatch = 256;

    private readonly Channel<(long Key, TaskCompletionSource Done)> _queue = Channel.CreateUnbounded<(long, TaskCompletionSource)>(new() { SingleReader = true });
    private readonly SqliteConnection _connection;
    private readonly Template[] _tables;
    private readonly SqliteCommand _head;
    private readonly (SqliteCommand Command, int Agents) _days;
    private long _sequence;

    private BareWriter(SqliteConnection connection)
    {
        _connection = connection;
        Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536;");
        _sequence = Scalar("SELECT Sequence FROM head");
        var sample = Scalar("SELECT MAX(Sequence) FROM actions");
        _tables =
        [
            new(connection, "entries", $"Sequence = {sample}"),
            new(connection, "actions", $"Sequence = {sample}"),
            new(connection, "contents", $"Sequence = {sample} AND Part = 0"),
            new(connection, "contents", $"Sequence = {sample} AND Part = 1"),
        ];
        _head = connection.CreateCommand();
        _head.CommandText = "UPDATE head SET Sequence = $sequence, Hash = randomblob(32)";
        _head.Parameters.Add("$sequence", SqliteType.Integer);
        var days = connection.CreateCommand();
        days.CommandText = "UPDATE agent_days SET Counts = Counts";
        _days = (days, (int)Scalar("SELECT COUNT(*) FROM agent_days"));
    }

    public static Func<long, Task> Open(string database)
    {
        var connection = new SqliteConnection($"Data Source={database}");
        connection.Open();
        var writer = new BareWriter(connection);
        _ = Task.Run(writer.RunAsync);
        return key =>
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            writer._queue.Writer.TryWrite((key, done));
            return done.Task;
        };
    }

    private async Task RunAsync()
    {
        var batch = new List<(long Key, TaskCompletionSource Done)>(MostInBatch);
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (batch.Count < MostInBatch && _queue.Reader.TryRead(out var one))
                batch.Add(one);
            Commit(batch);
            foreach (var (_, done) in batch)
                done.SetResult();
            batch.Clear();
        }
    }

    private void Commit(List<(long Key, TaskCompletionSource Done)> batch)
    {
        using var transaction = _connection.BeginTransaction(deferred: false);
        foreach (var (key, _) in batch)
        {
            _sequence++;
            foreach (var table in _tables)
                table.Insert(transaction, _sequence, key);
        }

        _days.Command.Transaction = transaction;
        _days.Command.ExecuteNonQuery();
        _head.Transaction = transaction;
        _head.Parameters[0].Value = _sequence;
        _head.ExecuteNonQuery();
        transaction.Commit();
    }

    private long Scalar(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>A row of the product, to be written again with what has to be its own: keys, ids, resource.</summary>
    private sealed class Template
    {
        private readonly SqliteCommand _insert;
        private readonly List<(SqliteParameter Parameter, string Column)> _own = [];

        public Template(SqliteConnection connection, string table, string where)
        {
            using var read = connection.CreateCommand();
            read.CommandText = $"SELECT * FROM {table} WHERE {where}";
            using var row = read.ExecuteReader();
            if (!row.Read())
                throw new InvalidOperationException($"No row of {table} where {where}.");
            var columns = Enumerable.Range(0, row.FieldCount).Select(row.GetName).ToList();
            _insert = connection.CreateCommand();
            _insert.CommandText = $"INSERT INTO {table} ({string.Join(", ", columns.Select(c => $"\"{c}\""))}) VALUES ({string.Join(", ", columns.Select((_, i) => $"$p{i}"))})";
            for (var i = 0; i < columns.Count; i++)
            {
                var parameter = _insert.Parameters.AddWithValue($"$p{i}", row.GetValue(i));
                if (columns[i] is "Sequence" or "ActionSequence" or "Id" or "IdempotencyKey" or "ResourceHash")
                    _own.Add((parameter, columns[i]));
            }
        }

        public void Insert(SqliteTransaction transaction, long sequence, long key)
        {
            foreach (var (parameter, column) in _own)
                parameter.Value = Own(column, sequence, key);
            _insert.Transaction = transaction;
            _insert.ExecuteNonQuery();
        }

        /// <summary>As long as what the product writes, and as scattered in the indexes: a random key, an id in order.</summary>
        private static object Own(string column, long sequence, long key) => column switch
        {
            "Id" => IdOf(sequence),
            "IdempotencyKey" => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
            "ResourceHash" => (key % Load.Submission.Resources * 7_046_029_254_386_353_131L) ^ long.MinValue,
            _ => sequence,
        };

        private static byte[] IdOf(long sequence)
        {
            var id = RandomNumberGenerator.GetBytes(16);
            BinaryPrimitives.WriteInt64BigEndian(id, sequence);
            return id;
        }
    }
}
