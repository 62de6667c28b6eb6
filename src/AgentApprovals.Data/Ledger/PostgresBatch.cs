using System.Globalization;
using System.Text;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace AgentApprovals.Data.Ledger;

/// <summary>
/// One batch as one statement: a <c>WITH</c> whose first part locks and moves the head and whose others write only where it moved, each
/// table's rows as arrays. The server starts only when it has all of it, and commits by itself, so a node that stops anywhere
/// holds no lock. Its parts see the tables as they were before it (postgresql.org/docs/current/queries-with.html), so none
/// relies on what another wrote. The text depends on which tables are touched, not on how many rows, so the server keeps its plan.
/// </summary>
internal sealed class PostgresBatch
{
    private const string IfMoved = "EXISTS (SELECT FROM moved)";

    private readonly StringBuilder _sql = new();
    private readonly List<NpgsqlParameter> _parameters = [];
    private readonly List<string> _checks = [];
    private int _parts;

    private PostgresBatch()
    {
    }

    /// <summary>The statement; its first column says whether the head moved, and it divides by zero where a row to change is not there.</summary>
    public static NpgsqlCommand Of(Head expected, LedgerBatch batch, IReadOnlyDictionary<Type, TableMap> tables)
    {
        var it = new PostgresBatch();
        it.MoveHead(expected, batch);
        foreach (var (table, rows) in BatchRows.Inserted(batch, tables))
            it.Insert(table, rows);
        foreach (var (table, rows) in BatchRows.Updated(batch, tables))
            it.Update(table, rows);
        foreach (var (table, rows) in BatchRows.Kept(batch, tables))
            it.Insert(table, rows, $" ON CONFLICT ({Keys(table)}) DO UPDATE SET {Join(table, c => $"{c} = excluded.{c}")}");
        it.Write(batch, tables);
        return it.Command(batch);
    }

    private void MoveHead(Head expected, LedgerBatch batch)
    {
        var next = batch.Head;
        var values = $"{Bind(next.Sequence)}, {Bind(next.Hash)}, {Bind(next.At.Milliseconds)}, {Bind(next.ClockOffset)}";
        var isYoung = $"floor(extract(epoch FROM clock_timestamp()) * 1000) <= {Bind(batch.Clock + ILedgerStore.MostAge)}";
        if (expected.Sequence == 0)
        {
            _sql.Append(CultureInfo.InvariantCulture, $"""
                WITH moved AS (INSERT INTO head ("Id", "Sequence", "Hash", "At", "ClockOffset") SELECT 1, {values}
                WHERE NOT EXISTS (SELECT FROM head) AND {isYoung} ON CONFLICT DO NOTHING RETURNING 1)
                """);
            return;
        }

        // The clock is asked once the head is locked, however long that took.
        _sql.Append(CultureInfo.InvariantCulture, $"""
            WITH locked AS MATERIALIZED (SELECT 1 FROM head WHERE "Id" = 1 AND "Sequence" = {Bind(expected.Sequence)} FOR UPDATE),
            young AS MATERIALIZED (SELECT {isYoung} AS it FROM locked),
            moved AS (UPDATE head SET ("Sequence", "Hash", "At", "ClockOffset") = ROW ({values}) FROM young WHERE "Id" = 1 AND young.it RETURNING 1)
            """);
    }

    private void Insert(TableMap table, IReadOnlyList<object> rows, string onConflict = "") =>
        Part($"INSERT INTO {table.Name} ({Join(table, c => c, withKeys: true)}) SELECT * FROM {Rows(table, rows)} WHERE {IfMoved}{onConflict}");

    private void Update(TableMap table, IReadOnlyList<object> rows)
    {
        var same = string.Join(" AND ", table.Keys.Select(k => $"t.\"{table.Columns[k]}\" = v.\"{table.Columns[k]}\""));
        var part = Part($"UPDATE {table.Name} AS t SET {Join(table, c => $"{c} = v.{c}")} FROM {Rows(table, rows)} WHERE {same} AND {IfMoved} RETURNING 1");
        _checks.Add($"(SELECT count(*) FROM {part}) = {Bind((long)rows.Count)}");
    }

