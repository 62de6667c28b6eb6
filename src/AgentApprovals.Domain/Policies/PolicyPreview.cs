using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;

namespace AgentApprovals.Domain.Policies;

/// <summary>An action of the past, as far as rules look at it, and what was made of it.</summary>
/// <param name="WasReleased">It came to be released, whether or not it was executed then.</param>
public sealed record PastAction(
    ActionId Id, string Type, string Resource, long AgentSequence, string AgentName, IReadOnlyList<string> Labels, int Risk, Directed Directed, Moment SubmittedAt, bool InBurst,
    Verdict Was, bool WasReleased);

/// <summary>How many that were handled one way other rules would have handled another way.</summary>
/// <param name="Released">Of these, how many came to be released.</param>
public sealed record PreviewMove(RuleMode From, RuleMode To, int Count, int Released);

/// <summary>One action that would have gone another way. <paramref name="Rule"/> is null where the built-in default would have held it.</summary>
public sealed record PreviewSample(PastAction Action, RuleMode To, string? Rule);

/// <summary>What rules would have done to actions of the past. Pure, and no promise: risk, catalogue and agents' labels are taken as they were or are, not as they would have become.</summary>
/// <param name="OtherRequires">Would have waited for people as they did, and for others or more of them.</param>
/// <param name="ByRule">How many each rule would have caught, in the order of the rules.</param>
/// <param name="Unruled">How many none of them would have caught.</param>
public sealed record PolicyPreview(
    int Considered, int Unchanged, int OtherRequires, IReadOnlyList<PreviewMove> Moves, IReadOnlyList<(string Rule, int Count)> ByRule, int Unruled, IReadOnlyList<PreviewSample> Samples)
{
    private const int SamplesOfMove = 5;

    /// <param name="past">In any order; budgets are spent in the order in which they were asked for.</param>
    /// <param name="now">When the rules would hold from: one whose end has come by then lets nothing pass.</param>
    public static PolicyPreview Of(IReadOnlyList<Rule> rules, Catalogue catalogue, IEnumerable<PastAction> past, int minimumWindowSeconds, Moment now)
    {
        ArgumentNullException.ThrowIfNull(rules);
        // What has ended by now lets nothing pass, and at the time of the action it would not have ended yet.
        var policy = new Policy(0, [.. rules.Select(r => r.ExpiresAt is { } end ? r with { ExpiresAt = end <= now ? new Moment(0) : null } : r)]);
        var spent = new Dictionary<(long Agent, string Rule, int Seconds), Tally>();
        var moves = new Dictionary<(RuleMode, RuleMode), (int Count, int Released, List<PreviewSample> Samples)>();
        var byRule = new Dictionary<string, int>(StringComparer.Ordinal);
        var (considered, unchanged, otherRequires, unruled) = (0, 0, 0, 0);
        foreach (var action in past.OrderBy(a => a.SubmittedAt))
        {
            considered++;
            var verdict = Judgement.Judge(policy, catalogue, CaseOf(action, spent), minimumWindowSeconds);
            if (verdict.RuleName is { } name)
                byRule[name] = byRule.GetValueOrDefault(name) + 1;
            else
                unruled++;
            Spend(policy, action, verdict, spent);
            // Whoever was gathered into a burst waits for people whatever a rule would let pass.
            var to = action.InBurst && verdict.Mode < RuleMode.Review ? RuleMode.Review : verdict.Mode;
            if (to == action.Was.Mode)
            {
                var isOther = to == RuleMode.Review && !Approvals.IsSame(verdict.Requires, action.Was.Requires);
                (unchanged, otherRequires) = isOther ? (unchanged, otherRequires + 1) : (unchanged + 1, otherRequires);
                continue;
            }

            var (count, released, samples) = moves.GetValueOrDefault((action.Was.Mode, to), (0, 0, []));
            if (samples.Count < SamplesOfMove)
                samples.Add(new(action, to, verdict.RuleName));
            moves[(action.Was.Mode, to)] = (count + 1, released + (action.WasReleased ? 1 : 0), samples);
        }

        return new(considered, unchanged, otherRequires,
            [.. moves.OrderByDescending(m => m.Value.Count).Select(m => new PreviewMove(m.Key.Item1, m.Key.Item2, m.Value.Count, m.Value.Released))],
            [.. rules.Select(r => (r.Name, byRule.GetValueOrDefault(r.Name)))], unruled, [.. moves.Values.OrderByDescending(m => m.Count).SelectMany(m => m.Samples)]);
    }

    private static Case CaseOf(PastAction action, Dictionary<(long, string, int), Tally> spent) => new(
        action.Type, action.Resource, action.AgentName, action.Labels, action.Risk, action.Directed, Compacted: false, action.SubmittedAt,
        (rule, seconds) => spent.TryGetValue((action.AgentSequence, rule, seconds), out var tally) ? (int)tally.Count(action.SubmittedAt) : 0);

    private static void Spend(Policy policy, PastAction action, Verdict verdict, Dictionary<(long, string, int), Tally> spent)
    {
        if (verdict.Mode is not (RuleMode.Allow or RuleMode.Veto) || policy.Rules.FirstOrDefault(r => r.Name == verdict.RuleName)?.Budget is not { } budget)
            return;
        var key = (action.AgentSequence, verdict.RuleName!, budget.PerSeconds);
        if (!spent.TryGetValue(key, out var tally))
            spent[key] = tally = new Tally(budget.PerSeconds);
        tally.Add(action.SubmittedAt);
    }
}
