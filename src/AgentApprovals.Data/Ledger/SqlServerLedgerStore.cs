using System.Data;
using System.Text.Json;
using AgentApprovals.Data.Storage;
using Microsoft.Data.SqlClient;

namespace AgentApprovals.Data.Ledger;

/// <summary>
/// SQL Server (2019 and later) or Azure SQL, which any number of nodes write to. A batch is one batch of T-SQL (<see cref="SqlServerBatch"/>)
/// under READ COMMITTED, and the database's clock is the ledger's. A commit is on the server's disk when it answers, unless the database
/// has DELAYED_DURABILITY.
/// </summary>
public sealed class SqlServerLedgerStore : ILedgerStore
{
    internal const string ReadHead = "SELECT [Sequence], [Hash], [At], [ClockOffset] FROM [head] WHERE [Id] = 1;";
    internal const string ReadClock = $"SELECT {SqlServerBatch.Clock};";

    internal const string FindKeys = $"""
        SELECT a.[Sequence] FROM OPENJSON(@keys) WITH ([Key] nvarchar(64) '$') AS k
        INNER LOOP JOIN [actions] AS a ON a.[IdempotencyKey] = k.[Key] COLLATE {Dialect.SqlServerBinary} AND a.[IdempotencyKey] IS NOT NULL;
        """;

    internal const string FindResources = """
        SELECT r.[Agent], r.[Hash] FROM OPENJSON(@resources) WITH ([Agent] bigint '$[0]', [Hash] bigint '$[1]') AS r
        CROSS APPLY (SELECT TOP (1) 1 AS [one] FROM [actions] AS a WHERE a.[AgentSequence] = r.[Agent] AND a.[ResourceHash] = r.[Hash]) AS used;
        """;

    /// <summary>The head first: once it is past the batch, nothing changes about whether the batch is there.</summary>
    internal const string LookFor = $"""
        SET LOCK_TIMEOUT 1500;
        DECLARE @head bigint = COALESCE((SELECT MAX([Sequence]) FROM [head]), 0);
        DECLARE @clock bigint = {SqlServerBatch.Clock};
        SELECT (SELECT COUNT(*) FROM [entries] WHERE [Sequence] = @sequence AND [Batch] = @batch), @head, @clock;
        """;

    /// <summary>Comes back when nobody writes.</summary>
    internal const string AwaitHead = "SET LOCK_TIMEOUT 1500; SELECT COUNT(*) FROM [head] WITH (UPDLOCK, HOLDLOCK) WHERE [Id] = 1;";

    /// <summary>Who waits for it is granted it in the order of asking; negative: not in time (sp_getapplock).</summary>
    internal const string BeginTurn = $"""
        DECLARE @granted int;
        EXEC @granted = sp_getapplock @Resource = N'{Turn}', @LockMode = N'Exclusive', @LockOwner = N'Session', @LockTimeout = {NodeTurns.Patience};
        SELECT @granted;
        """;

    internal const string EndTurn = $"EXEC sp_releaseapplock @Resource = N'{Turn}', @LockOwner = N'Session';";

    private const string Turn = "AgentApprovals.Turn";
    private const int MostTries = 3;

    // sys.messages: a deadlock's victim, and a row that changed under a snapshot.
    private static readonly int[] Passing = [1205, 3960];

    // What is to be written is wrong: NULL, a constraint, a duplicate, too long for a column or a key, no number, no JSON.
    private static readonly int[] OneCommands = [515, 547, 2601, 2627, 2628, 8152, 1946, 220, 245, 8114, 8115, 13609];

    private readonly string _connectionString;
    private readonly IReadOnlyDictionary<Type, TableMap> _tables;
    private readonly NodeTurns _turns;

    /// <summary>The batch of which it is known that it was not written: it was never sent, or the server said no.</summary>
    private LedgerBatch? _refused;