    /// <summary>What is no row of a table as it stands: words of agents, counters of all agents, and what is purged.</summary>
    private void Write(LedgerBatch batch, IReadOnlyDictionary<Type, TableMap> tables)
    {
        if (BatchRows.Words(batch) is var (agents, words) && agents.Count > 0)
        {
            var table = tables[typeof(AgentWordRow)];
            var rows = Rows(table, words);
            Part($"""DELETE FROM {table.Name} AS t WHERE t."AgentSequence" = ANY ({Bind(agents.ToArray())}) AND {IfMoved} AND NOT EXISTS (SELECT FROM {rows} WHERE v."AgentSequence" = t."AgentSequence" AND v."Word" = t."Word")""");
            Part($"INSERT INTO {table.Name} ({Join(table, c => c, withKeys: true)}) SELECT * FROM {rows} WHERE {IfMoved} ON CONFLICT DO NOTHING");
        }

        if (batch.Fleet.Count > 0)
        {
            var table = tables[typeof(FleetCountRow)];
            var rows = batch.Fleet.Select(f => new FleetCountRow { Day = f.Day, Name = f.Name, Count = f.By }).ToList<object>();
            Insert(table, rows, $""" ON CONFLICT ({Keys(table)}) DO UPDATE SET "Count" = {table.Name}."Count" + excluded."Count" """);
        }

        if (batch.Purged.Count > 0)
            Part($"""UPDATE contents SET "Bytes" = NULL WHERE "Sequence" = ANY ({Bind(batch.Purged.ToArray())}) AND "Part" <> {(int)ContentPart.Document} AND {IfMoved}""");
    }

    private NpgsqlCommand Command(LedgerBatch batch)
    {
        var isWhole = _checks.Count == 0 ? "true" : string.Join(" AND ", _checks);
        // Listeners hear of it when it is committed, in the order of commits.
        _sql.Append(CultureInfo.InvariantCulture, $"""

            SELECT EXISTS (SELECT FROM moved), 1 / CASE WHEN NOT EXISTS (SELECT FROM moved) OR ({isWhole}) THEN 1 ELSE 0 END,
            (SELECT pg_notify('{PostgresLedgerStore.Channel}', {Bind(batch.Head.Sequence)}::text) FROM moved)
            """);
        var command = new NpgsqlCommand(_sql.ToString());
        foreach (var parameter in _parameters)
            command.Parameters.Add(parameter);
        return command;
    }

    private string Part(string sql)
    {
        var name = $"part{++_parts}";
        _sql.Append(CultureInfo.InvariantCulture, $",\n{name} AS ({sql})");
        return name;
    }

    /// <summary>Rows as a table <c>v</c> with the columns of theirs.</summary>
    private string Rows(TableMap table, IReadOnlyList<object> rows)
    {
        var columns = Enumerable.Range(0, table.Columns.Count).Select(c => Bind(table, c, rows));
        return $"unnest({string.Join(", ", columns)}) AS v ({Join(table, c => c, withKeys: true)})";
    }

    private string Bind(TableMap table, int column, IReadOnlyList<object> rows)
    {
        var type = table.Types[column];
        if (type == typeof(long))
            return Bind(All<long?>(v => (long)v), "bigint[]");
        if (type == typeof(int))
            return Bind(All<int?>(v => Convert.ToInt32(v, CultureInfo.InvariantCulture)), "integer[]");
        if (type == typeof(bool))
            return Bind(All<bool?>(v => (bool)v), "boolean[]");
        if (type == typeof(byte[]))
            return Bind(All<byte[]?>(v => (byte[])v), "bytea[]");
        return Bind(All<string?>(v => (string)v), "text[]");

        T[] All<T>(Func<object, T> cast)
        {
            var all = new T[rows.Count];
            for (var i = 0; i < all.Length; i++)
                all[i] = table.Read(rows[i], column) is { } value ? cast(value) : default!;
            return all;
        }
    }

    private string Bind(object value, string type) => $"{Bind(value)}::{type}";

    private string Bind(object value)
    {
        _parameters.Add(new() { Value = value, NpgsqlDbType = TypeOf(value) });
        return $"${_parameters.Count}";
    }

    private static NpgsqlDbType TypeOf(object value) => value switch
    {
        long => NpgsqlDbType.Bigint,
        byte[] => NpgsqlDbType.Bytea,
        long[] or long?[] => NpgsqlDbType.Array | NpgsqlDbType.Bigint,
        int?[] => NpgsqlDbType.Array | NpgsqlDbType.Integer,
        bool?[] => NpgsqlDbType.Array | NpgsqlDbType.Boolean,
        byte[]?[] => NpgsqlDbType.Array | NpgsqlDbType.Bytea,
        string?[] => NpgsqlDbType.Array | NpgsqlDbType.Text,
        _ => throw new ArgumentException($"{value.GetType().Name} is no type of a column.", nameof(value)),
    };

    private static string Keys(TableMap table) => string.Join(", ", table.Keys.Select(k => $"\"{table.Columns[k]}\""));

    private static string Join(TableMap table, Func<string, string> each, bool withKeys = false) =>
        string.Join(", ", table.Columns.Where((_, i) => withKeys || !table.Keys.Contains(i)).Select(c => each($"\"{c}\"")));
}
