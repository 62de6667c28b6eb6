using AgentApprovals.Data.Ledger;

namespace AgentApprovals.Console.Ledger;

/// <summary>Follows the ledger for pages: what is committed while one looks, in as few tellings as the page can keep up with.</summary>
public sealed partial class EntryFollower(Feed feed, ILogger<EntryFollower> log)
{
    /// <summary>For pages that look again at all they show: together with the look, within the 300 ms in which a change is on the screen.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(150);

    private const int Most = 500;

    /// <summary>From here on nothing is missed: take it before reading what stands.</summary>
    public long Position => feed.Position;

    /// <summary>Tells every entry after a sequence that is <paramref name="wanted"/>, in order, until disposed. The next telling waits for the one before, and for <paramref name="pace"/>.</summary>
    public IDisposable Follow(long after, Func<Entry, bool> wanted, Func<IReadOnlyList<Entry>, Task> tell, TimeSpan pace = default)
    {
        var cancel = new CancellationTokenSource();
        _ = RunAsync(after, wanted, tell, pace, cancel.Token);
        return new Following(cancel);
    }

    private async Task RunAsync(long after, Func<Entry, bool> wanted, Func<IReadOnlyList<Entry>, Task> tell, TimeSpan pace, CancellationToken cancel)
    {
        var gathered = new List<Entry>();
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                // What a page could not take is told again.
                if (gathered.Count > 0)
                    await tell(gathered);
                gathered = [];
                await foreach (var entry in feed.FollowAsync(after, cancel))
                {
                    after = entry.Sequence;
                    if (wanted(entry))
                        gathered.Add(entry);
                    if (gathered.Count == 0 || (gathered.Count < Most && after < feed.Position))
                        continue;
                    await tell(gathered);
                    gathered = [];
                    if (pace > TimeSpan.Zero)
                        await Task.Delay(pace, cancel);
                }
            }
            catch (OperationCanceledException)
            {
                // Nobody looks any more.
            }
            catch (ObjectDisposedException)
            {
                // The page went while it was being told.
                return;
            }
            catch (Exception e)
            {
                Log.Broke(log, e);
                await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(1), cancel));
            }
        }
    }

    private sealed class Following(CancellationTokenSource cancel) : IDisposable
    {
        public void Dispose()
        {
            cancel.Cancel();
            cancel.Dispose();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1310, LogLevel.Error, "A page could not be told what was committed; it is tried again")]
        public static partial void Broke(ILogger logger, Exception exception);
    }
}
