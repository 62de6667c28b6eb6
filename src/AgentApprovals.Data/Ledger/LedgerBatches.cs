using System.Data.Common;
using System.Diagnostics;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Data.Ledger;

/// <summary>One batch at a time: load, decide, chain, compare and set, publish. Used by the writer alone.</summary>
public sealed class LedgerBatches(ILedgerStore store, IDbContextFactory<LedgerContext> contexts, Feed feed, ForeignEntries foreign, LedgerClock clock, LedgerOptions options)
{
    /// <summary>Deciding stops here, so that a batch of slow commands holds up nobody, a stop least of all; what is left goes into the next one.</summary>
    private static readonly TimeSpan MostWork = TimeSpan.FromMilliseconds(5);

    /// <summary>Who is further behind reads again what it needs: following would take longer.</summary>
    private const int MostFollowed = 2000;

    private readonly Loader _loader = new(store, contexts);
    private readonly World _world = new() { MinimumWindowSeconds = options.MinimumWindowSeconds };
    private Head? _head;

    /// <summary>Whether others write to it, by what the engine is or by what is known of this one database.</summary>
    private bool IsShared => store.IsShared || options.IsShared;
    private long _clock;
    private (LedgerBatch Batch, List<Entry> Entries)? _inDoubt;

    /// <summary>
    /// Results after the commit, in the order of the commands and at least one: those that are left are for the next batch.
    /// Nothing was committed where it throws, but for <see cref="CommitInDoubtException"/>.
    /// </summary>
    /// <exception cref="RuleException">The first command broke.</exception>
    public async Task<IReadOnlyList<object>> CommitAsync(IReadOnlyList<ICommand> commands, CancellationToken cancel)
    {
        IAsyncDisposable? turn = null;
        try
        {
            await ResolveAsync(cancel);
            for (var most = commands.Count; ;)
            {
                turn ??= await store.TakeTurnAsync(cancel);
                var head = await HeadAsync(cancel);
                await PrepareAsync(head, commands, cancel);
                var results = Decide(commands, most);
                if (results.Count < most && results.Broke is { } broke)
                {
                    // What the broken one left half done goes with it; those before it are decided again, without it.
                    Forget();
                    if (results.Count == 0)
                        throw new RuleException(broke);
                    most = results.Count;
                    continue;
                }

                if (_world.Drafts.Count == 0)
                {
                    ForgetUnproved();
                    return results;
                }

                var (batch, entries) = _world.Chain(head, _clock);
                if (await CommittedAsync(head, batch, entries, cancel))
                {
                    await PublishAsync(batch, entries, cancel);
                    return results;
                }

                // Another writer moved the head: undone, followed and decided again. Where there should be none, all is read anew.
                if (IsShared)
                    _world.Withdraw();
                else
                    Forget();
            }
        }
        catch
        {
            Forget();
            throw;
        }
        finally
        {
            if (turn is not null)
                await turn.DisposeAsync();
        }
    }

    /// <summary>What the command would do. Nothing is written, and nothing of it is known afterwards.</summary>
    public async Task<object> RehearseAsync(ICommand command, CancellationToken cancel)
    {
        try
        {
            await ResolveAsync(cancel);
            await PrepareAsync(await HeadAsync(cancel), [command], cancel);
            var result = _world.Rehearse(command.Decide);
            ForgetUnproved();
            return result;
        }
        catch
        {
            Forget();
            throw;
        }
    }

    /// <summary>
    /// Where the ledger stands. On an engine that others write to it is asked each time, and what they have committed is followed: a row that
    /// is kept here serves a rule only where this node stands at that very head.
    /// </summary>
    private async Task<Head> HeadAsync(CancellationToken cancel)
    {
        if (_head is { } known && !IsShared)
            return known;
        var head = await store.ReadHeadAsync(cancel);
        if (IsShared)
        {
            clock.Follow(head);
            await foreign.CatchUpAsync(head.Sequence, cancel);
            if (_head?.Sequence is { } stood && stood != head.Sequence)
                await FollowAsync(stood, head.Sequence, cancel);
        }

        return _head = head;
    }

