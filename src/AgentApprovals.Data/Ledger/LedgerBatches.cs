using System.Data.Common;
using System.Security.Cryptography;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Data.Ledger;

/// <summary>What rules of this node are configured with.</summary>
public sealed record LedgerOptions(int MinimumWindowSeconds = 10);

/// <summary>One batch at a time: load, decide, chain, compare and set, publish. Used by the writer alone.</summary>
public sealed class LedgerBatches(ILedgerStore store, IDbContextFactory<LedgerContext> contexts, Feed feed, LedgerClock clock, LedgerOptions options)
{
    private const int MostKnownRows = 50_000;

    private readonly Loader _loader = new(contexts);
    private readonly World _world = new() { MinimumWindowSeconds = options.MinimumWindowSeconds };
    private Head? _head;

    /// <summary>Results in the order of the commands, after the commit. Throws where nothing was committed.</summary>
    public async Task<IReadOnlyList<object>> CommitAsync(IReadOnlyList<ICommand> commands, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                var head = _head ??= await store.ReadHeadAsync(cancel);
                await PrepareAsync(head, commands, cancel);
                var results = commands.Select(c => c.Decide(_world)).ToList();
                if (_world.Drafts.Count == 0)
                    return results;
                var (batch, entries) = Chain(head);
                if (await CommittedAsync(head, batch, cancel))
                {
                    Publish(batch, entries);
                    return results;
                }

                // Another node moved the head: what is known may be old. Read again and decide again.
                Forget();
            }
            catch
            {
                Forget();
                throw;
            }
        }
    }

    /// <summary>What the command would do. Nothing is written, and nothing of it is known afterwards.</summary>
    public async Task<object> RehearseAsync(ICommand command, CancellationToken cancel)
    {
        try
        {
            await PrepareAsync(_head ??= await store.ReadHeadAsync(cancel), [command], cancel);
            return command.Decide(_world);
        }
        finally
        {
            Forget();
        }
    }

    public static bool IsOutage(Exception exception) => exception is DbException or DbUpdateException;

    private async Task PrepareAsync(Head head, IReadOnlyList<ICommand> commands, CancellationToken cancel)
    {
        // The clock is read after the head, and ledger time never runs backwards.
        var now = new Moment(await store.ReadClockAsync(cancel) + head.ClockOffset);
        if (_world.Actions.Count + _world.Sessions.Count + _world.Credentials.Count > MostKnownRows)
            _world.Clear();
        _world.Now = Moment.Later(now, head.At);
        _world.NextSequence = head.Sequence + 1;
        var needs = new Needs();
        foreach (var command in commands)
            command.Need(needs);
        await _loader.LoadAsync(_world, needs, cancel);
    }

    private (LedgerBatch Batch, List<Entry> Entries) Chain(Head head)
    {
        var id = RandomNumberGenerator.GetBytes(16);
        var name = Convert.ToHexStringLower(id);
        var entries = new List<Entry>(_world.Drafts.Count);
        var previous = head.Hash;
        foreach (var draft in _world.Drafts)
        {
            var entry = Entry.Chain(draft, name, Convert.ToHexStringLower(previous));
            previous = entry.Hash;
            entries.Add(entry);
        }

        var next = head with { Sequence = entries[^1].Sequence, Hash = previous, At = _world.Now };
        return (new(id, next, [.. entries.Select(e => e.ToRow(id))], [.. Rows()], [.. _world.Desks.ChangedDays], _world.Contents.ToList()), entries);
    }

    private IEnumerable<(IRow Row, bool IsNew)> Rows() => Changed(_world.Consoles)
        .Concat(Changed(_world.Documents)).Concat(Changed(_world.People)).Concat(Changed(_world.Agents)).Concat(Changed(_world.Credentials))
        .Concat(Changed(_world.Sessions)).Concat(Changed(_world.Actions)).Concat(Changed(_world.Stops));

    private static IEnumerable<(IRow, bool)> Changed<T>(Table<T> table) where T : class, IRow => table.Changed.Select(c => ((IRow)c.Row, c.IsNew));

    private async Task<bool> CommittedAsync(Head head, LedgerBatch batch, CancellationToken cancel)
    {
        try
        {
            return await store.TryCommitAsync(head, batch, cancel);
        }
        catch (Exception) when (!cancel.IsCancellationRequested)
        {
            // The line may have broken after the commit: the batch's id on its entries says whether it did.
            if (await store.IsCommittedAsync(batch.Id, cancel))
                return true;
            throw;
        }
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
}
