using System.Security.Cryptography;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Data.Ledger;

/// <summary>What was decided, as the one batch that writes it.</summary>
internal static class WorldBatch
{
    /// <summary>Chains the drafts to the ledger's head, and gathers what they change.</summary>
    /// <param name="clock">What the engine's clock said when it was decided.</param>
    public static (LedgerBatch Batch, List<Entry> Entries) Chain(this World world, Head head, long clock)
    {
        var id = RandomNumberGenerator.GetBytes(16);
        var writer = new EntryWriter(id, head.Hash);
        var entries = world.Drafts.Select(writer.Chain).ToList();
        var next = head with { Sequence = entries[^1].Sequence, Hash = writer.Last, At = world.Now, ClockOffset = world.ClockOffset };
        return (new(id, clock, next, entries.ConvertAll(e => e.ToRow(id)), [.. Rows(world)], [.. world.Desks.ChangedDays], [.. world.Fleet.Moved], [.. world.Fleet.Facts], world.ChangedStandings(),
            [.. world.Contents], [.. world.Purged]), entries);
    }

    private static IEnumerable<(IRow Row, bool IsNew)> Rows(World world) => Changed(world.Consoles)
        .Concat(Changed(world.Documents)).Concat(Changed(world.People)).Concat(Changed(world.Agents)).Concat(Changed(world.Credentials))
        .Concat(Changed(world.Sessions)).Concat(Changed(world.Bursts)).Concat(Changed(world.Actions)).Concat(Changed(world.Stops)).Concat(Changed(world.Webhooks))
        .Concat(Changed(world.Observations)).Concat(Changed(world.Connectors));

    private static IEnumerable<(IRow, bool)> Changed<T>(Table<T> table) where T : class, IRow => table.Changed.Select(c => ((IRow)c.Row, c.IsNew));
}
