using System.Globalization;

namespace AgentApprovals.Domain.Text;

/// <summary>
/// Letters that pass for ASCII letters, in words that otherwise are Latin: <c>pаypal</c> with a Cyrillic а. A word in one script of its
/// own is left alone: people write Russian and Greek. The letters are those of Unicode's confusables (UTS 39) that map to
/// one ASCII letter and are in common use.
/// </summary>
internal static class LookAlikes
{
    private static readonly HashSet<char> Confusable =
    [
        .. "аеорсухіјѕԁԛԝһӏкмтвнАВЕКМНОРСТУХІЈЅԌԚԜҺӀ", // Cyrillic
        .. "αονρυικτχνϲϳΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϺ", // Greek
        .. "օոսցհքԼՏՍ", // Armenian
        .. "ıȷɡɑɩʏᴄᴏᴠᴡᴢℓ", // Latin and letter-like forms that read as others
    ];

    /// <summary>Offsets of the letters that look like others where they stand.</summary>
    public static HashSet<int> Find(string text)
    {
        var found = new HashSet<int>();
        var start = 0;
        while (start < text.Length)
        {
            if (!IsWordPart(text[start]))
            {
                start++;
                continue;
            }

            var end = start;
            while (end < text.Length && IsWordPart(text[end]))
                end++;
            Inspect(text, start, end, found);
            start = end;
        }

        return found;
    }

    private static void Inspect(string text, int start, int end, HashSet<int> found)
    {
        var hasLatin = false;
        var foreign = 0;
        var confusable = 0;
        for (var i = start; i < end; i++)
        {
            hasLatin |= IsLatin(text[i]);
            if (IsForeign(text[i]))
                foreign++;
            if (Confusable.Contains(text[i]) || IsFullWidth(text[i]))
                confusable++;
        }

        // A whole word of look-alikes with an ASCII dot beside it reads as a host name: раураӏ.com.
        var isHostLabel = foreign > 0 && confusable == foreign && ((end < text.Length && text[end] == '.' && end + 1 < text.Length && IsLatin(text[end + 1]))
            || (start > 1 && text[start - 1] == '.' && IsLatin(text[start - 2])));
        for (var i = start; i < end; i++)
        {
            if (IsFullWidth(text[i]) || ((hasLatin || isHostLabel) && (IsForeign(text[i]) || Confusable.Contains(text[i]))))
                found.Add(i);
        }
    }

    private static bool IsWordPart(char c) => char.IsLetterOrDigit(c) || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark;

    private static bool IsLatin(char c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '\u00C0' and <= '\u024F' and not '\u00D7' and not '\u00F7');

    /// <summary>Greek, Cyrillic, Armenian, Cherokee and other letters that have Latin look-alikes.</summary>
    private static bool IsForeign(char c) => c is (>= '\u0370' and <= '\u058F') or (>= '\u13A0' and <= '\u13FF');

    private static bool IsFullWidth(char c) => c is (>= '\uFF01' and <= '\uFF5E');
}
