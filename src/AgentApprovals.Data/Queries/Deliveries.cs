using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Webhooks;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Data.Queries;

/// <summary>
/// What is to be told to endpoints, and what became of it. It stands outside the ledger, and is made from the ledger alone. Orders to cut off
/// wait for nothing and hold up nothing: they are moved by <see cref="CutOffDeliveries"/>, and what waits in turn is without them.
/// </summary>
public sealed class Deliveries(IDbContextFactory<LedgerContext> contexts, Reader reader)
{
    private const string Follower = "webhooks";

    /// <summary>On this node something changed of what an endpoint is told; for pages that show it.</summary>
    public event Action<long>? Changed;

    /// <summary>How far the ledger was looked through; null before the first time.</summary>
    public Task<long?> PositionAsync() => reader.LookAsync(async db =>
        (await db.Positions.SingleOrDefaultAsync(p => p.Follower == Follower))?.Sequence);

    /// <summary>
    /// Takes in what entries up to <paramref name="to"/> gave rise to, with the position, or nothing: false where another node
    /// looked through them meanwhile. What is there already stays as it is.
    /// </summary>
    public async Task<bool> TakeAsync(long? from, long to, IReadOnlyList<DeliveryRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        await using var db = await contexts.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        if (from is null && !await db.Positions.AnyAsync(p => p.Follower == Follower))
            db.Positions.Add(new() { Follower = Follower, Sequence = to });
        else if (await db.Positions.Where(p => p.Follower == Follower && p.Sequence == from).ExecuteUpdateAsync(s => s.SetProperty(p => p.Sequence, to)) == 0)
            return false;
        var entries = rows.Select(r => r.EntrySequence).Distinct().ToList();
        var there = (await db.Deliveries.AsNoTracking().Where(d => entries.Contains(d.EntrySequence)).Select(d => new { d.WebhookSequence, d.EntrySequence }).ToListAsync())
            .Select(d => (d.WebhookSequence, d.EntrySequence)).ToHashSet();
        db.Deliveries.AddRange(rows.Where(r => !there.Contains((r.WebhookSequence, r.EntrySequence))));
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        foreach (var webhook in rows.Select(r => r.WebhookSequence).Distinct())
            Changed?.Invoke(webhook);
        return true;
    }

    /// <summary>What waits for an endpoint, in the order of events, after one of them.</summary>
    public Task<List<DeliveryRow>> PendingAsync(long webhook, long after, int most) => reader.LookAsync(db => InTurn(db)
        .Where(d => d.WebhookSequence == webhook && d.DueAt != null && d.EntrySequence > after).OrderBy(d => d.EntrySequence).Take(most).ToListAsync());

    /// <summary>When something is next due at an endpoint; null where nothing waits.</summary>
    public Task<Moment?> NextDueAsync(long webhook) => reader.LookAsync(db => InTurn(db)
        .Where(d => d.WebhookSequence == webhook && d.DueAt != null).OrderBy(d => d.DueAt).Select(d => d.DueAt).FirstOrDefaultAsync());

    /// <summary>Every endpoint for which something waits.</summary>
    public Task<List<long>> WaitingAsync() => reader.LookAsync(db => InTurn(db).Where(d => d.DueAt != null).Select(d => d.WebhookSequence).Distinct().ToListAsync());

    public Task<DeliveryRow?> FindAsync(long webhook, Guid id) => reader.LookAsync(db => db.Deliveries.SingleOrDefaultAsync(d => d.Id == id && d.WebhookSequence == webhook));

    public Task<DeliveryRow?> FindAsync(long webhook, long entry) => reader.LookAsync(db => db.Deliveries.SingleOrDefaultAsync(d => d.WebhookSequence == webhook && d.EntrySequence == entry));

    /// <summary>An endpoint's deliveries, newest first, from before an event on.</summary>
    public Task<Page<DeliveryRow>> PageAsync(long webhook, long? before, int limit) => reader.LookAsync(async db =>
    {
        var from = before ?? long.MaxValue;
        var found = await db.Deliveries.Where(d => d.WebhookSequence == webhook && d.EntrySequence < from).OrderByDescending(d => d.EntrySequence).Take(limit + 1).ToListAsync();
        return new Page<DeliveryRow>([.. found.Take(limit)], found.Count > limit ? found[limit - 1].EntrySequence : null);
    });

    /// <summary>How much waits for each endpoint for which anything does, and how much of it was refused before.</summary>
    public Task<Dictionary<long, (int Count, int Refused)>> WaitingCountsAsync() => reader.LookAsync(async db => (await db.Deliveries.Where(d => d.DueAt != null)
        .GroupBy(d => d.WebhookSequence).Select(g => new { g.Key, Count = g.Count(), Refused = g.Count(d => d.Tries > 0) }).ToListAsync()).ToDictionary(g => g.Key, g => (g.Count, g.Refused)));

