using System.Diagnostics;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Storage;
using AgentApprovals.Tests.Data;
using AgentApprovals.Tests.Drivers;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Xunit;

namespace AgentApprovals.Tests.Store;

/// <summary>What only a database that others write to can do to a batch.</summary>
public sealed class PostgresStoreTests : IAsyncLifetime
{
    private LedgerDriver _driver = null!;
    private ILedgerStore _store = null!;
    private string _database = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _driver = await LedgerDriver.OpenAsync();
        await using var db = await _driver.Contexts.CreateDbContextAsync();
        _database = db.Database.GetConnectionString()!;
        _store = Suite.Engine.OpenStore(_database, TableMap.Of(db.Model), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        await _driver.DisposeAsync();
    }

    [Fact]
    public async Task What_was_decided_two_seconds_ago_is_not_written()
    {
        var (head, batch) = await PreparedAsync("old");
        var clock = await _store.ReadClockAsync(Cancel);
        Assert.False(await _store.TryCommitAsync(head, batch with { Clock = clock - ILedgerStore.MostAge - 1 }, Cancel));
        Assert.Empty(await _driver.MarksAsync());
        Assert.True(await _store.TryCommitAsync(head, batch with { Clock = clock }, Cancel));
        // The head is another now: the same again is nothing.
        Assert.False(await _store.TryCommitAsync(head, batch with { Clock = clock }, Cancel));
        Assert.Equal(["old"], await _driver.MarksAsync());
        Assert.True((await _driver.CheckAsync()).Valid);
    }

    [Fact]
    public async Task A_batch_is_one_statement()
    {
        var (head, batch) = await PreparedAsync("one");
        await using var db = await _driver.Contexts.CreateDbContextAsync(Cancel);
        await using var command = PostgresBatch.Of(head, batch, TableMap.Of(db.Model));
        Assert.DoesNotContain(';', command.CommandText);
        Assert.DoesNotContain("BEGIN", command.CommandText, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_row_that_is_not_there_undoes_the_whole()
    {
        _driver.Store.Committed = () => false;
        LedgerBatch? seen = null;
        _driver.Store.Before = batch => throw Kept(seen = batch);
        await Assert.ThrowsAnyAsync<Exception>(() => _driver.Ledger.CommitAsync(new ClashingAgent("nobody")));
        _driver.Store.Before = null;
        var head = await _store.ReadHeadAsync(Cancel);
        var batch = seen! with { Clock = await _store.ReadClockAsync(Cancel), Rows = [.. seen.Rows.Select(r => (r.Row, false))] };

        var broke = await Assert.ThrowsAsync<InvalidOperationException>(() => _store.TryCommitAsync(head, batch, Cancel));
        Assert.True(_store.MayBeOneCommand(broke));
        var asked = Stopwatch.StartNew();
        Assert.False(await _store.IsCommittedAsync(batch, Cancel));
        // The server said no, so nothing is waited out.
        Assert.True(asked.Elapsed < TimeSpan.FromSeconds(1.9), $"{asked.Elapsed}");
        Assert.Equal(head.Sequence, (await _store.ReadHeadAsync(Cancel)).Sequence);
    }

    [Fact]
    public async Task What_is_still_on_its_way_is_not_taken_for_lost()
    {
        var (head, batch) = await PreparedAsync("late");
        batch = batch with { Clock = await _store.ReadClockAsync(Cancel) };
        await using var db = await _driver.Contexts.CreateDbContextAsync(Cancel);
        await using var other = Suite.Engine.OpenStore(_database, TableMap.Of(db.Model), TimeProvider.System);
        Task<bool> commit, committed;
        await using (await HoldHeadAsync())
        {
            commit = _store.TryCommitAsync(head, batch, Cancel);
            committed = other.IsCommittedAsync(batch, Cancel);
            // Not there yet, and nobody may say that it never will be.
            await using var look = new NpgsqlCommand("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'", await OpenAsync());
            await Eventually.IsAsync(async () => (long)(await look.ExecuteScalarAsync(Cancel))! > 0);
            Assert.False(committed.IsCompleted);
        }

        Assert.True(await commit);
        Assert.True(await committed);
        Assert.Equal(["late"], await _driver.MarksAsync());
    }

    [Fact]
    public async Task What_never_came_is_known_to_be_lost_once_it_is_too_old()
    {
        var (_, batch) = await PreparedAsync("lost");
        batch = batch with { Clock = await _store.ReadClockAsync(Cancel) };
        Assert.False(await _store.IsCommittedAsync(batch, Cancel));
        Assert.True(await _store.ReadClockAsync(Cancel) > batch.Clock + ILedgerStore.MostAge);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_is_not_waited_for_once_the_head_is_another()
    {
        var (_, batch) = await PreparedAsync("doubt");
        var asked = _store.IsCommittedAsync(batch with { Clock = await _store.ReadClockAsync(Cancel) + 3_600_000 }, Cancel);
        (await _driver.Mark("another")).Require();
        Assert.False(await asked.WaitAsync(TimeSpan.FromSeconds(20), Cancel));
        Assert.Equal(["another"], await _driver.MarksAsync());
    }

    [Fact]
    public async Task Nobody_waits_for_long_for_a_head_that_is_held()
    {
        var (head, batch) = await PreparedAsync("soon");
        await using (await HoldHeadAsync())
        {
            var waited = Stopwatch.StartNew();
            var told = await Assert.ThrowsAsync<PostgresException>(async () => await _store.TryCommitAsync(head, batch with { Clock = await _store.ReadClockAsync(Cancel) }, Cancel));
            Assert.Equal(PostgresErrorCodes.LockNotAvailable, told.SqlState);
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(10), $"{waited.Elapsed}");
            Assert.False(_store.MayBeOneCommand(told));
        }

        Assert.True(await _store.TryCommitAsync(head, batch with { Clock = await _store.ReadClockAsync(Cancel) }, Cancel));
    }

    [Fact]
    public async Task Who_listens_hears_of_each_commit()
    {
        var heard = new List<long>();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var listening = _store.ListenAsync(sequence =>
        {
            lock (heard)
                heard.Add(sequence);
        }, end.Token);
        await Eventually.IsAsync(async () =>
        {
            var sequence = (await _driver.Mark("told")).Require();
            await Task.Delay(20, Cancel);
            lock (heard)
                return heard.Contains(sequence);
        });
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening);
    }

    /// <summary>A batch that the ledger decided, and that was not sent.</summary>
    private async Task<(Head Head, LedgerBatch Batch)> PreparedAsync(string mark)
    {
        LedgerBatch? seen = null;
        _driver.Store.Before = batch => throw Kept(seen = batch);
        _driver.Store.Committed = () => false;
        await Assert.ThrowsAnyAsync<Exception>(() => _driver.Mark(mark));
        (_driver.Store.Before, _driver.Store.Committed) = (null, null);
        return (await _store.ReadHeadAsync(Cancel), seen!);
    }

    private static IOException Kept(LedgerBatch batch) => new($"Batch {Convert.ToHexString(batch.Id)} was kept back.");

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync(Cancel);
        return connection;
    }

    /// <summary>As a node would that stopped in the middle of its statement; until it is disposed of.</summary>
    private async Task<NpgsqlConnection> HoldHeadAsync()
    {
        var connection = await OpenAsync();
        await using var command = new NpgsqlCommand("BEGIN; SELECT FROM head FOR UPDATE;", connection);
        await command.ExecuteNonQueryAsync(Cancel);
        return connection;
    }
}
