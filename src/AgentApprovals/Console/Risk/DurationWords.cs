using Microsoft.Extensions.Localization;

namespace AgentApprovals.Console.Risk;

/// <summary>How long something took, in the one unit that says it.</summary>
public sealed class DurationWords(IStringLocalizer<DurationWords> t)
{
    public string Of(int? seconds) => Of(seconds is { } s ? TimeSpan.FromSeconds(s) : null);

    public string Of(TimeSpan? time) => time switch
    {
        null => "–",
        { TotalSeconds: < 1 } some => t["Milliseconds", (int)some.TotalMilliseconds],
        { TotalSeconds: < 90 } some => t["Seconds", (int)Math.Round(some.TotalSeconds)],
        { TotalMinutes: < 90 } some => t["Minutes", (int)Math.Round(some.TotalMinutes)],
        { TotalHours: < 36 } some => t["Hours", (int)Math.Round(some.TotalHours)],
        { } some => t["Days", (int)Math.Round(some.TotalDays)],
    };
}