    /// <summary>False where its endpoint was deleted meanwhile.</summary>
    public async Task<bool> SaveAsync(DeliveryRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        await using var db = await contexts.CreateDbContextAsync();
        db.Deliveries.Update(row);
        try
        {
            await db.SaveChangesAsync();
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }

        Changed?.Invoke(row.WebhookSequence);
        return true;
    }

    /// <summary>Has all that is due at an endpoint wait for what is due there soon.</summary>
    public async Task AwaitAsync(long webhook, Moment now, Moment until)
    {
        await using var db = await contexts.CreateDbContextAsync();
        await InTurn(db).Where(d => d.WebhookSequence == webhook && d.DueAt != null && d.DueAt <= now).ExecuteUpdateAsync(s => s.SetProperty(d => d.DueAt, until));
        Changed?.Invoke(webhook);
    }

    /// <summary>Uses up the turns of all that is due at an endpoint that does not answer; whether some were given up by it.</summary>
    public async Task<bool> UseTurnsAsync(long webhook, Moment now)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var givenUp = 0;
        // From the most tries down, so that none is moved twice.
        for (var tries = RetrySchedule.MostTries - 1; tries >= 0; tries--)
        {
            var (used, next) = (tries, RetrySchedule.Next(tries + 1, now));
            var state = next is null ? DeliveryState.Failed : DeliveryState.Pending;
            var moved = await InTurn(db).Where(d => d.WebhookSequence == webhook && d.DueAt != null && d.DueAt <= now && d.Tries == used).ExecuteUpdateAsync(s => s
                .SetProperty(d => d.Tries, used + 1).SetProperty(d => d.DueAt, next).SetProperty(d => d.State, state));
            givenUp += next is null ? moved : 0;
        }

        Changed?.Invoke(webhook);
        return givenUp > 0;
    }

    /// <summary>An endpoint answers: what waits there longest, and with it the rest, is due at once.</summary>
    public async Task<Moment?> ExpediteAsync(long webhook)
    {
        var now = reader.Now;
        if ((await PendingAsync(webhook, 0, 1)).FirstOrDefault() is not { } first)
            return null;
        await using var db = await contexts.CreateDbContextAsync();
        await db.Deliveries.Where(d => d.WebhookSequence == webhook && d.EntrySequence == first.EntrySequence && d.DueAt > now)
            .ExecuteUpdateAsync(s => s.SetProperty(d => d.DueAt, now));
        return now;
    }

    /// <summary>Lets go of all that waits for an endpoint that was switched off.</summary>
    public async Task GiveUpAsync(long webhook)
    {
        await using var db = await contexts.CreateDbContextAsync();
        await InTurn(db).Where(d => d.WebhookSequence == webhook && d.DueAt != null)
            .ExecuteUpdateAsync(s => s.SetProperty(d => d.State, DeliveryState.Failed).SetProperty(d => d.DueAt, (Moment?)null));
        Changed?.Invoke(webhook);
    }

    /// <summary>Forgets a deleted endpoint: what was sent to it, and its secrets. What it had to cut off is on receipts, and goes when it is long done.</summary>
    public async Task ForgetAsync(WebhookState webhook)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        await using (var db = await contexts.CreateDbContextAsync())
            await InTurn(db).Where(d => d.WebhookSequence == webhook.Sequence).ExecuteDeleteAsync();
        await ForgetSecretsAsync(webhook.Sequence, webhook.SecretSequence, webhook.EarlierSecretSequence);
    }

    /// <summary>Forgets secrets that sign nothing any more, by the entries that brought them.</summary>
    public async Task ForgetSecretsAsync(params long?[] entries)
    {
        await using var db = await contexts.CreateDbContextAsync();
        await db.Contents.Where(c => c.Part == ContentPart.WebhookSecret && entries.Contains(c.Sequence)).ExecuteUpdateAsync(s => s.SetProperty(c => c.Bytes, (byte[]?)null));
    }

    /// <summary>Forgets what nothing is due of, from before a time.</summary>
    public async Task ForgetBeforeAsync(Moment time)
    {
        await using var db = await contexts.CreateDbContextAsync();
        await db.Deliveries.Where(d => d.DueAt == null && d.At < time).ExecuteDeleteAsync();
    }

    private static IQueryable<DeliveryRow> InTurn(LedgerContext db) => db.Deliveries.Where(d => d.Event != Kinds.StopOrdered);
}
