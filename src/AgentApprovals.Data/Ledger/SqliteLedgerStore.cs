using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using Microsoft.Data.Sqlite;
using SQLitePCL;

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
    private readonly WalKeeper _wal;
    private readonly Dictionary<(Type, string), SqliteStatement> _statements = [];
    private SqliteStatement? _findKey;
    private SqliteStatement? _findResource;
    private SqliteStatement? _dropWords;
    private SqliteStatement? _addToFleet;

    public SqliteLedgerStore(string connectionString, IReadOnlyDictionary<Type, TableMap> tables, TimeProvider time)
    {
        _tables = tables;
        _time = time;
        // Statements are prepared on this very connection, so it is never one that a pool gave to somebody else.
        _connection = new(new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ToString());
        _connection.Open();
        using (var command = _connection.CreateCommand())
        {
            command.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=5000; PRAGMA cache_size=-65536; PRAGMA secure_delete=ON;";
            command.ExecuteNonQuery();
        }

        _wal = new(_connection, time);
    }

    public bool IsShared => false;

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
        using (var transaction = _connection.BeginTransaction(deferred: false))
        {
            if (!TryMoveHead(transaction, expected, batch.Head))
                return Task.FromResult(false);
            Insert(batch.Entries);
            foreach (var (row, isNew) in batch.Rows)
            {
                if (isNew)
                    Insert(row);
                else
                    Update(row);
            }

            foreach (var day in batch.Days)
                Insert(new AgentDayRow { AgentSequence = day.AgentSequence, Day = day.Day, Counts = day.Counts }, orUpdate: true);
            foreach (var (standing, words) in batch.Standings)
                Write(standing, words);
            foreach (var count in batch.Fleet)
                Add(count);
            foreach (var fact in batch.Facts)
                Insert(fact);
            foreach (var content in batch.Contents)
                Insert(new ContentRow { Sequence = content.Sequence, Part = content.Part, Bytes = content.Bytes.ToArray() });
            foreach (var purged in batch.Purged)
                Purge(purged);
            transaction.Commit();
        }

        _wal.Committed();
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
        _findKey ??= new(_connection, "SELECT Sequence FROM actions WHERE IdempotencyKey = ?");
        var found = new List<long>();
        foreach (var key in keys)
        {
            _findKey.Bind(0, key);
            if (_findKey.Find() is { } sequence)
                found.Add(sequence);
        }

        return Task.FromResult<IReadOnlyList<long>>(found);
    }

    public Task<IReadOnlySet<(long Agent, long Hash)>> FindResourcesAsync(IReadOnlyCollection<(long Agent, long Hash)> resources, CancellationToken cancel)
    {
        _findResource ??= new(_connection, "SELECT 1 FROM actions WHERE AgentSequence = ? AND ResourceHash = ? LIMIT 1");
        var used = new HashSet<(long, long)>();
        foreach (var resource in resources)
        {
            _findResource.Bind(0, resource.Agent);
            _findResource.Bind(1, resource.Hash);
            if (_findResource.Find() is not null)
                used.Add(resource);
        }

        return Task.FromResult<IReadOnlySet<(long, long)>>(used);
    }

    public bool MayBeOneCommand(Exception exception) =>
        exception is not SqliteException { SqliteErrorCode: not (raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH) };

    public async ValueTask DisposeAsync()
    {
        await _wal.DisposeAsync();
        foreach (var statement in _statements.Values)
            statement.Dispose();
        _findKey?.Dispose();
        _findResource?.Dispose();
        _dropWords?.Dispose();
        _addToFleet?.Dispose();
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

    private void Purge(long sequence)
    {
        var statement = Prepared(typeof(ContentRow), "PURGE", _ => $"UPDATE contents SET Bytes = NULL WHERE Sequence = ? AND Part <> {(int)ContentPart.Document}");
        statement.Bind(0, sequence);
        statement.Execute();
    }

    private void Insert(IReadOnlyList<EntryRow> entries)
    {
        foreach (var entry in entries)
            Insert(entry);
    }

    private void Write(AgentStanding standing, IReadOnlySet<string>? words)
    {
        Insert(StandingRow.Of(standing), orUpdate: true);
        if (words is null)
            return;
        _dropWords ??= new(_connection, "DELETE FROM agent_words WHERE AgentSequence = ?");
        _dropWords.Bind(0, standing.AgentSequence);
        _dropWords.Execute();
        foreach (var word in words)
            Insert(new AgentWordRow { AgentSequence = standing.AgentSequence, Word = word });
    }

    /// <summary>Added in the database, which alone knows what it stands at.</summary>
    private void Add(FleetCount count)
    {
        _addToFleet ??= new(_connection, "INSERT INTO fleet_counts (Day, Name, Count) VALUES (?, ?, ?) ON CONFLICT (Day, Name) DO UPDATE SET Count = Count + excluded.Count");
        _addToFleet.Bind(0, count.Day);
        _addToFleet.Bind(1, count.Name);
        _addToFleet.Bind(2, count.By);
        _addToFleet.Execute();
    }

    private void Insert(object row, bool orUpdate = false)
    {
        var table = _tables[row.GetType()];
        var statement = Prepared(row.GetType(), orUpdate ? "UPSERT" : "INSERT", verb =>
            $"INSERT INTO {table.Name} ({string.Join(", ", table.Columns.Select(c => $"\"{c}\""))}) VALUES ({string.Join(", ", table.Columns.Select(_ => "?"))})"
            + (verb == "INSERT" ? "" : $" ON CONFLICT ({string.Join(", ", table.Keys.Select(k => $"\"{table.Columns[k]}\""))}) DO UPDATE SET "
                + string.Join(", ", table.Columns.Where((_, i) => !table.Keys.Contains(i)).Select(c => $"\"{c}\" = excluded.\"{c}\""))));
        for (var i = 0; i < table.Columns.Count; i++)
            statement.Bind(i, table.Read(row, i));
        statement.Execute();
    }

    private void Update(IRow row)
    {
        var table = _tables[row.GetType()];
        var statement = Prepared(row.GetType(), "UPDATE", verb =>
            $"{verb} {table.Name} SET {string.Join(", ", table.Columns.Select((c, i) => (c, i)).Where(x => !table.Keys.Contains(x.i)).Select(x => $"\"{x.c}\" = ?{x.i + 1}"))} "
            + $"WHERE {string.Join(" AND ", table.Keys.Select(k => $"\"{table.Columns[k]}\" = ?{k + 1}"))}");
        for (var i = 0; i < table.Columns.Count; i++)
            statement.Bind(i, table.Read(row, i));
        if (statement.Execute() != 1)
            throw new InvalidOperationException($"{table.Name} {row.Sequence} is not in the database: the world and the database differ.");
    }

    private SqliteStatement Prepared(Type type, string verb, Func<string, string> sql)
    {
        if (!_statements.TryGetValue((type, verb), out var statement))
            _statements[(type, verb)] = statement = new(_connection, sql(verb));
        return statement;
    }
}
