using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;

namespace AgentApprovals.Benchmarks.Limits;

/// <summary>On PostgreSQL: one batch, and so one transaction in one round trip, with a set for each table. Every byte of every row goes over the line.</summary>
internal sealed class PostgresRows : IBareRows
{
    private readonly NpgsqlConnection _connection;
    private readonly Template[] _tables;
    private long _sequence;

    private PostgresRows(NpgsqlConnection connection)
    {
        _connection = connection;
        _sequence = Scalar("SELECT \"Sequence\" FROM head");
        var sample = Scalar("SELECT MAX(\"Sequence\") FROM actions");
        _tables =
        [
            new(connection, "entries", $"\"Sequence\" = {sample}"),
            new(connection, "actions", $"\"Sequence\" = {sample}"),
            new(connection, "contents", $"\"Sequence\" = {sample} AND \"Part\" = 0"),
            new(connection, "contents", $"\"Sequence\" = {sample} AND \"Part\" = 1"),
        ];
    }

    public static PostgresRows Open(string database)
    {
        var connection = new NpgsqlConnection(database);
        connection.Open();
        return new(connection);
    }

    public async Task CommitAsync(IReadOnlyList<long> keys)
    {
        await using var batch = new NpgsqlBatch(_connection);
        foreach (var table in _tables)
            batch.BatchCommands.Add(table.Insert(_sequence + 1, keys));
        _sequence += keys.Count;
        batch.BatchCommands.Add(new("UPDATE agent_days SET \"Counts\" = \"Counts\""));
        batch.BatchCommands.Add(new("UPDATE head SET \"Sequence\" = $1, \"Hash\" = $2") { Parameters = { new() { Value = _sequence }, new() { Value = RandomNumberGenerator.GetBytes(32) } } });
        await batch.ExecuteNonQueryAsync();
    }

    private long Scalar(string sql)
    {
        using var command = new NpgsqlCommand(sql, _connection);
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>A row, to be written again with what has to be its own.</summary>
    private sealed class Template
    {
        private readonly string _insert;
        private readonly (string Name, NpgsqlDbType Type, Type Clr, object? Value)[] _columns;

        public Template(NpgsqlConnection connection, string table, string where)
        {
            using var read = new NpgsqlCommand($"SELECT * FROM {table} WHERE {where}", connection);
            using var row = read.ExecuteReader();
            if (!row.Read())
                throw new InvalidOperationException($"No row of {table} where {where}.");
            _columns = [.. row.GetColumnSchema().Select((c, i) => (c.ColumnName, c.NpgsqlDbType!.Value, c.DataType!, row.IsDBNull(i) ? null : row.GetValue(i)))];
            _insert = $"INSERT INTO {table} ({string.Join(", ", _columns.Select(c => $"\"{c.Name}\""))}) SELECT * FROM unnest({string.Join(", ", _columns.Select((_, i) => $"${i + 1}"))})";
        }

        public NpgsqlBatchCommand Insert(long first, IReadOnlyList<long> keys)
        {
            var command = new NpgsqlBatchCommand(_insert);
            foreach (var (name, type, clr, value) in _columns)
            {
                var set = Array.CreateInstance(clr.IsValueType ? typeof(Nullable<>).MakeGenericType(clr) : clr, keys.Count);
                for (var i = 0; i < keys.Count; i++)
                    set.SetValue(Own.Has(name) ? Own.Of(name, first + i, keys[i]) : value, i);
                command.Parameters.Add(new() { Value = set, NpgsqlDbType = NpgsqlDbType.Array | type });
            }

            return command;
        }
    }
}
