namespace AgentApprovals.Data.Ledger;

/// <summary>Somebody who waits for what becomes of one action; it costs the feed nothing once it is disposed of.</summary>
public sealed class FeedWatch : IDisposable
{
    private readonly Action<FeedWatch> _leave;
    private volatile TaskCompletionSource _woken = New();

    internal FeedWatch(Action<FeedWatch> leave) => _leave = leave;

    /// <summary>Completes with the next entry. Ask for it before looking, then nothing is missed.</summary>
    public Task NextAsync()
    {
        if (_woken.Task.IsCompleted)
            _woken = New();
        return _woken.Task;
    }

    public void Dispose() => _leave(this);

    internal void Wake() => _woken.TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
