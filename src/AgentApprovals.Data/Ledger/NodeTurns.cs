using System.Data.Common;
using System.Globalization;

namespace AgentApprovals.Data.Ledger;

/// <summary>
/// Whose turn it is to write, between nodes: a lock that the server grants in the order of asking, for one attempt each. Without it the
/// node whose attempts are the quicker wins the head every time, and another's stop waits for as long as an agent floods the first.
/// It is a courtesy alone, guards nothing and breaks nothing: whoever has waited for <see cref="Patience"/> writes all the same and does not
/// ask again for a while, so one that stands still in its turn holds up nobody. Used by the writer alone.
/// </summary>
/// <param name="connect">A connection that is used for nothing else: with it, the server takes the lock back.</param>
/// <param name="begin">Asks for the lock and gives a number, negative where it was not granted in time, or fails.</param>
/// <param name="end">Gives it back.</param>
internal sealed class NodeTurns(Func<DbConnection> connect, string begin, string end) : IAsyncDisposable
{
    /// <summary>How long the server has it wait, in milliseconds: several attempts of another node.</summary>
    public const string Patience = "300";

    /// <summary>For a line that says nothing at all.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan NotAsked = TimeSpan.FromSeconds(1);

    private readonly BootTime _time = new();

    /// <summary>Open, and in nobody's turn; null: the next that asks opens one.</summary>
    private DbConnection? _line;
    private Task<DbConnection?> _asking = Task.FromResult<DbConnection?>(null);
    private Task _given = Task.CompletedTask;
    private long? _vain;

    /// <summary>The turn, until it is disposed of; null where it was waited for in vain.</summary>
    public async Task<IAsyncDisposable?> TakeAsync(CancellationToken cancel)
    {
        if (!_asking.IsCompleted || (_vain is { } vain && _time.GetElapsedTime(vain) < NotAsked))
            return null;
        _asking = AskAsync();
        if (await Task.WhenAny(_asking, Task.Delay(Longest, cancel)) == _asking && await _asking is { } line)
            return new Turn(this, line);
        // Nothing can be done to a line that is still at something: it is closed once it has been answered, and the lock goes with it.
        _ = LeaveAsync(_asking);
        _vain = _time.GetTimestamp();
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAny(Task.WhenAll(_given, _asking), Task.Delay(Longest));
        await CloseAsync(Interlocked.Exchange(ref _line, null));
    }

    /// <summary>The line that has the turn; null where there is none.</summary>
    private async Task<DbConnection?> AskAsync()
    {
        await _given;
        var line = Interlocked.Exchange(ref _line, null);
        try
        {
            if (line is null)
            {
                line = connect();
                await line.OpenAsync();
            }

            if (Convert.ToInt32(await RunAsync(line, begin), CultureInfo.InvariantCulture) >= 0)
                return line;
        }
        catch (Exception e) when (e is DbException or TimeoutException or InvalidOperationException)
        {
            // Whether there is a database, the attempt itself will tell.
        }

        await CloseAsync(line);
        return null;
    }

    /// <summary>Nobody waits for it: it is back before the next is asked for.</summary>
    private async Task GiveBackAsync(DbConnection line)
    {
        try
        {
            await RunAsync(line, end);
            _line = line;
        }
        catch (Exception e) when (e is DbException or TimeoutException or InvalidOperationException)
        {
            await CloseAsync(line);
        }
    }

    private static async Task<object?> RunAsync(DbConnection line, string sql)
    {
        await using var command = line.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync();
    }

    private static async Task LeaveAsync(Task<DbConnection?> asking) => await CloseAsync(await asking);

    private static async Task CloseAsync(DbConnection? line)
    {
        try
        {
            if (line is not null)
                await line.DisposeAsync();
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            // It was broken already.
        }
    }

    private sealed class Turn(NodeTurns turns, DbConnection line) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            turns._given = turns.GiveBackAsync(line);
            return ValueTask.CompletedTask;
        }
    }
}
