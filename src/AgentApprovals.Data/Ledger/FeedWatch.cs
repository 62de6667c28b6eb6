namespace AgentApprovals.Data.Ledger;

/// <summary>Somebody who waits for what becomes of one action; it costs the feed nothing once it is disposed of.</summary>
public sealed class FeedWatch : IDisposable
{
    private readonly Feed _feed;
    private volatile TaskCompletionSource _woken = New();

    internal FeedWatch(Feed feed, Guid action, Guid session) => (_feed, Ids) = (feed, [action, session]);

    internal Guid[] Ids { get; }

    /// <summary>Completes with the next entry. Ask for it before looking, then nothing is missed.</summary>
    public Task NextAsync()
    {
        if (_woken.Task.IsCompleted)
            _woken = New();
        return _woken.Task;
    }

    public void Dispose() => _feed.Unwatch(this);

    internal void Wake() => _woken.TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
