using AgentApprovals.Data.Storage;
using Microsoft.Data.Sqlite;

namespace AgentApprovals.Benchmarks.Limits;

/// <summary>On SQLite, with the product's own settings.</summary>
internal sealed class SqliteRows : IBareRows
{
    private readonly SqliteConnection _connection;
    private readonly Template[] _tables;
    private readonly SqliteStatement _head;
    private readonly SqliteStatement _days;
    private readonly WalKeeper _wal;
    private long _sequence;

    private SqliteRows(SqliteConnection connection)
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

    public static SqliteRows Open(string database)
    {
        var connection = new SqliteConnection(database);
        connection.Open();
        return new(connection);
    }

    public Task CommitAsync(IReadOnlyList<long> keys)
    {
        using (var transaction = _connection.BeginTransaction(deferred: false))
        {
            foreach (var key in keys)
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
        return Task.CompletedTask;
    }

    private long Scalar(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>A row, to be written again with what has to be its own.</summary>
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
            _own = [.. columns.Select((c, i) => (i, c)).Where(x => Own.Has(x.c))];
        }

        public void Insert(long sequence, long key)
        {
            foreach (var (index, column) in _own)
                _values[index] = Own.Of(column, sequence, key);
            for (var i = 0; i < _values.Length; i++)
                _insert.Bind(i, _values[i]);
            _insert.Execute();
        }
    }
}
