using System.Globalization;
using AgentApprovals.Data.Storage;
using Npgsql;

namespace AgentApprovals.Data.Ledger;

/// <summary>
/// PostgreSQL, which any number of nodes write to. A batch is one statement (<see cref="PostgresBatch"/>) under READ COMMITTED, and the
/// database's clock is the ledger's. How durable a commit is, the server's <c>synchronous_commit</c> says.
/// </summary>
public sealed class PostgresLedgerStore : ILedgerStore
{
    internal const string Channel = "agent_approvals";

    private const string Clock = "floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint";
    private const int MostTries = 3;

    /// <summary>An advisory lock of this database: who waits for it is granted it in the order of asking.</summary>
    private const string Turn = "4702111234474983745";

    private readonly NpgsqlDataSource _database;
    private readonly string _connectionString;
    private readonly IReadOnlyDictionary<Type, TableMap> _tables;
    private readonly NodeTurns _turns;

    /// <summary>The batch of which it is known that it was not written: it was never sent, or the server said no.</summary>
    private LedgerBatch? _refused;

    public PostgresLedgerStore(string connectionString, IReadOnlyDictionary<Type, TableMap> tables)
    {
        _tables = tables;
        var given = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "AgentApprovals ledger",
            Enlist = false,
            Timeout = 5,
            CommandTimeout = 15,
            // What is executed often is parsed and planned once; a connection is used by nobody else, so nothing of it is to be reset.
            MaxAutoPrepare = 64,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
            MaxPoolSize = 4,
        };
        // Nobody waits for long for the head: whoever holds it does so for one statement.
        given.Options = $@"{given.Options} -c lock_timeout=1500 -c statement_timeout=10000 -c default_transaction_isolation=read\ committed".Trim();
        _connectionString = given.ToString();
        _database = NpgsqlDataSource.Create(given);
        var line = new NpgsqlConnectionStringBuilder(_connectionString) { Pooling = false, Options = $"{given.Options} -c lock_timeout={NodeTurns.Patience}" }.ToString();
        _turns = new(() => new NpgsqlConnection(line), $"SELECT 0 FROM pg_advisory_lock({Turn})", $"SELECT pg_advisory_unlock({Turn})");
    }

    public bool IsShared => true;

    public async Task<Head> ReadHeadAsync(CancellationToken cancel)
    {
        await using var command = _database.CreateCommand("""SELECT "Sequence", "Hash", "At", "ClockOffset" FROM head WHERE "Id" = 1""");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel)
            ? new(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), new(reader.GetInt64(2)), reader.GetInt64(3))
            : new(0, new byte[32], new(0), 0);
    }

    public async ValueTask<long> ReadClockAsync(CancellationToken cancel)
    {
        await using var command = _database.CreateCommand($"SELECT {Clock}");
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    public Task<IAsyncDisposable?> TakeTurnAsync(CancellationToken cancel) => _turns.TakeAsync(cancel);

    public async Task<bool> TryCommitAsync(Head expected, LedgerBatch batch, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            _refused = batch;
            await using var connection = await _database.OpenConnectionAsync(cancel);
            await using var command = PostgresBatch.Of(expected, batch, _tables);
            command.Connection = connection;
            _refused = null;
            try
            {
                // Once it is on its way it is not called back: the answer is what everybody waits for.
                return (bool)(await command.ExecuteScalarAsync(CancellationToken.None))!;
            }
            catch (PostgresException e) when (IsRolledBack(e) && IsPassing(e) && tries < MostTries)
            {
                // Somebody's other rows were in the way; head and clock are compared again.
            }
            catch (PostgresException e) when (IsRolledBack(e))
            {
                _refused = batch;
                throw e.SqlState == PostgresErrorCodes.DivisionByZero
                    ? new InvalidOperationException("A row to change is not in the database: the world and the database differ.", e)
                    : e;
            }
        }
    }

    /// <summary>
    /// What the server said no to is known. Where the line broke, the statement may still be running, or about to: it can be taken for lost
    /// once the head is another, or once it is too old to be written and nobody holds the head.
    /// </summary>
    public async Task<bool> IsCommittedAsync(LedgerBatch batch, CancellationToken cancel)
    {
        if (ReferenceEquals(_refused, batch))
            return false;
        while (true)
        {
            var (isThere, isSettled, clock) = await LookForAsync(batch, cancel);
            if (isThere || isSettled)
                return isThere;
            var left = batch.Clock + ILedgerStore.MostAge - clock;
            if (left < 0)
                break;
            // A clock that was set back would have it wait for as long; another's commit settles it sooner.
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(left, ILedgerStore.MostAge) + 1), cancel);
        }

        await using (var command = _database.CreateCommand("""SELECT 1 FROM head WHERE "Id" = 1 FOR UPDATE"""))
            await command.ExecuteNonQueryAsync(cancel);
        return (await LookForAsync(batch, cancel)).IsThere;
    }

    public async Task<IReadOnlyList<long>> FindKeysAsync(IReadOnlyCollection<string> keys, CancellationToken cancel)
    {
        await using var command = _database.CreateCommand("""SELECT "Sequence" FROM actions WHERE "IdempotencyKey" = ANY ($1)""");
        command.Parameters.Add(new NpgsqlParameter { Value = keys.ToArray() });
        var found = new List<long>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            found.Add(reader.GetInt64(0));
        return found;
    }

    public async Task<IReadOnlySet<(long Agent, long Hash)>> FindResourcesAsync(IReadOnlyCollection<(long Agent, long Hash)> resources, CancellationToken cancel)
    {
        // One step down the index for each, however large the table is thought to be.
        await using var command = _database.CreateCommand("""
            SELECT r.agent, r.hash FROM unnest($1::bigint[], $2::bigint[]) AS r (agent, hash)
            CROSS JOIN LATERAL (SELECT 1 FROM actions WHERE "AgentSequence" = r.agent AND "ResourceHash" = r.hash LIMIT 1) AS used
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = resources.Select(r => r.Agent).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = resources.Select(r => r.Hash).ToArray() });
        var used = new HashSet<(long, long)>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            used.Add((reader.GetInt64(0), reader.GetInt64(1)));
        return used;
    }

    /// <summary>By NOTIFY, which each commit does. It takes a connection of its own, which says within seconds when it is dead.</summary>
    public async Task ListenAsync(Action<long> onCommit, CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_connectionString) { Pooling = false, KeepAlive = 2 }.ToString());
        connection.Notification += (_, said) => onCommit(long.Parse(said.Payload, CultureInfo.InvariantCulture));
        await connection.OpenAsync(cancel);
        await using (var command = new NpgsqlCommand($"LISTEN {Channel}", connection))
            await command.ExecuteNonQueryAsync(cancel);
        while (true)
            await connection.WaitAsync(cancel);
    }

    /// <summary>Classes of SQLSTATE: data exceptions, constraints, and limits of the server.</summary>
    public bool MayBeOneCommand(Exception exception) => exception switch
    {
        PostgresException { SqlState: var state } => state[..2] is "22" or "23" or "54",
        _ => exception is not NpgsqlException,
    };

    public async ValueTask DisposeAsync()
    {
        await _turns.DisposeAsync();
        await _database.DisposeAsync();
    }

    /// <summary>Whether it is there; whether, if it is not, it never will be, for the head is past it; and the clock.</summary>
    private async Task<(bool IsThere, bool IsSettled, long Clock)> LookForAsync(LedgerBatch batch, CancellationToken cancel)
    {
        await using var command = _database.CreateCommand($"""
            SELECT EXISTS (SELECT FROM entries WHERE "Sequence" = $1 AND "Batch" = $2), coalesce((SELECT max("Sequence") FROM head), 0), {Clock}
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = batch.Head.Sequence });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = batch.Id });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return (reader.GetBoolean(0), reader.GetInt64(1) >= batch.Entries[0].Sequence, reader.GetInt64(2));
    }

    /// <summary>An error that the server told of a statement undoes it; one that ends the connection may come after the commit.</summary>
    private static bool IsRolledBack(PostgresException e) => e.InvariantSeverity == "ERROR";

    private static bool IsPassing(PostgresException e) => e.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure;
}
