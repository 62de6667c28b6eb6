using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Domain.Webhooks;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Data.Queries;

/// <summary>
/// Orders to cut off, one for each endpoint and stop. Whoever makes a request has claimed it before: it is due again when the claim has run
/// out, so no two nodes are at one, and what a node left behind is gone on with.
/// </summary>
public sealed class CutOffDeliveries(IDbContextFactory<LedgerContext> contexts, Reader reader)
{
    /// <summary>Begins one; false where somebody has already.</summary>
    public async Task<bool> BeginAsync(DeliveryRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (await IsThereAsync(row))
            return false;
        await using var db = await contexts.CreateDbContextAsync();
        db.Deliveries.Add(row);
        try
        {
            await db.SaveChangesAsync();
            return true;
        }
        catch (DbUpdateException)
        {
            // Two nodes at the same moment: the key is for one of them.
            if (!await IsThereAsync(row))
                throw;
            return false;
        }
    }

    /// <summary>Makes it due at <paramref name="until"/> and no sooner; false where somebody else has moved it meanwhile.</summary>
    public async Task<bool> ClaimAsync(DeliveryRow row, Moment until)
    {
        ArgumentNullException.ThrowIfNull(row);
        await using var db = await contexts.CreateDbContextAsync();
        return await db.Deliveries.Where(d => d.WebhookSequence == row.WebhookSequence && d.EntrySequence == row.EntrySequence && d.DueAt == row.DueAt)
            .ExecuteUpdateAsync(s => s.SetProperty(d => d.DueAt, until)) == 1;
    }

    /// <summary>What of these endpoints is due.</summary>
    public Task<List<DeliveryRow>> DueAsync(IReadOnlyList<long> webhooks, Moment now) => reader.LookAsync(db => db.Deliveries
        .Where(d => webhooks.Contains(d.WebhookSequence) && d.DueAt != null && d.DueAt <= now && d.Event == Kinds.StopOrdered).OrderBy(d => d.EntrySequence).ToListAsync());

    /// <summary>Makes what waits for an endpoint due at once, as far as it is due by <paramref name="by"/>; null: all of it.</summary>
    public async Task ExpediteAsync(long webhook, Moment now, Moment? by)
    {
        await using var db = await contexts.CreateDbContextAsync();
        await db.Deliveries.Where(d => d.WebhookSequence == webhook && d.DueAt > now && (by == null || d.DueAt <= by) && d.Event == Kinds.StopOrdered)
            .ExecuteUpdateAsync(s => s.SetProperty(d => d.DueAt, now));
    }

    /// <summary>Stops of before a time whose receipts wait for an endpoint.</summary>
    public async Task<IReadOnlyList<StopState>> WaitingAsync(Moment before)
    {
        var some = await reader.LookAsync(db => db.Stops
            .Where(s => s.At <= before && EF.Functions.Like((string)(object)s.Layers, "%\"webhook:%") && EF.Functions.Like((string)(object)s.Layers, "%\"waiting\"%")).ToListAsync());
        return [.. some.Where(s => s.Layers.Any(l => l.State == LayerState.Waiting && CutOffLayers.Is(l)))];
    }

    private Task<bool> IsThereAsync(DeliveryRow row) =>
        reader.LookAsync(db => db.Deliveries.AnyAsync(d => d.WebhookSequence == row.WebhookSequence && d.EntrySequence == row.EntrySequence));
}
