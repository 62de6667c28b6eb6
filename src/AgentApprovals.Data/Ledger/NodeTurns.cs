using System.Data.Common;

namespace AgentApprovals.Data.Ledger;

/// <summary>
/// Whose turn it is to write, between nodes: a lock that the server grants in the order of asking, for one attempt each. Without it the
/// node whose attempts are the quicker wins the head every time, and another's stop waits for as long as an agent floods the first.
/// It is a courtesy alone, and guards nothing: whoever has waited for <see cref="Patience"/> writes all the same and does not ask again for
/// a while, so one that stands still in its turn holds up nobody. Used by the writer alone.
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
    private DbConnection? _line;
    private Task _given = Task.CompletedTask;
    private long? _vain;

    /// <summary>The turn, until it is disposed of; null where it was waited for in vain.</summary>
    public async Task<IAsyncDisposable?> TakeAsync(CancellationToken cancel)
    {
        if (_vain is { } vain && _time.GetElapsedTime(vain) < NotAsked)
            return null;
        _vain = null;
        var asking = AskAsync(cancel);
        try
        {
            if (await asking.WaitAsync(Longest, cancel))
                return new Turn(this);
        }
        catch (Exception e) when (e is DbException or TimeoutException or InvalidOperationException)
        {
            // Whether there is a database, the attempt itself will tell.
        }

        await LeaveAsync();
        _vain = _time.GetTimestamp();
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAny(_given, Task.Delay(Longest));
        await LeaveAsync();
    }

    private async Task<bool> AskAsync(CancellationToken cancel)
    {
        await _given;
        if (_line is null)
        {
            _line = connect();
            await _line.OpenAsync(cancel);
        }

        return Convert.ToInt32(await RunAsync(_line, begin, cancel), System.Globalization.CultureInfo.InvariantCulture) >= 0;
    }

    /// <summary>Nobody waits for it: it is back before the next is asked for.</summary>
    private async Task GiveBackAsync(DbConnection line)
    {
        try
        {
            await RunAsync(line, end, CancellationToken.None);
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            await LeaveAsync();
        }
    }

    private static async Task<object?> RunAsync(DbConnection line, string sql, CancellationToken cancel)
    {
        await using var command = line.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(cancel);
    }

    /// <summary>What this node may hold goes with the line; one on which an answer is still due is closed by whoever waits for it.</summary>
    private async Task LeaveAsync()
    {
        if (Interlocked.Exchange(ref _line, null) is { } line)
            await line.DisposeAsync();
    }

    private sealed class Turn(NodeTurns turns) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            if (turns._line is { } line)
                turns._given = turns.GiveBackAsync(line);
            return ValueTask.CompletedTask;
        }
    }
}
