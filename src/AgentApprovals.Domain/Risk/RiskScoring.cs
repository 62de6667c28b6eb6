using System.Globalization;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;

namespace AgentApprovals.Domain.Risk;

/// <summary>
/// The score of one action: the sum of its factors, at most 100. Pure, and monotone in what is bad: nothing that the agent
/// says lowers it, only a person's confirmation that they directed it does.
/// </summary>
public static class RiskScoring
{
    public const int RecordDays = 30;
    public const string FirstUseOfResource = "first_use_of_resource";

    /// <summary>What is hidden in a payload, wherever in it: told where one looks first.</summary>
    public const string DeceptiveText = "deceptive_text";
    public const string Secret = "secrets";

    private const int UncataloguedSensitivity = 50;

    public static RiskAssessment Assess(RiskInput it)
    {
        var factors = new List<RiskFactor>();
        var sensitivity = it.Type?.Sensitivity ?? UncataloguedSensitivity;
        Add(factors, "sensitivity", sensitivity * 45 / 100, it.Type is { } type
            ? $"{type.Title}: sensitivity {sensitivity} of 100"
            : $"{it.TypeName} is in no catalogue entry and counts as sensitive");
        if (it.Type is not { Reversible: true })
            Add(factors, "irreversible", 18, it.Type is null ? "Nobody said whether it can be undone" : "It can't be undone");
        AddAudience(factors, it.Payload.Audience);
        if (it.Directed != Directed.Confirmed)
            Add(factors, "undirected", it.Directed == Directed.Disowned ? 25 : 12, it.Directed switch
            {
                Directed.Disowned => "The person named says that they did not direct this",
                Directed.Claimed => "Nobody has confirmed that they directed this",
                _ => "Nobody directed this",
            });
        AddNovelty(factors, it);
        if (it.LikeInLastMinute >= it.BurstCount)
            Add(factors, "burst", 30, $"{it.LikeInLastMinute + 1} like this in a minute");
        else if (it.InBurst)
            Add(factors, "burst", 30, "It is one of many like it in a short time");
        else if (it.LikeInLastMinute * 2 >= it.BurstCount)
            Add(factors, "burst", 10, $"{it.LikeInLastMinute + 1} like this in a minute");
        AddRecord(factors, it);
        if (it.Payload.Hidden.Count > 0)
            Add(factors, DeceptiveText, 20, $"Hidden or look-alike characters in the text: {string.Join(", ", it.Payload.Hidden.Take(3))}");
        if (it.Payload.Secrets.Count > 0)
            Add(factors, Secret, 20, $"The payload seems to hold a secret: {string.Join(", ", it.Payload.Secrets.Take(3))}");
        return new(Math.Min(100, factors.Sum(f => f.Points)), [.. factors.OrderByDescending(f => f.Points)]);
    }

    private static void Add(List<RiskFactor> factors, string name, int points, string why)
    {
        if (points > 0)
            factors.Add(new(name, points, why));
    }

    private static void AddAudience(List<RiskFactor> factors, long? audience)
    {
        if (audience is not { } n || n < 2)
            return;
        // Each factor of ten is a class of its own: 10 → 6, 100 → 12, 1,000 → 18, at most 24.
        var points = Math.Min(24, (int)Math.Round(6 * Math.Log10(n)));
        Add(factors, "audience", points, string.Create(CultureInfo.InvariantCulture, $"It reaches {n:N0} recipients, rows or members"));
    }

    private static void AddNovelty(List<RiskFactor> factors, RiskInput it)
    {
        if (it.Days.All(d => d["type:" + it.TypeName] == 0))
            Add(factors, "first_use_of_type", 6, $"The first {it.TypeName} of this agent in {RecordDays} days");
        else if (it.ResourceIsNew)
            Add(factors, FirstUseOfResource, 4, "The first time this agent uses this resource");
    }

    private static void AddRecord(List<RiskFactor> factors, RiskInput it)
    {
        var beyond = Decayed(it, "beyond");
        Add(factors, "beyond_permissions", Cap(beyond * 3, 12), $"It lately asked for what it is not permitted: {Count(it, "beyond")} times");
        Add(factors, "denials", Cap((Decayed(it, "denied") - beyond) * 2, 10), $"{Count(it, "denied")} of its actions were denied in {RecordDays} days");
        Add(factors, "expiries", Cap(Decayed(it, "expired"), 4), $"{Count(it, "expired")} of its actions expired in {RecordDays} days");
        Add(factors, "stops", Cap((Decayed(it, "stopped") * 2) + (Decayed(it, AgentDay.SessionsStopped) * 4), 12),
            $"{Count(it, AgentDay.SessionsStopped)} of its sessions and {Count(it, "stopped")} of its actions were stopped in {RecordDays} days");
        Add(factors, "bypasses", Cap(Decayed(it, "bypassed") * 10, 25), $"It was seen to act without a permit {Count(it, "bypassed")} times");
        var submitted = Count(it, "submitted");
        var atThisHour = it.Days.Sum(d => d[$"hour:{it.Now.Hour:00}"]);
        if (submitted >= 50 && atThisHour * 100 < submitted)
            Add(factors, "unusual_hour", 6, $"It is hardly ever at work at {it.Now.Hour:00}:00 UTC");
    }

    /// <summary>The sum over the days, each day worth half of what it was ten days before.</summary>
    private static double Decayed(RiskInput it, string name) =>
        it.Days.Sum(d => d[name] * Math.Pow(0.5, Math.Max(0, it.Now.Day - d.Day) / 10.0));

    private static int Count(RiskInput it, string name) => it.Days.Sum(d => d[name]);

    private static int Cap(double points, int most) => (int)Math.Clamp(Math.Floor(points), 0, most);
}