    private async Task FollowAsync(long stood, long until, CancellationToken cancel)
    {
        if (until < stood || until - stood > MostFollowed || await feed.BetweenAsync(stood, until, cancel) is not { } entries)
        {
            Forget();
            return;
        }

        try
        {
            var unknown = _world.Follow(entries.Where(e => e.Row is not null).Select(e => new ForeignEntry(e.Sequence, e.At, e.Kind, e.Actor, e.Subject, e.Row!.Value, e.Data.GetProperty("set"))));
            if (unknown.Count > 0)
                await _loader.ForgetDesksAsync(_world, unknown, cancel);
        }
        catch (Exception e) when (e is not (DbException or OperationCanceledException))
        {
            // Whatever could not be followed is read again.
            Forget();
        }
    }

    /// <summary>What was read for an answer that no commit has proved to be of one head may be newer than it, and would be counted twice.</summary>
    private void ForgetUnproved()
    {
        if (IsShared)
            _world.Withdraw();
    }

    private async Task PrepareAsync(Head head, IReadOnlyList<ICommand> commands, CancellationToken cancel)
    {
        // The clock is read after the head, and ledger time never runs backwards.
        var began = clock.Begin();
        _clock = await store.ReadClockAsync(cancel);
        (var now, _world.ClockOffset) = clock.Read(_clock, began);
        _world.Trim();
        _world.Now = Moment.Later(now, head.At);
        _world.NextSequence = head.Sequence + 1;
        var needs = new Needs();
        foreach (var command in commands)
            command.Need(needs);
        await _loader.LoadAsync(_world, needs, cancel);
    }

    private Decided Decide(IReadOnlyList<ICommand> commands, int most)
    {
        var results = new Decided(most);
        var start = Stopwatch.GetTimestamp();
        while (results.Count < most && (results.Count == 0 || Stopwatch.GetElapsedTime(start) < MostWork))
        {
            try
            {
                results.Add(commands[results.Count].Decide(_world));
            }
            catch (Exception e)
            {
                results.Broke = e;
                break;
            }
        }

        return results;
    }

    private async Task<bool> CommittedAsync(Head head, LedgerBatch batch, List<Entry> entries, CancellationToken cancel)
    {
        feed.Sent = batch.Id;
        try
        {
            return await store.TryCommitAsync(head, batch, cancel);
        }
        catch (Exception e)
        {
            // The line may have broken after the commit: the batch's id on its entries says whether it did.
            if (await IsCommittedAsync(batch, entries, e))
                return true;
            throw;
        }
    }

    private async Task<bool> IsCommittedAsync(LedgerBatch batch, List<Entry> entries, Exception broke)
    {
        try
        {
            return await store.IsCommittedAsync(batch, CancellationToken.None);
        }
        catch (DbException)
        {
            _inDoubt = (batch, entries);
            throw new CommitInDoubtException(broke);
        }
    }

    /// <summary>A batch that nobody could be told of: where it was committed after all, followers hear of it before anything new is decided.</summary>
    private async Task ResolveAsync(CancellationToken cancel)
    {
        if (_inDoubt is not { } doubt)
            return;
        if (await store.IsCommittedAsync(doubt.Batch, cancel))
            await PublishAsync(doubt.Batch, doubt.Entries, cancel);
        _inDoubt = null;
        Forget();
    }

    private async Task PublishAsync(LedgerBatch batch, List<Entry> entries, CancellationToken cancel)
    {
        _head = batch.Head;
        clock.Follow(batch.Head);
        if (entries.Exists(e => e.Kind == Kinds.ClockAccepted))
            clock.Accept();
        if (!feed.Publish(entries, batch.Rows))
            await foreign.CatchUpAsync(batch.Head.Sequence, cancel);
        _world.Committed();
    }

    private void Forget()
    {
        _head = null;
        _world.Clear();
    }

    /// <summary>Results of the commands decided so far, and why the next one has none.</summary>
    private sealed class Decided(int most) : List<object>(most)
    {
        public Exception? Broke { get; set; }
    }
}
