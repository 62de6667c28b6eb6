using AgentApprovals.Domain.Ledger;
using AgentApprovals.Hosting;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Ledger;

/// <summary>
/// The whole ledger as NDJSON, one entry a line: its stored bytes with the <c>hash</c> that is theirs added at the end. So
/// whoever holds the file checks the chain without us: take <c>hash</c> away, canonicalise (RFC 8785), SHA-256. Control characters
/// that the canonical form leaves as they are stand escaped: the file may be read in a terminal.
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
                await to.WriteAsync(Harmless(row.Bytes.AsMemory(0, row.Bytes.Length - 1)), cancel);
                await to.WriteAsync(System.Text.Encoding.ASCII.GetBytes($",\"hash\":\"{Convert.ToHexStringLower(row.Hash)}\"}}\n"), cancel);
            }

            after = rows[^1].Sequence;
        }
    }

    /// <summary>The same JSON without U+007F to U+009F, which stand in texts only.</summary>
    private static ReadOnlyMemory<byte> Harmless(ReadOnlyMemory<byte> json)
    {
        if (json.Span.IndexOfAny((byte)0x7F, (byte)0xC2) < 0)
            return json;
        var escaped = new List<byte>(json.Length + 64);
        var bytes = json.Span;
        for (var i = 0; i < bytes.Length; i++)
        {
            var code = bytes[i] == 0x7F ? 0x7F : bytes[i] == 0xC2 && bytes[i + 1] <= 0x9F ? bytes[++i] : 0;
            if (code == 0)
                escaped.Add(bytes[i]);
            else
                escaped.AddRange(System.Text.Encoding.ASCII.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"\\u{code:x4}")));
        }

        return escaped.ToArray();
    }
}
