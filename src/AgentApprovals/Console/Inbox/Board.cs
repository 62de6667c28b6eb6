using System.Collections.Immutable;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;

namespace AgentApprovals.Console.Inbox;

/// <summary>
/// What waits, as every live page shows it: read once for the node while anybody looks, then moved along by the feed, so that
/// five hundred reviewers cost one read and not five hundred. Shows, decides nothing.
/// </summary>
public sealed partial class Board(Feed feed, Reader reader, ILogger<Board> log) : IDisposable
{
    private readonly Lock _lock = new();
    private ImmutableList<Watcher> _watchers = [];
    private ImmutableDictionary<ActionId, ActionView> _waiting = ImmutableDictionary<ActionId, ActionView>.Empty;
    private ImmutableDictionary<long, int> _bursts = ImmutableDictionary<long, int>.Empty;
    private CancellationTokenSource? _running;
    private Task _filled = Task.CompletedTask;

    /// <summary>What is pending, approved or released, as it stood at its latest change; ask <see cref="EffectiveStatus"/> for how it stands now.</summary>
    public IEnumerable<ActionView> Waiting => _waiting.Values;

    /// <summary>How long, in seconds, after the last like one the burst of a waiting action closes; null: it is in none.</summary>
    public int? ClosesAfter(ActionView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return view.Action.BurstSequence is { } burst && _bursts.TryGetValue(burst, out var seconds) ? seconds : null;
    }

    /// <summary>Calls <paramref name="changed"/> with every action that changed, those no longer waiting too, until disposed. Completes when what waits was read.</summary>
    public async Task<IDisposable> WatchAsync(Action<IReadOnlyList<ActionView>> changed)
    {
        var watcher = new Watcher(this, changed);
        Task filled;
        lock (_lock)
        {
            _watchers = _watchers.Add(watcher);
            if (_running is null)
                Start();
            filled = _filled;
        }

        await filled;
        return watcher;
    }

    public void Dispose()
    {
        lock (_lock)
            Stop();
    }

    private void Start()
    {
        _running = new CancellationTokenSource();
        var filled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _filled = filled.Task;
        _ = RunAsync(filled, _running.Token);
    }

    private void Stop()
    {
        _running?.Cancel();
        _running?.Dispose();
        _running = null;
        _waiting = _waiting.Clear();
        _bursts = _bursts.Clear();
    }

    private async Task RunAsync(TaskCompletionSource filled, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                var touched = new Touched();
                var position = feed.Position;
                await RefreshAsync(cancel);
                filled.TrySetResult();
                var listening = ListenAsync(position, touched, cancel);
                await ApplyAsync(touched, listening, cancel);
            }
            catch (OperationCanceledException)
            {
                // Nobody looks any more.
            }
            catch (Exception e)
            {
                Log.Broke(log, e);
                filled.TrySetException(e);
                await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(1), cancel));
            }
        }
    }

    private async Task ListenAsync(long after, Touched touched, CancellationToken cancel)
    {
        await foreach (var entry in feed.FollowAsync(after, cancel))
        {
            // An entry about a session, an agent or everything settles actions that have no entry of their own yet.
            touched.Add(entry.Subject.Action, isWide: entry.Subject.Action is null && !entry.Kind.StartsWith("person.", StringComparison.Ordinal));
        }
    }

    private async Task ApplyAsync(Touched touched, Task listening, CancellationToken cancel)
    {
        while (true)
        {
            var any = touched.AnyAsync();
            if (await Task.WhenAny(any, listening) == listening)
                await listening;
            cancel.ThrowIfCancellationRequested();
            var (ids, isWide) = touched.Take();
            if (isWide)
                await RefreshAsync(cancel, ids);
            else
                await PublishAsync(await reader.ActionsAsync(ids), cancel);
        }
    }

    private async Task RefreshAsync(CancellationToken cancel, IReadOnlyCollection<ActionId>? touched = null)
    {
        var waiting = await reader.WaitingAsync();
        var gone = _waiting.Keys.Union(touched ?? []).Except(waiting.Select(v => v.Action.Id)).ToList();
        await PublishAsync([.. waiting, .. gone.Count == 0 ? [] : await reader.ActionsAsync(gone)], cancel);
    }

    private async Task PublishAsync(IReadOnlyList<ActionView> views, CancellationToken cancel)
    {
        // What a burst's row says of its time never changes, so it is read once.
        var unknown = views.Select(v => v.Action.BurstSequence).OfType<long>().Distinct().Where(b => !_bursts.ContainsKey(b)).ToList();
        if (unknown.Count > 0)
            _bursts = _bursts.SetItems((await reader.BurstsAsync(unknown)).Select(b => KeyValuePair.Create(b.Burst.Sequence, b.Burst.PerSeconds)));
        Publish(views, cancel);
    }

    private void Publish(IReadOnlyList<ActionView> views, CancellationToken cancel)
    {
        ImmutableList<Watcher> watchers;
        lock (_lock)
        {
            cancel.ThrowIfCancellationRequested();
            var waiting = _waiting.ToBuilder();
            foreach (var view in views)
            {
                if (view.Action.Status.IsWaiting())
                    waiting[view.Action.Id] = view;
                else
                    waiting.Remove(view.Action.Id);
            }

            _waiting = waiting.ToImmutable();
            watchers = _watchers;
        }

        foreach (var watcher in watchers)
            watcher.Changed(views);
    }

    private void Leave(Watcher watcher)
    {
        lock (_lock)
        {
            _watchers = _watchers.Remove(watcher);
            if (_watchers.IsEmpty)
                Stop();
        }
    }

    private sealed class Watcher(Board board, Action<IReadOnlyList<ActionView>> changed) : IDisposable
    {
        public Action<IReadOnlyList<ActionView>> Changed { get; } = changed;

        public void Dispose() => board.Leave(this);
    }

    /// <summary>What changed since it was last taken: however fast entries come, each action is read once a turn.</summary>
    private sealed class Touched
    {
        private readonly Lock _lock = new();
        private HashSet<ActionId> _ids = [];
        private bool _isWide;
        private TaskCompletionSource _any = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Add(ActionId? action, bool isWide)
        {
            lock (_lock)
            {
                if (action is { } id)
                    _ids.Add(id);
                _isWide |= isWide;
                if (_isWide || _ids.Count > 0)
                    _any.TrySetResult();
            }
        }

        public Task AnyAsync()
        {
            lock (_lock)
                return _any.Task;
        }

        public (IReadOnlyCollection<ActionId> Ids, bool IsWide) Take()
        {
            lock (_lock)
            {
                var taken = (_ids, _isWide);
                (_ids, _isWide, _any) = ([], false, new(TaskCreationOptions.RunContinuationsAsynchronously));
                return taken;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1301, LogLevel.Error, "What waits could not be read for the pages; it is tried again")]
        public static partial void Broke(ILogger logger, Exception exception);
    }
}
