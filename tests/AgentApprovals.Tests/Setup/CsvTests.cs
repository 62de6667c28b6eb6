using System.Globalization;
using System.Net;
using System.Text;
using AgentApprovals.Hosting;
using AgentApprovals.Tests.Drivers;
using CsvHelper;
using CsvHelper.Configuration;
using Xunit;

namespace AgentApprovals.Tests.Setup;

/// <summary>What managers take into a spreadsheet does nothing there, and says what the page says.</summary>
public sealed class CsvTests(SetupConsole console) : IClassFixture<SetupConsole>
{
    private static readonly char[] Starts = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

    [Fact]
    public async Task Nothing_that_a_spreadsheet_takes_for_a_formula_is_left_one()
    {
        var random = new Random(20261125);
        var texts = Enumerable.Range(0, 2000).Select(i => Starts[i % Starts.Length] + new string([.. Enumerable.Range(0, random.Next(12)).Select(_ => (char)random.Next(1, 300))])).ToList();
        // The control: written as they are, all of them would be.
        Assert.InRange(Acting(await WriteAsync(texts, new(CultureInfo.InvariantCulture) { NewLine = "\r\n" })), texts.Count, 2 * texts.Count);
        using var to = new MemoryStream();
        await Csv.WriteAsync(to, ["text"], OneAsync([.. texts.Select(t => (IReadOnlyList<object?>)[t])]), CancellationToken.None);
        var csv = Encoding.UTF8.GetString(to.ToArray());
        Assert.Equal(0, Acting(csv));
        Assert.Equal(texts.Count + 1, Cells(csv).Count);
        Assert.DoesNotContain(csv.Replace("\r\n", "", StringComparison.Ordinal), char.IsControl);
    }

    [Fact]
    public async Task The_list_of_agents_goes_into_a_spreadsheet_as_it_is_narrowed_and_sorted()
    {
        var mark = $"m{Guid.NewGuid():N}"[..12];
        foreach (var (name, display) in new[] { ("b", "=HYPERLINK(\"http://x\";\"y\")"), ("a", "Plain, with \"quotes\"") })
            (await console.Admin.Post("agents", new { name = $"{mark}-{name}", displayName = display, owner = "owner@example.com", labels = new[] { "@x", "+1" } })).Is(HttpStatusCode.Created);
        var text = await TextAsync(console.Admin, $"agents/export?q={mark}&sort=name");
        var lines = text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("name,displayName,owner,labels,state,createdAt,lastSeenAt,risk,level,unusedPermissions,requiresRunner", lines[0]);
        Assert.StartsWith($"{mark}-a,\"Plain, with \"\"quotes\"\"\",owner@example.com,\"'@x, +1\",active,", lines[1], StringComparison.Ordinal);
        Assert.Contains("\"'=HYPERLINK(\"\"http://x\"\";\"\"y\"\")\"", lines[2], StringComparison.Ordinal);
        Assert.EndsWith(",0,low,0,false", lines[1], StringComparison.Ordinal);
        var (reviewer, _, _) = await console.Scene.PersonAsync(["Reviewer"]);
        Assert.EndsWith(",lastSeenAt", (await TextAsync(reviewer, $"agents/export?q={mark}")).Split("\r\n")[0], StringComparison.Ordinal);
        (await reviewer.Get("agents/export?sort=risk")).IsRefused(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task A_line_a_day_says_what_the_pages_about_risk_say()
    {
        var (id, key) = await console.Scene.AgentAsync(console.NewName());
        var run = await console.Scene.SessionAsync(key: key);
        await run.Submitted();
        (await console.Admin.Deny(await run.Submitted(Scene.Post(payload: new { n = 1 })))).Is(HttpStatusCode.OK);
        var risk = (await console.Admin.Get($"agents/{id}/risk")).Is(HttpStatusCode.OK);
        var lines = (await TextAsync(console.Admin, $"agents/{id}/risk/export")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("day,submitted,approved,released,completed,failed,denied,expired,cancelled,stopped,beyond,unanswered,decisions,unruled,bursts,risk", lines[0]);
        Assert.Equal($"{risk["days"]![0]!["day"]},2,0,0,0,0,1,0,0,0,0,0,1,2,0,{risk["score"]}", lines.Last());
        Assert.StartsWith("day,submitted", await TextAsync(console.Admin, "risk/export?days=7"), StringComparison.Ordinal);
    }

    private static async Task<string> TextAsync(Person person, string path)
    {
        using var answer = await person.Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal((HttpStatusCode.OK, "text/csv"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<string> WriteAsync(List<string> texts, CsvConfiguration configuration)
    {
        await using var text = new StringWriter(CultureInfo.InvariantCulture);
        await using (var csv = new CsvWriter(text, configuration))
        {
            csv.WriteField("text");
            await csv.NextRecordAsync();
            foreach (var cell in texts)
            {
                csv.WriteField(cell);
                await csv.NextRecordAsync();
            }
        }

        return text.ToString();
    }

    private static int Acting(string csv) => Cells(csv).Count(c => c.Length > 0 && Starts.Contains(c[0]));

    private static List<string> Cells(string csv)
    {
        using var parser = new CsvParser(new StringReader(csv), new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\r\n", IgnoreBlankLines = false });
        var cells = new List<string>();
        while (parser.Read())
            cells.Add(parser[0]);
        return cells;
    }

    private static async IAsyncEnumerable<IReadOnlyList<IReadOnlyList<object?>>> OneAsync(IReadOnlyList<IReadOnlyList<object?>> page)
    {
        await Task.CompletedTask;
        yield return page;
    }
}
