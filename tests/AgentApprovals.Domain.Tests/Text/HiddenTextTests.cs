using System.Globalization;
using System.Text.Json;
using AgentApprovals.Domain.Text;
using CsCheck;
using Xunit;

namespace AgentApprovals.Domain.Tests.Text;

public sealed class HiddenTextTests
{
    private static readonly int[] CodePoints = [.. Enumerable.Range(0, 0x110000).Where(c => c is < 0xD800 or > 0xDFFF)];

    [Fact]
    public void Every_assigned_control_format_and_separating_character_is_found()
    {
        var hidden = CodePoints.Where(c => c is not ('\n' or '\t') && CharUnicodeInfo.GetUnicodeCategory(c)
            is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator).ToList();
        Assert.True(hidden.Count > 200, $"{hidden.Count} code points");
        Assert.All(hidden, c => Assert.Equal([$"U+{c:X4}"], HiddenText.Found($"x{char.ConvertFromUtf32(c)}y")));
    }

    [Theory]
    [InlineData("\ufe0f", "U+FE0F")]
    [InlineData("\u3164", "U+3164")]
    [InlineData("\u00a0", "U+00A0")]
    [InlineData("\ue000", "U+E000")]
    [InlineData("\udb40\udc41", "U+E0041")]
    [InlineData("a\rb", "U+000D")]
    [InlineData("\ud835\udc29\ud835\udc1a\ud835\udc32", "U+1D429")]
    public void So_is_what_nobody_sees_or_what_has_no_agreed_meaning(string text, string code) => Assert.Contains(code, HiddenText.Found(text));

    [Fact]
    public void Half_a_character_is_found() => Assert.Equal(["U+D800"], HiddenText.Found(new string((char)0xD800, 1)));

    [Theory]
    [InlineData("Flush the cache, then\n\tlook again.")]
    [InlineData("A line as Windows\r\nends it")]
    [InlineData("Größe, façade, naïve, Łódź")]
    [InlineData("Привет, мир. Καλημέρα. こんにちは 你好 שלום مرحبا")]
    [InlineData("🎉 100 € ≠ 90 £")]
    public void What_people_write_is_left_alone(string text) => Assert.Empty(HiddenText.Found(text));

    [Theory]
    [InlineData("pаypal")] // Cyrillic a
    [InlineData("gооgle.com")] // Cyrillic o
    [InlineData("раураӏ.com")] // all Cyrillic, beside an ASCII dot
    [InlineData("www.аррӏе.com")]
    [InlineData("micrоsoft")]
    [InlineData("αpple")]
    [InlineData("ＡＢＣ")]
    [InlineData("gıthub")]
    [InlineData("օffice")]
    public void A_letter_that_passes_for_another_is_found(string text) => Assert.NotEmpty(HiddenText.Found(text));

    /// <summary>Names of well-known hosts, each with one of its letters written by another that looks like it, and those in code.</summary>
    [Fact]
    public void Fifty_domains_that_pass_for_others_are_found_and_the_others_are_not()
    {
        string[] known = ["paypal.com", "apple.com", "google.com", "microsoft.com", "github.com", "amazon.com", "facebook.com", "netflix.com", "dropbox.com", "slack.com", "twitter.com", "ebay.com", "chase.com"];
        (char As, char Is)[] letters = [('a', 'а'), ('o', 'о'), ('e', 'е'), ('c', 'с'), ('p', 'р'), ('x', 'х'), ('i', 'і'), ('a', 'ɑ'), ('o', 'ο'), ('i', 'ı'), ('s', 'ѕ'), ('h', 'һ'), ('a', 'ａ')];
        var passing = known.SelectMany(d => letters.Where(l => d.Contains(l.As, StringComparison.Ordinal)).Select(l => ReplaceFirst(d, l.As, l.Is)))
            .Concat(["раураӏ.com", "аррӏе.com", "xn--pypal-4ve.com", "login.XN--80AK6AA92E.com", "https://xn--ggle-55da.com/x"]).Distinct().ToList();
        Assert.True(passing.Count >= 50, $"{passing.Count} domains");
        Assert.All(passing, d => Assert.NotEmpty(HiddenText.Found($"Send it to {d}, please")));
        Assert.All(known.Concat(["foxn--bar.com", "a-xn--b", "xn--"]), d => Assert.Empty(HiddenText.Found($"Send it to {d}, please")));
    }

    private static string ReplaceFirst(string text, char what, char by) => text.Remove(text.IndexOf(what, StringComparison.Ordinal), 1).Insert(text.IndexOf(what, StringComparison.Ordinal), by.ToString());

    [Fact]
    public void Nothing_is_left_out_of_what_is_shown() => Gen.String.Sample(text =>
        string.Concat(HiddenText.Segments(text).Select(s => s.Text)) == text
        && HiddenText.Segments(text).Where(s => s.Code is null).All(s => HiddenText.Found(s.Text).Count == 0 || s.Text.Any(c => c > 127)));

    [Fact]
    public void Every_text_and_name_of_a_payload_is_searched()
    {
        var payload = JsonElement.Parse("""{ "a": [{ "b\u200b": "x" }, "\u202e"], "c": 1 }""");
        Assert.Equal(["U+200B", "U+202E"], HiddenText.Found(payload));
        Assert.Equal(["U+200B"], HiddenText.Found(payload, most: 1));
    }
}
