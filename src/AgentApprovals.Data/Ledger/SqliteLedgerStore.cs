using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using Microsoft.Data.Sqlite;

namespace AgentApprovals.Data.Ledger;

/// <summary>
/// SQLite in WAL with <c>synchronous=FULL</c>: a commit is on disk when it answers. One connection writes, in one process; the
/// process's clock is the engine's.
/// </summary>
public sealed class SqliteLedgerStore : ILedgerStore
{
    private readonly SqliteConnection _connection;
    private readonly IReadOnlyDictionary<Type, TableMap> _tables;
    private readonly TimeProvider _time;
    private readonly Dictionary<(Type, bool), SqliteCommand> _commands = [];
    private readonly SqliteCommand _findKey;
    private readonly SqliteCommand _findResource;

    public SqliteLedgerStore(string connectionString, IReadOnlyDictionary<Type, TableMap> tables, TimeProvider time)
    {
        _tables = tables;
        _time = time;
        _connection = new(connectionString);
        _connection.Open();
        _findKey = Prepare("SELECT Sequence FROM actions WHERE IdempotencyKey = $key", "$key");
        _findResource = Prepare("SELECT 1 FROM actions WHERE AgentSequence = $agent AND ResourceHash = $hash LIMIT 1", "$agent", "$hash");
        Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=5000; PRAGMA cache_size=-65536;");
    }

