using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AgentApprovals.Domain.Text;

/// <summary>A stretch of text: plain, or one character to be shown as a chip with its <paramref name="Code"/>.</summary>
/// <param name="Code">Null for plain text; else such as <c>U+200B</c>, or <c>xn--</c> where a host name is written in code.</param>
/// <param name="Kind">In words: why it is not shown as it is.</param>
public sealed record TextSegment(string Text, string? Code, string? Kind);

/// <summary>
/// Text that an agent wrote may be made to be read differently from what it says: characters nobody sees, text that runs
/// backwards, letters that look like others. They are found here, and shown as what they are.
/// </summary>
public static class HiddenText
{
    private static readonly SearchValues<char> Visible = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c), '\n', '\t']);

    private const string CodedName = "xn--";

    /// <summary>The text in order; nothing is left out.</summary>
    public static IReadOnlyList<TextSegment> Segments(string text)
    {
        if (text.Length > 0 && IsPlain(text))
            return [new(text, null, null)];
        var segments = new List<TextSegment>();
        var plain = new StringBuilder();
        var suspects = LookAlikes.Find(text);
        var at = 0;
        while (at < text.Length)
        {
            var length = char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;
            var code = length == 2 ? char.ConvertToUtf32(text[at], text[at + 1]) : text[at];
            // A line break as Windows writes it is one; alone, a carriage return overwrites what stands before it.
            var kind = code == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? null : KindOf(code) ?? (suspects.Contains(at) ? "looks like another letter" : null);
            if (kind is null && IsCodedName(text, at))
            {
                length = CodedName.Length;
                Flush();
                segments.Add(new(text.Substring(at, length), CodedName, "a host name in letters of another kind, written in code"));
            }
            else if (kind is null)
            {
                plain.Append(text, at, length);
            }
            else
            {
                Flush();
                segments.Add(new(text.Substring(at, length), $"U+{code:X4}", kind));
            }

            at += length;
        }

        Flush();
        return segments;

        void Flush()
        {
            if (plain.Length > 0)
                segments.Add(new(plain.ToString(), null, null));
            plain.Clear();
        }
    }

    /// <summary>The codes found, each once, in order.</summary>
    public static IReadOnlyList<string> Found(string text) =>
        IsPlain(text) ? [] : [.. Segments(text).Where(s => s.Code is not null).Select(s => s.Code!).Distinct()];

    /// <summary>The codes found in any string or member name of a JSON value, each once; at most <paramref name="most"/>.</summary>
    public static IReadOnlyList<string> Found(JsonElement value, int most = 16)
    {
        var found = new List<string>();
        Walk(value);
        return found;

        void Note(string text)
        {
            if (found.Count < most && !IsPlain(text))
                found.AddRange(Found(text).Except(found).Take(most - found.Count));
        }

        void Walk(JsonElement element)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.String:
                    Note(element.GetString()!);
                    break;
                case JsonValueKind.Array:
                    foreach (var item in element.EnumerateArray())
                        Walk(item);
                    break;
                case JsonValueKind.Object:
                    foreach (var member in element.EnumerateObject())
                    {
                        Note(member.Name);
                        Walk(member.Value);
                    }

                    break;
            }
        }
    }

    /// <summary>Only visible ASCII and line breaks: nothing to look for, which is the common case.</summary>
    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExcept(Visible) && !text.Contains(CodedName, StringComparison.OrdinalIgnoreCase);

    /// <summary>A label of a host name in Punycode begins here: what a browser would show of it may read as another name.</summary>
    private static bool IsCodedName(string text, int at) => text[at] is 'x' or 'X'
        && string.Compare(text, at, CodedName, 0, CodedName.Length, StringComparison.OrdinalIgnoreCase) == 0
        && (at == 0 || !(char.IsAsciiLetterOrDigit(text[at - 1]) || text[at - 1] == '-'))
        && at + CodedName.Length < text.Length && char.IsAsciiLetterOrDigit(text[at + CodedName.Length]);

    /// <summary>Why a character is not shown as it is; null where it may be.</summary>
    private static string? KindOf(int code)
    {
        if (code is '\n' or '\t' or ' ')
            return null;
        if (code is 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069))
            return "changes the direction of the text";
        if (code is (>= 0xE0000 and <= 0xE0FFF))
            return "hidden tag";
        if (code is (>= 0xFE00 and <= 0xFE0F) or 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x3164 or 0xFFA0 or 0x2800)
            return "invisible";
        if (code is >= 0x1D400 and <= 0x1D7FF)
            return "looks like another letter";
        return CharUnicodeInfo.GetUnicodeCategory(code) switch
        {
            UnicodeCategory.Control => "control character",
            UnicodeCategory.Format => "invisible",
            UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => "line break of another kind",
            UnicodeCategory.SpaceSeparator => "space of another kind",
            UnicodeCategory.Surrogate => "half a character",
            UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => "has no agreed meaning",
            _ => null,
        };
    }
}
