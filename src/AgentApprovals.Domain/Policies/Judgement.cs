using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Json;

namespace AgentApprovals.Domain.Policies;

/// <summary>What a policy looks at in one action.</summary>
/// <param name="Spent">How many actions of this agent the named rule released within the seconds given, for its budget.</param>
public sealed record Case(
    string Type,
    string Resource,
    string AgentName,
    IReadOnlyList<string> Labels,
    int Risk,
    Directed Directed,
    bool Compacted,
    Moment Now,
    Func<string, int, int> Spent);

/// <summary>What a policy says of an action. Pure: the same policy, catalogue and case give the same verdict.</summary>
public static class Judgement
{
    public static Requirement OneReviewer { get; } = new([[new("Reviewer", 1)]]);

    /// <summary>Holds where no rule matches.</summary>
    public static Rule DefaultRule { get; } = new()
    {
        Name = "",
        Match = new(["*"], ["*"], ["*"], [], 0, null),
        Mode = RuleMode.Review,
        Requires = OneReviewer,
    };

    /// <summary>
    /// The first rule that matches, tightened by what no rule may loosen. A rule's <c>directed</c> is matched exactly, but a claim
    /// never helps: what the agent says someone directed, and what that person disowned, is judged no milder than what nobody directed.
    /// </summary>
    public static Verdict Judge(Policy policy, Catalogue catalogue, Case it, int minimumWindowSeconds)
    {
        var verdict = JudgeAsIs(policy, catalogue, it, minimumWindowSeconds);
        return it.Directed is Directed.None or Directed.Confirmed
            ? verdict
            : Stricter(verdict, JudgeAsIs(policy, catalogue, it with { Directed = Directed.None }, minimumWindowSeconds));
    }

    /// <summary>What may count as a burst of a type, whatever its other circumstances: the limits of the rules that could match it, and the default's.</summary>
    public static IEnumerable<BurstLimit> BurstLimitsOf(Policy policy, string type)
    {
        ArgumentNullException.ThrowIfNull(policy);
        foreach (var rule in policy.Rules.Where(r => Patterns.MatchesAny(r.Match.Types, type)))
        {
            yield return rule.Burst;
            if (rule.Match is { Labels.Count: 0, MinRisk: <= 0, Directed: null } match && match.Resources.Contains("*") && match.Agents.Contains("*"))
                yield break;
        }

        yield return DefaultRule.Burst;
    }

    private static Verdict JudgeAsIs(Policy policy, Catalogue catalogue, Case it, int minimumWindowSeconds)
    {
        var rule = policy.Rules.FirstOrDefault(r => Matches(r.Match, it));
        var verdict = Freeze(rule, policy.Version);
        var type = catalogue.Find(it.Type);
        var mild = verdict.Mode is RuleMode.Allow or RuleMode.Veto;
        // Fail closed: what nobody described, what has run out, and what a forgetful agent asks for is for a person to look at.
        if (mild && (type is null || it.Compacted || IsSpent(rule!, it)))
            verdict = verdict with { Mode = RuleMode.Review, Requires = OneReviewer };
        if (type is not { Reversible: true } && verdict.ConfirmationWindowSeconds < minimumWindowSeconds)
        {
            verdict = verdict with
            {
                ConfirmationWindowSeconds = minimumWindowSeconds,
                ExpiresAfterSeconds = Math.Max(verdict.ExpiresAfterSeconds, minimumWindowSeconds),
            };
        }

        return verdict;
    }

    /// <summary>Deny over review over veto over allow; of two reviews both requirements, the later window, the longer hold, the earlier expiry.</summary>
    public static Verdict Stricter(Verdict a, Verdict b)
    {
        if (a.Mode != b.Mode)
            return Tighten(a.Mode > b.Mode ? a : b, a, b);
        var both = a.Mode == RuleMode.Review ? a with { Requires = Approvals.Join(a.Requires, b.Requires) } : a;
        return Tighten(both, a, b);
    }

    private static Verdict Tighten(Verdict verdict, Verdict a, Verdict b) => verdict with
    {
        SecondPerson = a.SecondPerson || b.SecondPerson,
        ConfirmationWindowSeconds = Math.Max(a.ConfirmationWindowSeconds, b.ConfirmationWindowSeconds),
        HoldAfterApprovalSeconds = Math.Max(a.HoldAfterApprovalSeconds, b.HoldAfterApprovalSeconds),
        ExpiresAfterSeconds = Math.Min(a.ExpiresAfterSeconds, b.ExpiresAfterSeconds),
    };

    private static bool Matches(RuleMatch match, Case it) =>
        Patterns.MatchesAny(match.Types, it.Type)
        && Patterns.MatchesAny(match.Resources, it.Resource)
        && Patterns.MatchesAny(match.Agents, it.AgentName)
        && (match.Labels.Count == 0 || match.Labels.Any(it.Labels.Contains))
        && it.Risk >= match.MinRisk
        && (match.Directed is not { } directed || directed == it.Directed);

    private static bool IsSpent(Rule rule, Case it) =>
        it.Now >= rule.ExpiresAt
        || (rule.Budget is { } budget && it.Spent(rule.Name, budget.PerSeconds) >= budget.Count);

    private static Verdict Freeze(Rule? matched, int version)
    {
        var rule = matched ?? DefaultRule;
        return new()
        {
            Mode = rule.Mode,
            RuleName = matched?.Name,
            PolicyVersion = version,
            Requires = rule.Requires,
            SecondPerson = rule.SecondPerson,
            ConfirmationWindowSeconds = rule.ConfirmationWindowSeconds,
            HoldAfterApprovalSeconds = rule.HoldAfterApprovalSeconds,
            ExpiresAfterSeconds = rule.ExpiresAfterSeconds,
            PermitSeconds = rule.PermitSeconds,
            ExecuteSeconds = rule.ExecuteSeconds,
            DeniedMemorySeconds = rule.DeniedMemorySeconds,
            Burst = rule.Burst,
        };
    }
}
