using AgentApprovals.Data.Ledger;

namespace AgentApprovals.Tests.Data;

/// <summary>A store whose commits a test can hold up, break before or after, and count.</summary>
/// <param name="clock">A clock in the test's hand, which stands for the engine's; the engine reads its own all the same. Null: the engine's.</param>
internal sealed class StoreDriver(ILedgerStore inner, TimeProvider? clock = null) : ILedgerStore
{
    private int _commits;
    private long _read;

    /// <summary>Runs before each commit.</summary>
    public Func<LedgerBatch, Task>? Before { get; set; }

    /// <summary>Runs after each commit, before anybody hears of it.</summary>
    public Func<LedgerBatch, Task>? After { get; set; }

    /// <summary>Answers in the database's place when it is asked what became of a batch.</summary>
    public Func<bool>? Committed { get; set; }

    /// <summary>Commits that were tried.</summary>
    public int Commits => _commits;

    public async Task<bool> TryCommitAsync(Head expected, LedgerBatch batch, CancellationToken cancel)
    {
        Interlocked.Increment(ref _commits);
        if (Before is { } before)
            await before(batch);
        // The engine compares with its own clock.
        var done = await inner.TryCommitAsync(expected, clock is null ? batch : batch with { Clock = _read }, cancel);
        if (After is { } after)
            await after(batch);
        return done;
    }

    public Task<bool> IsCommittedAsync(LedgerBatch batch, CancellationToken cancel) =>
        Committed is { } committed ? Task.FromResult(committed()) : inner.IsCommittedAsync(batch, cancel);

    public bool IsShared => inner.IsShared;

    public Task<Head> ReadHeadAsync(CancellationToken cancel) => inner.ReadHeadAsync(cancel);

    public async ValueTask<long> ReadClockAsync(CancellationToken cancel)
    {
        _read = await inner.ReadClockAsync(cancel);
        return clock?.GetUtcNow().ToUnixTimeMilliseconds() ?? _read;
    }

    public Task<IReadOnlyList<long>> FindKeysAsync(IReadOnlyCollection<string> keys, CancellationToken cancel) => inner.FindKeysAsync(keys, cancel);

    public Task<IReadOnlySet<(long Agent, long Hash)>> FindResourcesAsync(IReadOnlyCollection<(long Agent, long Hash)> resources, CancellationToken cancel) =>
        inner.FindResourcesAsync(resources, cancel);

    public Task<IAsyncDisposable?> TakeTurnAsync(CancellationToken cancel) => inner.TakeTurnAsync(cancel);

    public bool MayBeOneCommand(Exception exception) => inner.MayBeOneCommand(exception);

    public Task ListenAsync(Action<long> onCommit, CancellationToken cancel) => inner.ListenAsync(onCommit, cancel);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    /// <summary>Holds the commit of a first command until <see cref="Gate.Open"/>, so that what is asked meanwhile makes one batch.</summary>
    public async Task<Gate> HoldAsync(Func<Task> first)
    {
        var gate = new Gate();
        Before = async _ =>
        {
            gate.Reached.TrySetResult();
            await gate.Opened.Task;
            Before = null;
        };
        gate.First = first();
        await gate.Reached.Task;
        return gate;
    }

    internal sealed class Gate
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Opened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The command whose commit is held.</summary>
        public Task First { get; set; } = Task.CompletedTask;

        public void Open() => Opened.TrySetResult();
    }
}
