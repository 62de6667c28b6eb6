using System.Globalization;
using System.Text;
using AgentApprovals.Browser.Tests.Drivers;
using AgentApprovals.Domain.Json;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Browser.Tests.Security;

/// <summary>
/// Two engines agree on the bytes of a payload (RFC 8785): ours, and ECMAScript's own JSON, whose numbers and order of names the RFC takes over.
/// What another parser reads as something else would be approved as one thing and run as another.
/// </summary>
public sealed class CanonicalFormTests(Stage stage) : Journey(stage)
{
    private const int AtOnce = 5000;

    private const string Theirs = """
        texts => {
          const form = v => v === null || typeof v !== "object" ? JSON.stringify(v)
            : Array.isArray(v) ? `[${v.map(form).join()}]`
            : `{${Object.keys(v).sort().map(k => `${JSON.stringify(k)}:${form(v[k])}`).join()}}`;
          return texts.map(t => form(JSON.parse(t)));
        }
        """;

    [Fact]
    public async Task Payloads_have_the_form_that_a_browser_gives_them()
    {
        var page = await PageAsync(null);
        var random = new Random(8785);
        var differences = new List<string>();
        for (var round = 0; round < Soak.Times(4); round++)
        {
            var texts = Enumerable.Range(0, AtOnce).Select(_ => Value(random, 3)).ToArray();
            var theirs = await page.EvaluateAsync<string[]>(Theirs, texts);
            differences.AddRange(texts.Where((t, i) => Encoding.UTF8.GetString(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(t))) != theirs[i]));
        }

        Assert.Empty(differences);
        // The control: as they were written, hardly one is the form.
        var written = Enumerable.Range(0, 1000).Select(_ => Value(random, 3)).ToArray();
        Assert.InRange((await page.EvaluateAsync<string[]>(Theirs, written)).Where((t, i) => t != written[i]).Count(), 500, 1000);
    }

    /// <summary>A value as somebody may write it: any spacing, any order, any spelling of numbers and characters.</summary>
    private static string Value(Random random, int depth) => random.Next(depth > 0 ? 6 : 3) switch
    {
        0 => Number(random),
        1 => Text(random),
        2 => random.Next(3) switch { 0 => "true", 1 => "false", _ => "null" },
        3 => $"[ {string.Join(" ,", Enumerable.Range(0, random.Next(5)).Select(_ => Value(random, depth - 1)))}\n]",
        _ => $"{{\t{string.Join(", ", Enumerable.Range(0, random.Next(6)).Select(i => (Name: Text(random, i), Value: Value(random, depth - 1))).Select(m => $"{m.Name} : {m.Value}"))} }}",
    };

    private static string Number(Random random)
    {
        var any = BitConverter.Int64BitsToDouble(random.NextInt64());
        return random.Next(5) switch
        {
            0 => random.Next(-1000, 1000).ToString(CultureInfo.InvariantCulture),
            1 => $"{random.Next(-99, 99)}.{random.Next(100)}0E{random.Next(-25, 25)}",
            2 => "-0.0",
            3 => random.NextInt64(-(1L << 53) + 1, 1L << 53).ToString(CultureInfo.InvariantCulture),
            _ => double.IsFinite(any) ? any.ToString("E17", CultureInfo.InvariantCulture) : "1e300",
        };
    }

    /// <summary>Characters of all planes, some escaped that need not be; <paramref name="unlike"/> makes names of one object differ.</summary>
    private static string Text(Random random, int? unlike = null)
    {
        var text = new StringBuilder("\"");
        for (var i = random.Next(6); i > 0; i--)
        {
            var code = random.Next(4) switch { 0 => random.Next(0x20), 1 => random.Next(0x20, 0x7F), 2 => random.Next(0xA0, 0xD800), _ => random.Next(0xE000, 0x110000) };
            var written = char.ConvertFromUtf32(code);
            text.Append(code is < 0x20 or '"' or '\\' || random.Next(3) == 0 ? string.Concat(written.Select(c => $"\\u{(int)c:X4}")) : written);
        }

        return text.Append(unlike is { } n ? $"{n}\"" : "\"").ToString();
    }
}
