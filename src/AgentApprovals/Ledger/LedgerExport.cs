using AgentApprovals.Domain.Ledger;
using AgentApprovals.Hosting;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Ledger;

/// <summary>
/// The whole ledger as NDJSON, one entry a line: its stored bytes with the <c>hash</c> that is theirs added at the end. So
/// whoever holds the file checks the chain without us: take <c>hash</c> away, canonicalise (RFC 8785), SHA-256.
/// </summary>
internal static class LedgerExport
{
    private const int Page = 500;

    /// <summary>Up to the head at this moment, a page of rows in memory at a time, and no look at the database longer than a page.</summary>
    public static async Task<IResult> ShowAsync(Api api, EntryReader entries)
    {
        if (!api.Person.Has(LedgerEndpoints.Readers))
            return api.Refuse(Refusals.Forbidden("The ledger takes an Administrator or an Auditor."));
        var head = await entries.HeadAsync();
        var cancel = api.Context.RequestAborted;
        return TypedResults.Stream(to => WriteAsync(api.Reader, head, to, cancel), "application/x-ndjson", "ledger.ndjson");
    }

    private static async Task WriteAsync(Data.Queries.Reader reader, long head, Stream to, CancellationToken cancel)
    {
        for (var after = 0L; after < head;)
        {
            var from = after;
            var rows = await reader.LookAsync(db => db.Entries.Where(e => e.Sequence > from && e.Sequence <= head).OrderBy(e => e.Sequence)
                .Take(Page).Select(e => new { e.Sequence, e.Bytes, e.Hash }).ToListAsync(cancel));
            if (rows.Count == 0)
                return;
            foreach (var row in rows)
            {
                await to.WriteAsync(row.Bytes.AsMemory(0, row.Bytes.Length - 1), cancel);
                await to.WriteAsync(System.Text.Encoding.ASCII.GetBytes($",\"hash\":\"{Convert.ToHexStringLower(row.Hash)}\"}}\n"), cancel);
            }

            after = rows[^1].Sequence;
        }
    }
}