    public async Task<Head> ReadHeadAsync(CancellationToken cancel)
    {
        await using var command = _connection.CreateCommand();
        command.CommandText = "SELECT Sequence, Hash, At, ClockOffset FROM head WHERE Id = 1";
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel)
            ? new(reader.GetInt64(0), (byte[])reader.GetValue(1), new(reader.GetInt64(2)), reader.GetInt64(3))
            : new(0, new byte[32], new(0), 0);
    }

    public ValueTask<long> ReadClockAsync(CancellationToken cancel) => ValueTask.FromResult(_time.GetUtcNow().ToUnixTimeMilliseconds());

    public Task<bool> TryCommitAsync(Head expected, LedgerBatch batch, CancellationToken cancel)
    {
        // BEGIN IMMEDIATE: the write lock is taken before anything is compared.
        using var transaction = _connection.BeginTransaction(deferred: false);
        if (!TryMoveHead(transaction, expected, batch.Head))
            return Task.FromResult(false);
        foreach (var entry in batch.Entries)
            Insert(transaction, entry);
        foreach (var (row, isNew) in batch.Rows)
        {
            if (isNew)
                Insert(transaction, row);
            else
                Update(transaction, row);
        }

        foreach (var day in batch.Days)
            Insert(transaction, new AgentDayRow { AgentSequence = day.AgentSequence, Day = day.Day, Counts = day.Counts }, orReplace: true);
        foreach (var content in batch.Contents)
            Insert(transaction, new ContentRow { Sequence = content.Sequence, Part = content.Part, Bytes = content.Bytes.ToArray() });
        transaction.Commit();
        return Task.FromResult(true);
    }

    public async Task<bool> IsCommittedAsync(LedgerBatch batch, CancellationToken cancel)
    {
        await using var command = _connection.CreateCommand();
        command.CommandText = "SELECT 1 FROM entries WHERE Sequence = $sequence AND Batch = $batch";
        command.Parameters.AddWithValue("$sequence", batch.Head.Sequence);
        command.Parameters.AddWithValue("$batch", batch.Id);
        return await command.ExecuteScalarAsync(cancel) is not null;
    }

    // A database in the process answers a prepared point query sooner than it would parse a set of any size.
    public Task<IReadOnlyList<long>> FindKeysAsync(IReadOnlyCollection<string> keys, CancellationToken cancel)
    {
        var found = new List<long>();
        foreach (var key in keys)
        {
            _findKey.Parameters[0].Value = key;
            if (_findKey.ExecuteScalar() is long sequence)
                found.Add(sequence);
        }

        return Task.FromResult<IReadOnlyList<long>>(found);
    }

    public Task<IReadOnlySet<(long Agent, long Hash)>> FindResourcesAsync(IReadOnlyCollection<(long Agent, long Hash)> resources, CancellationToken cancel)
    {
        var used = new HashSet<(long, long)>();
        foreach (var resource in resources)
        {
            (_findResource.Parameters[0].Value, _findResource.Parameters[1].Value) = resource;
            if (_findResource.ExecuteScalar() is not null)
                used.Add(resource);
        }

        return Task.FromResult<IReadOnlySet<(long, long)>>(used);
    }

    public bool MayBeOneCommand(Exception exception) =>
        exception is not SqliteException { SqliteErrorCode: not (SQLitePCL.raw.SQLITE_CONSTRAINT or SQLitePCL.raw.SQLITE_TOOBIG or SQLitePCL.raw.SQLITE_MISMATCH) };

    public async ValueTask DisposeAsync()
    {
        foreach (var command in _commands.Values.Append(_findKey).Append(_findResource))
            await command.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private bool TryMoveHead(SqliteTransaction transaction, Head expected, Head next)
    {
        using var command = _connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = expected.Sequence == 0
            ? "INSERT INTO head (Id, Sequence, Hash, At, ClockOffset) SELECT 1, $next, $hash, $at, $offset WHERE NOT EXISTS (SELECT 1 FROM head)"
            : "UPDATE head SET Sequence = $next, Hash = $hash, At = $at, ClockOffset = $offset WHERE Id = 1 AND Sequence = $expected";
        command.Parameters.AddWithValue("$next", next.Sequence);
        command.Parameters.AddWithValue("$hash", next.Hash);
        command.Parameters.AddWithValue("$at", next.At.Milliseconds);
        command.Parameters.AddWithValue("$offset", next.ClockOffset);
        command.Parameters.AddWithValue("$expected", expected.Sequence);
        return command.ExecuteNonQuery() == 1;
    }

    private void Insert(SqliteTransaction transaction, object row, bool orReplace = false)
    {
        var table = _tables[row.GetType()];
        var command = Prepared(row.GetType(), isInsert: true, () =>
            $"INSERT {(orReplace ? "OR REPLACE " : "")}INTO {table.Name} ({string.Join(", ", table.Columns.Select(c => $"\"{c}\""))}) "
            + $"VALUES ({string.Join(", ", table.Columns.Select((_, i) => $"$p{i}"))})");
        Fill(command, transaction, table, row);
        command.ExecuteNonQuery();
    }

    private void Update(SqliteTransaction transaction, IRow row)
    {
        var table = _tables[row.GetType()];
        var command = Prepared(row.GetType(), isInsert: false, () =>
            $"UPDATE {table.Name} SET {string.Join(", ", table.Columns.Select((c, i) => (c, i)).Where(x => !table.Keys.Contains(x.i)).Select(x => $"\"{x.c}\" = $p{x.i}"))} "
            + $"WHERE {string.Join(" AND ", table.Keys.Select(k => $"\"{table.Columns[k]}\" = $p{k}"))}");
        Fill(command, transaction, table, row);
        if (command.ExecuteNonQuery() != 1)
            throw new InvalidOperationException($"{table.Name} {row.Sequence} is not in the database: the world and the database differ.");
    }

    private SqliteCommand Prepared(Type type, bool isInsert, Func<string> sql)
    {
        if (_commands.TryGetValue((type, isInsert), out var command))
            return command;
        command = Prepare(sql(), [.. Enumerable.Range(0, _tables[type].Columns.Count).Select(i => $"$p{i}")]);
        _commands[(type, isInsert)] = command;
        return command;
    }

    private SqliteCommand Prepare(string sql, params string[] parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters)
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        return command;
    }

    private static void Fill(SqliteCommand command, SqliteTransaction transaction, TableMap table, object row)
    {
        command.Transaction = transaction;
        for (var i = 0; i < table.Columns.Count; i++)
            command.Parameters[i].Value = table.Read(row, i) ?? DBNull.Value;
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
