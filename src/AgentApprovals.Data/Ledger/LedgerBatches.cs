using System.Data.Common;
using System.Diagnostics;
using System.Security.Cryptography;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Data.Ledger;

/// <summary>What rules of this node are configured with.</summary>
/// <param name="QueueRoom">How many commands may wait for the writer before the next is refused as busy.</param>
public sealed record LedgerOptions(int MinimumWindowSeconds = 10, int QueueRoom = 8192);

/// <summary>A rule threw, which is our bug: nothing of the command was done.</summary>
public sealed class RuleException(Exception inner) : Exception("A rule broke; nothing was done.", inner);

/// <summary>A commit ended in an error and the database can't say whether it was done, so nobody may be told either.</summary>
public sealed class CommitInDoubtException(Exception inner) : Exception("It is not known whether the batch was committed.", inner);

/// <summary>One batch at a time: load, decide, chain, compare and set, publish. Used by the writer alone.</summary>
public sealed class LedgerBatches(ILedgerStore store, IDbContextFactory<LedgerContext> contexts, Feed feed, LedgerClock clock, LedgerOptions options)
{
    /// <summary>Deciding stops here, so that a batch of slow commands holds up nobody, a stop least of all; what is left goes into the next one.</summary>
    private static readonly TimeSpan MostWork = TimeSpan.FromMilliseconds(5);

    private readonly Loader _loader = new(store, contexts);
    private readonly World _world = new() { MinimumWindowSeconds = options.MinimumWindowSeconds };
    private Head? _head;
    private long _clock;
    private long _offset;
    private (LedgerBatch Batch, List<Entry> Entries)? _inDoubt;

    /// <summary>
    /// Results after the commit, in the order of the commands and at least one: those that are left are for the next batch.
    /// Nothing was committed where it throws, but for <see cref="CommitInDoubtException"/>.
    /// </summary>
    /// <exception cref="RuleException">The first command broke.</exception>
    public async Task<IReadOnlyList<object>> CommitAsync(IReadOnlyList<ICommand> commands, CancellationToken cancel)
    {
        try
        {
            await ResolveAsync(cancel);
            for (var most = commands.Count; ;)
            {
                var head = _head ??= await store.ReadHeadAsync(cancel);
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
                    return results;
                var (batch, entries) = Chain(head);
                if (await CommittedAsync(head, batch, entries, cancel))
                {
                    Publish(batch, entries);
                    return results;
                }

                // Another node moved the head: what is known may be old. Read again and decide again.
                Forget();
            }
        }
        catch
        {
            Forget();
            throw;
        }
    }

    /// <summary>What the command would do. Nothing is written, and nothing of it is known afterwards.</summary>
    public async Task<object> RehearseAsync(ICommand command, CancellationToken cancel)
    {
        try
        {
            await ResolveAsync(cancel);
            await PrepareAsync(_head ??= await store.ReadHeadAsync(cancel), [command], cancel);
            return _world.Rehearse(command.Decide);
        }
        catch
        {
            Forget();
            throw;
        }
    }

    private async Task PrepareAsync(Head head, IReadOnlyList<ICommand> commands, CancellationToken cancel)
    {
        // The clock is read after the head, and ledger time never runs backwards.
        _clock = await store.ReadClockAsync(cancel);
        (var now, _offset) = clock.Read(_clock);
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

    private (LedgerBatch Batch, List<Entry> Entries) Chain(Head head)
    {
        var id = RandomNumberGenerator.GetBytes(16);
        var writer = new EntryWriter(id, head.Hash);
        var entries = _world.Drafts.Select(writer.Chain).ToList();
        var next = head with { Sequence = entries[^1].Sequence, Hash = writer.Last, At = _world.Now, ClockOffset = _offset };
        return (new(id, _clock, next, entries.ConvertAll(e => e.ToRow(id)), [.. Rows()], [.. _world.Desks.ChangedDays], [.. _world.Fleet.Moved], _world.ChangedStandings(),
            [.. _world.Contents], [.. _world.Purged]), entries);
    }

    private IEnumerable<(IRow Row, bool IsNew)> Rows() => Changed(_world.Consoles)
        .Concat(Changed(_world.Documents)).Concat(Changed(_world.People)).Concat(Changed(_world.Agents)).Concat(Changed(_world.Credentials))
        .Concat(Changed(_world.Sessions)).Concat(Changed(_world.Bursts)).Concat(Changed(_world.Actions)).Concat(Changed(_world.Stops)).Concat(Changed(_world.Webhooks)).Concat(Changed(_world.Observations)).Concat(Changed(_world.Connectors));

    private static IEnumerable<(IRow, bool)> Changed<T>(Table<T> table) where T : class, IRow => table.Changed.Select(c => ((IRow)c.Row, c.IsNew));

    private async Task<bool> CommittedAsync(Head head, LedgerBatch batch, List<Entry> entries, CancellationToken cancel)
    {
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
            Publish(doubt.Batch, doubt.Entries);
        _inDoubt = null;
        Forget();
    }

    private void Publish(LedgerBatch batch, List<Entry> entries)
    {
        _head = batch.Head;
        clock.Follow(batch.Head);
        feed.Publish(entries, batch.Rows);
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
