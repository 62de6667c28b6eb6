using System.Globalization;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Text;
using Microsoft.Extensions.Localization;

namespace AgentApprovals.Console.Plain;

/// <summary>Counts, times and long texts, in words.</summary>
internal static class Words
{
    /// <summary>The text <paramref name="key"/> with <c>One</c> or <c>Many</c> after it, and the number in it.</summary>
    /// <param name="isMore">The number was counted so far, and there are more.</param>
    public static string Count(this IStringLocalizer texts, string key, int count, bool isMore = false) =>
        texts[key + (count == 1 && !isMore ? "One" : "Many"), count.ToString("N0", CultureInfo.InvariantCulture) + (isMore ? "+" : "")];

    /// <summary>
    /// The beginning, and an ellipsis where something was left out: at most so many ASCII characters, fewer of others, and far
    /// fewer of those that are shown as chips. Nobody's name makes a page too heavy for a bad line.
    /// </summary>
    public static string Cut(this string text, int most)
    {
        var end = 0;
        var weight = 0;
        foreach (var segment in HiddenText.Segments(text))
        {
            if (segment.Code is not null)
            {
                if ((weight += 10) > most)
                    return text[..end] + "…";
                end += segment.Text.Length;
                continue;
            }

            foreach (var rune in segment.Text.EnumerateRunes())
            {
                if ((weight += rune.IsAscii ? 1 : 2) > most)
                    return text[..end] + "…";
                end += rune.Utf16SequenceLength;
            }
        }

        return text;
    }

    /// <summary>At most so many UTF-16 units, for what is kept.</summary>
    public static string AtMost(this string text, int most) =>
        text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];

    /// <summary>With a capital and a full stop: what layers report stands in lists elsewhere.</summary>
    public static string Sentence(string text) => text.Length == 0 ? "" : char.ToUpperInvariant(text[0]) + text[1..].TrimEnd('.') + ".";

    /// <summary>How long something has lasted: <c>12 s</c>, <c>3 min</c>, <c>2 h</c>, <c>4 d</c>.</summary>
    public static string Lasting(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => "0 s",
        { TotalMinutes: < 1 } => $"{time.Seconds} s",
        { TotalHours: < 1 } => $"{time.Minutes} min",
        { TotalDays: < 1 } => $"{time.Hours} h",
        _ => $"{(long)time.TotalDays} d",
    };

    /// <summary>Time of day in UTC, with the date where it is another day's.</summary>
    public static string Time(Moment at, Moment now) => at.ToDateTimeOffset().UtcDateTime.ToString(at.Day == now.Day ? "HH:mm 'UTC'" : "d MMM HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
