using AgentApprovals.Data.Ledger;

namespace AgentApprovals.Live;

/// <summary>What a follower makes of an entry.</summary>
internal enum Heard
{
    /// <summary>Go on.</summary>
    More,

    /// <summary>It was the last one.</summary>
    Last,
}

/// <summary>
/// The loop of one event stream: entries as they come, a comment where none comes for a while, its owner's own instants. A host that
/// shuts down ends it after the last event that there is, so whoever comes back with its id misses nothing.
/// </summary>
internal sealed class EventStream(EventWire wire, TimeProvider time, CancellationToken stopping)
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(20);

    /// <summary>How long a host that shuts down waits for one more event.</summary>
    private static readonly TimeSpan LastLook = TimeSpan.FromMilliseconds(100);

    /// <summary>How long until something is due that no entry may tell of; null: nothing is.</summary>
    public Func<TimeSpan?> Due { get; init; } = () => null;

    public Func<Task> WhenDue { get; init; } = () => Task.CompletedTask;

    public async Task RunAsync(IAsyncEnumerable<Entry> following, Func<Entry, Task<Heard>> tell, CancellationToken end)
    {
        using var left = CancellationTokenSource.CreateLinkedTokenSource(end);
        await using var entries = following.GetAsyncEnumerator(left.Token);
        var next = entries.MoveNextAsync().AsTask();
        try
        {
            while (await IsThereAsync(next, end) && await next && await tell(entries.Current) == Heard.More)
                next = entries.MoveNextAsync().AsTask();
        }
        finally
        {
            // What is still being waited for is let go of before it is disposed of.
            await left.CancelAsync();
            await Task.WhenAny(next);
        }
    }

    /// <summary>Waits for the next entry, busy with what is due meanwhile; false where the host shuts down and there is none.</summary>
    private async Task<bool> IsThereAsync(Task next, CancellationToken end)
    {
        var since = time.GetTimestamp();
        while (!next.IsCompleted)
        {
            // What was committed before may still be on its way through memory.
            if (stopping.IsCancellationRequested)
                return await Task.WhenAny(next, Task.Delay(LastLook, end)) == next;
            var silent = EventWire.Beat - time.GetElapsedTime(since);
            var due = Due();
            await WaitAsync(next, due < silent ? due.Value : silent, end);
            end.ThrowIfCancellationRequested();
            if (Due() <= TimeSpan.Zero)
                await WhenDue();
            if (time.GetElapsedTime(since) < EventWire.Beat)
                continue;
            await wire.BeatAsync(end);
            since = time.GetTimestamp();
        }

        return true;
    }

    private async Task WaitAsync(Task next, TimeSpan atMost, CancellationToken end)
    {
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(end, stopping);
        await Task.WhenAny(next, Task.Delay(atMost > Least ? atMost : Least, time, woken.Token));
        await woken.CancelAsync();
    }
}
