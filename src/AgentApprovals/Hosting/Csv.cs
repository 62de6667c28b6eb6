using System.Globalization;
using System.Text;
using AgentApprovals.Domain.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace AgentApprovals.Hosting;

/// <summary>
/// CSV (RFC 4180) for spreadsheets, streamed. What a spreadsheet would take for a formula is neutralised, whoever wrote it, and
/// control characters are written by their code: nothing in a cell acts. What reads like a secret is masked: files travel.
/// </summary>
internal static class Csv
{
    public const string MediaType = "text/csv";

    private static readonly CsvConfiguration Configuration = new(CultureInfo.InvariantCulture)
    {
        NewLine = "\r\n",
        InjectionOptions = InjectionOptions.Escape,
        // Some spreadsheets read the wide forms as the narrow ones.
        InjectionCharacters = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'],
    };

    /// <summary>A line of names, then a line for each of <paramref name="rows"/>, sent a page of them at a time.</summary>
    public static IResult Of(string file, IReadOnlyList<string> names, IAsyncEnumerable<IReadOnlyList<IReadOnlyList<object?>>> rows, CancellationToken cancel) =>
        TypedResults.Stream(to => WriteAsync(to, names, rows, cancel), MediaType + "; charset=utf-8", file);

    internal static async Task WriteAsync(Stream to, IReadOnlyList<string> names, IAsyncEnumerable<IReadOnlyList<IReadOnlyList<object?>>> rows, CancellationToken cancel)
    {
        var text = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        await using (text)
        {
            var csv = new CsvWriter(text, Configuration, leaveOpen: true);
            await using (csv)
            {
                await LineAsync(csv, names);
                await foreach (var page in rows.WithCancellation(cancel))
                {
                    foreach (var row in page)
                        await LineAsync(csv, row);
                    await csv.FlushAsync();
                    await text.FlushAsync(cancel);
                }
            }
        }
    }

    private static async Task LineAsync(CsvWriter csv, IReadOnlyList<object?> cells)
    {
        foreach (var cell in cells)
            csv.WriteField(Visible(cell is string text ? Secrets.Mask(text) : Convert.ToString(cell, CultureInfo.InvariantCulture) ?? ""));
        await csv.NextRecordAsync();
    }

    private static string Visible(string text) => !text.Any(char.IsControl)
        ? text
        : string.Concat(text.Select(c => char.IsControl(c) ? string.Create(CultureInfo.InvariantCulture, $"U+{(int)c:X4}") : c.ToString()));
}
