using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Data.Ledger;

/// <summary>A batch as sets of rows, by table: for engines that write each set at once.</summary>
internal static class BatchRows
{
    /// <summary>New rows: entries, what they made, what they say of decisions, and bytes beside the ledger.</summary>
    public static IEnumerable<(TableMap Table, IReadOnlyList<object> Rows)> Inserted(LedgerBatch batch, IReadOnlyDictionary<Type, TableMap> tables)
    {
        if (batch.Entries.Count > 0)
            yield return (tables[typeof(EntryRow)], batch.Entries);
        foreach (var set in ByTable(batch.Rows.Where(r => r.IsNew), tables))
            yield return set;
        if (batch.Facts.Count > 0)
            yield return (tables[typeof(DecisionFact)], batch.Facts);
        if (batch.Contents.Count > 0)
            yield return (tables[typeof(ContentRow)], [.. batch.Contents.Select(c => Row(c, batch.Purged))]);
    }

    /// <summary>Rows that are there and change.</summary>
    public static IEnumerable<(TableMap Table, IReadOnlyList<object> Rows)> Updated(LedgerBatch batch, IReadOnlyDictionary<Type, TableMap> tables) =>
        ByTable(batch.Rows.Where(r => !r.IsNew), tables);

    /// <summary>Rows that are written whether they are there or not.</summary>
    public static IEnumerable<(TableMap Table, IReadOnlyList<object> Rows)> Kept(LedgerBatch batch, IReadOnlyDictionary<Type, TableMap> tables)
    {
        if (batch.Days.Count > 0)
            yield return (tables[typeof(AgentDayRow)], [.. batch.Days.Select(d => new AgentDayRow { AgentSequence = d.AgentSequence, Day = d.Day, Counts = d.Counts })]);
        if (batch.Standings.Count > 0)
            yield return (tables[typeof(StandingRow)], [.. batch.Standings.Select(s => StandingRow.Of(s.Standing))]);
    }

    /// <summary>Agents whose words are said anew, and all their words.</summary>
    public static (IReadOnlyList<long> Agents, IReadOnlyList<object> Words) Words(LedgerBatch batch)
    {
        var said = batch.Standings.Where(s => s.Words is not null).ToList();
        return (said.ConvertAll(s => s.Standing.AgentSequence),
            [.. said.SelectMany(s => s.Words!.Select(w => new AgentWordRow { AgentSequence = s.Standing.AgentSequence, Word = w }))]);
    }

    /// <summary>What is purged in the batch that brings it never gets there.</summary>
    private static ContentRow Row(Content content, IReadOnlyList<long> purged) => new()
    {
        Sequence = content.Sequence,
        Part = content.Part,
        Bytes = content.Part != ContentPart.Document && purged.Contains(content.Sequence) ? null : content.Bytes.ToArray(),
    };

    private static IEnumerable<(TableMap Table, IReadOnlyList<object> Rows)> ByTable(IEnumerable<(IRow Row, bool IsNew)> rows, IReadOnlyDictionary<Type, TableMap> tables) =>
        rows.GroupBy(r => r.Row.GetType()).Select(g => (tables[g.Key], (IReadOnlyList<object>)[.. g.Select(r => r.Row)]));
}