    public SqlServerLedgerStore(string connectionString, IReadOnlyDictionary<Type, TableMap> tables)
    {
        _tables = tables;
        _connectionString = new SqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "AgentApprovals ledger",
            Enlist = false,
            ConnectTimeout = 5,
            CommandTimeout = 15,
            MaxPoolSize = 4,
            MultipleActiveResultSets = false,
        }.ToString();
        var line = new SqlConnectionStringBuilder(_connectionString) { Pooling = false }.ToString();
        _turns = new(() => new SqlConnection(line), BeginTurn, EndTurn);
    }

    public bool IsShared => true;

    public Task<Head> ReadHeadAsync(CancellationToken cancel) => QueryAsync(ReadHead, async reader => await reader.ReadAsync(cancel)
        ? new Head(reader.GetInt64(0), (byte[])reader.GetValue(1), new(reader.GetInt64(2)), reader.GetInt64(3))
        : new Head(0, new byte[32], new(0), 0), cancel);

    public async ValueTask<long> ReadClockAsync(CancellationToken cancel) => await QueryAsync(ReadClock, async reader =>
    {
        await reader.ReadAsync(cancel);
        return reader.GetInt64(0);
    }, cancel);

    public Task<IAsyncDisposable?> TakeTurnAsync(CancellationToken cancel) => _turns.TakeAsync(cancel);

    public async Task<bool> TryCommitAsync(Head expected, LedgerBatch batch, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            _refused = batch;
            await using var connection = new SqlConnection(_connectionString);
            await connection.OpenAsync(cancel);
            await using var command = SqlServerBatch.Of(expected, batch, _tables);
            command.Connection = connection;
            _refused = null;
            try
            {
                // Once it is on its way it is not called back: the answer is what everybody waits for.
                return (bool)(await command.ExecuteScalarAsync(CancellationToken.None))!;
            }
            catch (SqlException e) when (IsRolledBack(e, connection) && Passing.Contains(e.Number) && tries < MostTries)
            {
                // Somebody's other rows were in the way; head and clock are compared again.
            }
            catch (SqlException e) when (IsRolledBack(e, connection))
            {
                _refused = batch;
                throw e.Number == SqlServerBatch.RowMissing
                    ? new InvalidOperationException("A row to change is not in the database: the world and the database differ.", e)
                    : e;
            }
        }
    }

    /// <summary>
    /// What the server said no to is known. Where the line broke, the batch may still be running, or about to: it can be taken for lost
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

        await QueryAsync(AwaitHead, reader => reader.ReadAsync(cancel), cancel);
        return (await LookForAsync(batch, cancel)).IsThere;
    }

    public Task<IReadOnlyList<long>> FindKeysAsync(IReadOnlyCollection<string> keys, CancellationToken cancel) => QueryAsync(FindKeys, async reader =>
    {
        var found = new List<long>();
        while (await reader.ReadAsync(cancel))
            found.Add(reader.GetInt64(0));
        return (IReadOnlyList<long>)found;
    }, cancel, Json("@keys", keys));

    public Task<IReadOnlySet<(long Agent, long Hash)>> FindResourcesAsync(IReadOnlyCollection<(long Agent, long Hash)> resources, CancellationToken cancel) =>
        QueryAsync(FindResources, async reader =>
        {
            var used = new HashSet<(long, long)>();
            while (await reader.ReadAsync(cancel))
                used.Add((reader.GetInt64(0), reader.GetInt64(1)));
            return (IReadOnlySet<(long, long)>)used;
        }, cancel, Json("@resources", resources.Select(r => new[] { r.Agent, r.Hash })));

    public bool MayBeOneCommand(Exception exception) => exception is not SqlException e || OneCommands.Contains(e.Number);

    public async ValueTask DisposeAsync()
    {
        await _turns.DisposeAsync();
        await using var pool = new SqlConnection(_connectionString);
        SqlConnection.ClearPool(pool);
    }

    private Task<(bool IsThere, bool IsSettled, long Clock)> LookForAsync(LedgerBatch batch, CancellationToken cancel) => QueryAsync(LookFor, async reader =>
    {
        await reader.ReadAsync(cancel);
        return (reader.GetInt32(0) > 0, reader.GetInt64(1) >= batch.Entries[0].Sequence, reader.GetInt64(2));
    }, cancel, new("@sequence", SqlDbType.BigInt) { Value = batch.Head.Sequence }, new("@batch", SqlDbType.VarBinary, 16) { Value = batch.Id });

    /// <summary>
    /// Under XACT_ABORT an error of a statement undoes the whole. A time limit of our own (-2) tells nothing of what the server did, and
    /// from class 20 on the connection is gone.
    /// </summary>
    private static bool IsRolledBack(SqlException e, SqlConnection connection) => e.Number > 0 && e.Class is > 10 and < 20 && connection.State == ConnectionState.Open;

    private static SqlParameter Json(string name, object value) => new(name, SqlDbType.NVarChar, -1) { Value = JsonSerializer.Serialize(value) };

    private async Task<T> QueryAsync<T>(string sql, Func<SqlDataReader, Task<T>> read, CancellationToken cancel, params SqlParameter[] parameters)
    {
        await using var connection = new SqlConnection(_connectionString);
        await connection.OpenAsync(cancel);
        await using var command = new SqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await read(reader);
    }
}
