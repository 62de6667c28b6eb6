using System.Globalization;
using AgentApprovals.Domain;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Data.Queries;

/// <summary>Days by UTC, both included; null: from the first on, or to the last.</summary>
public readonly record struct DaySpan(DateOnly? From, DateOnly? To)
{
    private const string Iso = "yyyy-MM-dd";

    public bool IsAny => this == default;

    public Moment? Start => StartOf(From);

    /// <summary>The first instant after it.</summary>
    public Moment? End => StartOf(To is { } to && to < DateOnly.MaxValue ? to.AddDays(1) : null);

    public static string Text(DateOnly day) => day.ToString(Iso, CultureInfo.InvariantCulture);

    /// <summary>A day as <c>2026-11-28</c>; null where it is none.</summary>
    public static DateOnly? Parse(string? text) => DateOnly.TryParseExact(text, Iso, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    /// <summary>
    /// The sequences that stand in these days, the second of them not included: found by halving, for rows that the ledger made come in the order of time, so
    /// that a list of one day costs the same however many others there are.
    /// </summary>
    public async Task<(long First, long Before)> SequencesAsync(IQueryable<Dated> rows) =>
        (Start is { } start ? await FirstSinceAsync(rows, start) : 0, End is { } end ? await FirstSinceAsync(rows, end) : long.MaxValue);

    private static async Task<long> FirstSinceAsync(IQueryable<Dated> rows, Moment start)
    {
        var last = await rows.OrderByDescending(r => r.Sequence).Select(r => r.Sequence).FirstOrDefaultAsync();
        var (from, to) = (0L, last == 0 ? 0 : last + 1);
        while (from < to)
        {
            var middle = from + ((to - from) / 2);
            var row = await rows.Where(r => r.Sequence >= middle).OrderBy(r => r.Sequence).FirstAsync();
            if (row.At < start)
                from = row.Sequence + 1;
            else
                to = middle;
        }

        return from;
    }

    private static Moment? StartOf(DateOnly? day) => day is { } one ? Moment.From(new DateTimeOffset(one, TimeOnly.MinValue, TimeSpan.Zero)) : null;

    /// <summary>When the ledger made a row.</summary>
    public sealed class Dated
    {
        public long Sequence { get; init; }
        public Moment At { get; init; }
    }
}
