using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Storage;
using AgentApprovals.Tests.Data;
using AgentApprovals.Tests.Drivers;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Xunit;

namespace AgentApprovals.Tests.Store;

/// <summary>Nodes that write at once take turns, in the order of asking, and none waits for one that stands still.</summary>
public sealed class TurnTests : IAsyncLifetime
{
    private readonly List<ILedgerStore> _nodes = [];
    private LedgerDriver _driver = null!;
    private string _database = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _driver = await LedgerDriver.OpenAsync();
        await using var db = await _driver.Contexts.CreateDbContextAsync();
        _database = db.Database.GetConnectionString()!;
        for (var i = 0; i < 3; i++)
            _nodes.Add(Suite.Engine.OpenStore(_database, TableMap.Of(db.Model), TimeProvider.System));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
        await _driver.DisposeAsync();
    }

    [Fact]
    public async Task Each_gets_its_turn_in_the_order_of_asking_and_the_quick_one_asks_again_behind_the_others()
    {
        var first = (await _nodes[0].TakeTurnAsync(Cancel))!;
        var order = new List<int>();
        var second = AskAsync(1, order);
        await Eventually.IsAsync(async () => await WaitingAsync() == 1);
        var third = AskAsync(2, order);
        await Eventually.IsAsync(async () => await WaitingAsync() == 2);
        await first.DisposeAsync();
        await using (var again = await _nodes[0].TakeTurnAsync(Cancel))
            order.Add(0);
        await Task.WhenAll(second, third);
        Assert.Equal([1, 2, 0], order);
    }

    [Fact]
    public async Task Nobody_waits_for_long_for_a_node_that_stands_still_in_its_turn_and_it_is_not_asked_for_each_time()
    {
        var still = (await _nodes[0].TakeTurnAsync(Cancel))!;
        Assert.Null(await _nodes[1].TakeTurnAsync(Cancel));
        // It writes without a turn, and soon the next as well.
        Assert.Null(await _nodes[1].TakeTurnAsync(Cancel));
        Assert.Equal(0, await WaitingAsync());
        await still.DisposeAsync();
        await Eventually.IsAsync(async () =>
        {
            await using var turn = await _nodes[1].TakeTurnAsync(Cancel);
            return turn is not null;
        });
    }

    [Fact]
    public async Task The_turn_of_a_node_that_is_gone_is_free_and_a_broken_line_is_made_anew()
    {
        _ = await _nodes[0].TakeTurnAsync(Cancel);
        await using (var db = await _driver.Contexts.CreateDbContextAsync(Cancel))
            await db.Database.ExecuteSqlRawAsync("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())", Cancel);
        await using (var next = await _nodes[1].TakeTurnAsync(Cancel))
            Assert.NotNull(next);
        await Eventually.IsAsync(async () =>
        {
            await using var turn = await _nodes[0].TakeTurnAsync(Cancel);
            return turn is not null;
        });
    }

    [Fact]
    public async Task A_server_that_does_not_answer_breaks_nothing_and_is_left_alone_for_a_while()
    {
        // Whoever connects is let in and told nothing: opening a line takes for ever.
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var place = new NpgsqlConnectionStringBuilder(_database) { Port = ((System.Net.IPEndPoint)silent.LocalEndpoint).Port };
        await using var db = await _driver.Contexts.CreateDbContextAsync(Cancel);
        await using var node = Suite.Engine.OpenStore(place.ToString(), TableMap.Of(db.Model), TimeProvider.System);
        for (var tries = 0; tries < 3; tries++)
            Assert.Null(await node.TakeTurnAsync(Cancel));
    }

    private async Task AskAsync(int node, List<int> order)
    {
        await using var turn = await _nodes[node].TakeTurnAsync(Cancel);
        Assert.NotNull(turn);
        order.Add(node);
    }

    /// <summary>Nodes that wait for their turn.</summary>
    private async Task<long> WaitingAsync()
    {
        await using var line = new NpgsqlConnection(_database);
        await line.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())", line);
        return (long)(await command.ExecuteScalarAsync(Cancel))!;
    }
}
