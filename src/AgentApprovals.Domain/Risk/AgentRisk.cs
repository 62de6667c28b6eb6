using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Policies;

namespace AgentApprovals.Domain.Risk;

/// <summary>What an agent could do at any time without having been seen to: permissions held and not used, and those that reach what can't be undone.</summary>
public sealed record Exposure(int Unused, int Irreversible)
{
    public static Exposure Of(AgentState agent, IReadOnlyCollection<AgentDay> days, Catalogue catalogue, Moment now) =>
        new(UnusedOf(agent, UsedIn(days), now).Count, IrreversibleOf(agent, catalogue, now));

    /// <summary>The keys of the permissions under which something was asked for.</summary>
    public static HashSet<string> UsedIn(IReadOnlyCollection<AgentDay> days) => days.SelectMany(d => d.Counts.Keys)
        .Where(k => k.StartsWith(Counters.Permission, StringComparison.Ordinal)).Select(k => k[Counters.Permission.Length..]).ToHashSet(StringComparer.Ordinal);

    /// <summary>What it holds at <paramref name="now"/> and did not use.</summary>
    public static IReadOnlyList<Permission> UnusedOf(AgentState agent, IReadOnlySet<string> used, Moment now)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(used);
        return [.. agent.Permissions.Where(p => !used.Contains(p.Key) && !(now >= p.ExpiresAt))];
    }

    public static int IrreversibleOf(AgentState agent, Catalogue catalogue, Moment now)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(catalogue);
        return agent.Permissions.Count(p => !(now >= p.ExpiresAt) && MayBeIrreversible(p, catalogue));
    }

    private static bool MayBeIrreversible(Permission permission, Catalogue catalogue) =>
        permission.Type.Contains('*', StringComparison.Ordinal)
            ? catalogue.Items.Any(t => !t.Reversible && Patterns.Matches(permission.Type, t.Name)) || permission.Type == "*"
            : catalogue.Find(permission.Type) is not { Reversible: true };
}

/// <summary>An agent's risk for managers: what it lately asked for, weighted by age, and what it could ask for at any time.</summary>
public static class AgentRisk
{
    /// <param name="days">Its record; what matters less the older it is.</param>
    public static RiskAssessment Assess(AgentState agent, IReadOnlyCollection<AgentDay> days, Exposure exposure, Moment now)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(exposure);
        var factors = new List<RiskFactor>();
        var submitted = Weighted(days, now, "submitted");
        if (submitted > 0)
            Add(factors, "recent_actions", (int)Math.Round(Weighted(days, now, "risk") / submitted * 0.6), $"Its recent actions score {Weighted(days, now, "risk") / submitted:0} on average");
        Add(factors, "denied", Share(days, now, "denied", submitted, 15), "Much of what it asks for is denied");
        Add(factors, "beyond_permissions", Share(days, now, "beyond", submitted, 15), "It asks for what it is not permitted");
        Add(factors, "stopped", Math.Min(15, days.Sum(d => d["stopped"]) * 3), $"{days.Sum(d => d["stopped"])} of its actions were stopped");
        Add(factors, "bypassed", (int)Math.Min(25, Math.Ceiling(Weighted(days, now, "bypassed") * 10)), $"It was seen to act without a permit {days.Sum(d => d["bypassed"])} times");
        Add(factors, "irreversible_permitted", Math.Min(15, exposure.Irreversible * 3), $"Permissions that reach what can't be undone: {exposure.Irreversible}");
        Add(factors, "unused_permissions", Math.Min(10, exposure.Unused * 2), $"Permissions held and not used: {exposure.Unused}");
        if (agent.ActsFor.Contains("*"))
            Add(factors, "acts_for_anyone", 12, "It may act for anyone");
        if (!agent.RequiresRunner && agent.Permissions.Count > 0)
            Add(factors, "no_runner", 5 + Math.Min(5, (int)Math.Ceiling(Weighted(days, now, Counters.Unheld))), days.Sum(d => d[Counters.Unheld]) is > 0 and var unheld
                ? $"Sessions opened where a stop can't reach their process: {unheld}"
                : "It may run where a stop can't reach its process");
        return new(Math.Min(100, factors.Sum(f => f.Points)), [.. factors.OrderByDescending(f => f.Points)]);
    }

    private static int Share(IReadOnlyCollection<AgentDay> days, Moment now, string name, double submitted, int most) =>
        submitted <= 0 ? 0 : (int)Math.Round(Math.Min(1, Weighted(days, now, name) / submitted * 2) * most);

    /// <summary>Each day is worth half of what it was ten days before.</summary>
    private static double Weighted(IReadOnlyCollection<AgentDay> days, Moment now, string name) =>
        days.Sum(d => d[name] * Math.Pow(0.5, Math.Max(0, now.Day - d.Day) / 10.0));

    private static void Add(List<RiskFactor> factors, string name, int points, string why)
    {
        if (points > 0)
            factors.Add(new(name, points, why));
    }
}
