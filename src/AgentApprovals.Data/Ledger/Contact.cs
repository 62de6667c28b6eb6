namespace AgentApprovals.Data.Ledger;

/// <summary>
/// Whether this node reaches the database. Where others write to it too, a node that has not read it for two seconds may not know of a
/// stop, and lets no agent do anything; the time is the machine's own, suspension included, so a node that was frozen knows it at once.
/// An embedded database has nobody else's stops: there it takes a look that failed, not one that is slow.
/// </summary>
/// <param name="isShared">Other nodes write to the same database.</param>
/// <param name="time">Timestamps that go on while the machine sleeps (<see cref="BootTime"/>).</param>
public sealed class Contact(bool isShared, TimeProvider time)
{
    /// <summary>How old the last look at the database may be.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private long _reached = time.GetTimestamp();
    private volatile bool _hasFailed;
    private volatile TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whoever waits for the database does so no longer than it is there: a line that was cut says nothing for minutes.</summary>
    /// <exception cref="LedgerUnavailableException">It was lost meanwhile; what was asked goes on by itself.</exception>
    public async Task<T> GuardAsync<T>(Task<T> asked, string message)
    {
        ArgumentNullException.ThrowIfNull(asked);
        var lost = _lost.Task;
        if (await Task.WhenAny(asked, lost) == lost && !asked.IsCompleted)
            throw new LedgerUnavailableException(message);
        return await asked;
    }

    /// <summary>Whoever waits now is told that it is lost; whoever comes later is, where it still is.</summary>
    internal void Lose()
    {
        var lost = _lost;
        _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lost.TrySetResult();
    }

    /// <summary>No agent is let in.</summary>
    public bool IsLost => (isShared || _hasFailed) && time.GetElapsedTime(Interlocked.Read(ref _reached)) >= Longest;

    /// <summary>A moment to hand to <see cref="Reached"/>: what a look says is as old as its beginning.</summary>
    public long Begin() => time.GetTimestamp();

    public TimeSpan Since(long moment) => time.GetElapsedTime(moment);

    /// <summary>A look or a commit that began then has been answered.</summary>
    public void Reached(long began)
    {
        _hasFailed = false;
        for (var last = Interlocked.Read(ref _reached); last < began;)
        {
            var seen = Interlocked.CompareExchange(ref _reached, began, last);
            if (seen == last)
                return;
            last = seen;
        }
    }

    public void Failed() => _hasFailed = true;
}
