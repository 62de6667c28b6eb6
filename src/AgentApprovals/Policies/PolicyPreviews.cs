using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Policies;

namespace AgentApprovals.Policies;

/// <summary>Tries rules on what agents asked for lately. A look at the latest of it, which costs the same however much there is.</summary>
public sealed class PolicyPreviews(Reader reader, PolicyReader policies, LedgerOptions options)
{
    private const int Most = 10_000;

    public async Task<PolicyPreviewDocument> OfAsync(IReadOnlyList<Rule> rules, int days)
    {
        var now = reader.Now;
        var (past, isComplete) = await reader.PastActionsAsync(now.PlusSeconds(-days * 86_400L), Most);
        var preview = PolicyPreview.Of(rules, await policies.CatalogueAsync(), past, options.MinimumWindowSeconds, now);
        return new(days, preview.Considered, isComplete, preview.Unchanged, preview.OtherRequires, preview.Moves, [.. preview.ByRule.Select(r => new PreviewedRule(r.Rule, r.Count))], preview.Unruled,
            [.. preview.Samples.Select(s => new PreviewedAction(s.Action.Id.Value, s.Action.Type, s.Action.Resource, s.Action.AgentName, s.Action.SubmittedAt.ToDateTimeOffset(), s.Action.Was.Mode, s.To, s.Rule))]);
    }
}

/// <summary>How many a rule would have caught.</summary>
public sealed record PreviewedRule(string Name, int Count);

/// <summary>One that would have gone another way.</summary>
/// <param name="Rule">The rule that would have caught it; null: the built-in default.</param>
public sealed record PreviewedAction(Guid Id, string Type, string Resource, string Agent, DateTimeOffset SubmittedAt, RuleMode From, RuleMode To, string? Rule);

/// <summary>What rules would have done to the actions of some days.</summary>
/// <param name="Considered">How many were looked at: the latest that any rule had to judge.</param>
/// <param name="IsComplete">Whether they are all of those days.</param>
/// <param name="Unchanged">How many would have gone as they did.</param>
/// <param name="OtherRequires">How many would have waited for others, or for more of them.</param>
/// <param name="Moves">How many were handled one way and would have been handled another; <c>released</c> of these came to be released.</param>
/// <param name="Unruled">How many only the built-in default would have caught.</param>
public sealed record PolicyPreviewDocument(
    int Days, int Considered, bool IsComplete, int Unchanged, int OtherRequires, IReadOnlyList<PreviewMove> Moves, IReadOnlyList<PreviewedRule> Rules, int Unruled, IReadOnlyList<PreviewedAction> Samples);
