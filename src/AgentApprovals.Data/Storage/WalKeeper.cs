using Microsoft.Data.Sqlite;

namespace AgentApprovals.Data.Storage;

/// <summary>
/// Moves what was committed from SQLite's write-ahead log into the database beside the writer, once a second while there is any
/// (sqlite.org/wal.html). A writer that did it itself, each thousand pages, would make every fourth commit wait for the disk twice.
/// </summary>
public sealed class WalKeeper : IAsyncDisposable
{
    private const string Checkpoint = "PRAGMA wal_checkpoint(PASSIVE)";

    private readonly SqliteConnection _writer;
    private readonly SqliteConnection _own;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _run;
    private volatile bool _isWritten;
    private volatile bool _isNearlyDone;

    /// <param name="writer">The one connection that writes; it calls <see cref="Committed"/> after each commit.</param>
    public WalKeeper(SqliteConnection writer, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(time);
        _writer = writer;
        Execute(writer, "PRAGMA wal_autocheckpoint=0");
        _own = new(new SqliteConnectionStringBuilder(writer.ConnectionString) { Pooling = false }.ToString());
        _run = Task.Run(() => RunAsync(time));
    }

    /// <summary>
    /// While the writer writes, a checkpoint beside it never gets to the end of the log, and only a log that was moved as a whole begins
    /// anew: the writer moves the little that is left.
    /// </summary>
    public void Committed()
    {
        _isWritten = true;
        if (!_isNearlyDone)
            return;
        _isNearlyDone = false;
        Execute(_writer, Checkpoint);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _run;
        await _own.DisposeAsync();
        _end.Dispose();
    }

    private async Task RunAsync(TimeProvider time)
    {
        await _own.OpenAsync();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token))
            {
                if (!_isWritten)
                    continue;
                _isWritten = false;
                try
                {
                    Execute(_own, Checkpoint);
                    _isNearlyDone = true;
                }
                catch (SqliteException)
                {
                    // The log stays as it is, and is whole; the next look tries again.
                    _isWritten = true;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The last connection to close moves what is left.
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
