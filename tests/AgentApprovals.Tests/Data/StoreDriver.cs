using AgentApprovals.Data.Ledger;

namespace AgentApprovals.Tests.Data;

/// <summary>A store whose commits a test can hold up, break before or after, and count.</summary>
internal sealed class StoreDriver(ILedgerStore inner) : ILedgerStore
{
    private int _commits;

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
        var done = await inner.TryCommitAsync(expected, batch, cancel);
        if (After is { } after)
            await after(batch);
        return done;
    }

    public Task<bool> IsCommittedAsync(LedgerBatch batch, CancellationToken cancel) =>
        Committed is { } committed ? Task.FromResult(committed()) : inner.IsCommittedAsync(batch, cancel);

    public bool IsShared => inner.IsShared;

    public Task<Head> ReadHeadAsync(CancellationToken cancel) => inner.ReadHeadAsync(cancel);

    public ValueTask<long> ReadClockAsync(CancellationToken cancel) => inner.ReadClockAsync(cancel);

    public Task<IReadOnlyList<long>> FindKeysAsync(IReadOnlyCollection<string> keys, CancellationToken cancel) => inner.FindKeysAsync(keys, cancel);

    public Task<IReadOnlySet<(long Agent, long Hash)>> FindResourcesAsync(IReadOnlyCollection<(long Agent, long Hash)> resources, CancellationToken cancel) =>
        inner.FindResourcesAsync(resources, cancel);

    public bool MayBeOneCommand(Exception exception) => inner.MayBeOneCommand(exception);

    public Task ListenAsync(Action<long> onCommit, CancellationToken cancel) => inner.ListenAsync(onCommit, cancel);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    /// <summary>Holds the next commit until <see cref="IDisposable.Dispose"/>, so that what is asked meanwhile makes one batch.</summary>
    public async Task<Gate> HoldAsync(LedgerDriver driver)
    {
        var gate = new Gate();
        Before = async _ =>
        {
            gate.Reached.TrySetResult();
            await gate.Opened.Task;
            Before = null;
        };
        gate.First = driver.Mark("first");
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
