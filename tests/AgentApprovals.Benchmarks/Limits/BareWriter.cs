using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Threading.Channels;
using AgentApprovals.Data.Storage;
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
    private readonly SqliteStatement _head;
    private readonly SqliteStatement _days;
    private readonly WalKeeper _wal;
    private long _sequence;

    private BareWriter(SqliteConnection connection)
    {
        _connection = connection;
        using (var pragmas = connection.CreateCommand())
        {
            pragmas.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536;";
            pragmas.ExecuteNonQuery();
        }

        _wal = new(connection, TimeProvider.System);
        _sequence = Scalar("SELECT Sequence FROM head");
        var sample = Scalar("SELECT MAX(Sequence) FROM actions");
        _tables =
        [
            new(connection, "entries", $"Sequence = {sample}"),
            new(connection, "actions", $"Sequence = {sample}"),
            new(connection, "contents", $"Sequence = {sample} AND Part = 0"),
            new(connection, "contents", $"Sequence = {sample} AND Part = 1"),
        ];
        _head = new(connection, "UPDATE head SET Sequence = ?, Hash = randomblob(32)");
        _days = new(connection, "UPDATE agent_days SET Counts = Counts");
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
        using (var transaction = _connection.BeginTransaction(deferred: false))
        {
            foreach (var (key, _) in batch)
            {
                _sequence++;
                foreach (var table in _tables)
                    table.Insert(_sequence, key);
            }

            _days.Execute();
            _head.Bind(0, _sequence);
            _head.Execute();
            transaction.Commit();
        }

        _wal.Committed();
    }

    private long Scalar(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>A row of the product, to be written again with what has to be its own: keys, ids, resource.</summary>
    private sealed class Template
    {
        private readonly SqliteStatement _insert;
        private readonly object[] _values;
        private readonly List<(int Index, string Column)> _own;

        public Template(SqliteConnection connection, string table, string where)
        {
            using var read = connection.CreateCommand();
            read.CommandText = $"SELECT * FROM {table} WHERE {where}";
            using var row = read.ExecuteReader();
            if (!row.Read())
                throw new InvalidOperationException($"No row of {table} where {where}.");
            var columns = Enumerable.Range(0, row.FieldCount).Select(row.GetName).ToList();
            _insert = new(connection, $"INSERT INTO {table} ({string.Join(", ", columns.Select(c => $"\"{c}\""))}) VALUES ({string.Join(", ", columns.Select(_ => "?"))})");
            _values = [.. Enumerable.Range(0, columns.Count).Select(row.GetValue)];
            _own = [.. columns.Select((c, i) => (i, c)).Where(x => x.c is "Sequence" or "ActionSequence" or "Id" or "IdempotencyKey" or "ResourceHash")];
        }

        public void Insert(long sequence, long key)
        {
            foreach (var (index, column) in _own)
                _values[index] = Own(column, sequence, key);
            for (var i = 0; i < _values.Length; i++)
                _insert.Bind(i, _values[i]);
            _insert.Execute();
        }

        /// <summary>As long as what the product writes, and as scattered in the indexes: a random key, an id in order.</summary>
        private static object Own(string column, long sequence, long key) => column switch
        {
            "Id" => IdOf(sequence),
            "IdempotencyKey" => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
            "ResourceHash" => (key % Load.Submission.Resources * 7_046_029_254_386_353_131L) & ((1L << 53) - 1),
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
