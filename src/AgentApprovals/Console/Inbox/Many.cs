using AgentApprovals.Console.Actions;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Security;

namespace AgentApprovals.Console.Inbox;

/// <summary>Why an action can't be approved together with the others that were chosen.</summary>
public enum Odd
{
    NotLow,
    OtherType,
    OtherPattern,
    OtherRule,
    NotTheirs,
}

/// <summary>
/// Several actions, chosen by a person. Denying them together is always open; approving them together only where they are so alike and
/// harmless that reading them one by one would teach nothing: low risk, one type, one pattern of resources and one rule, at most twenty.
/// </summary>
/// <param name="Items">Those that are unlike the others first, with why; then by risk.</param>
public sealed record Many(IReadOnlyList<(ActionView View, IReadOnlyList<Odd> Why)> Items)
{
    /// <summary>More than this nobody reads.</summary>
    public const int MostApproved = 20;

    public bool MayApprove => Items.Count is > 0 and <= MostApproved && Items.All(i => i.Why.Count == 0);

    public static Many Of(IReadOnlyList<ActionView> chosen, PersonState person, Roster roster)
    {
        ArgumentNullException.ThrowIfNull(chosen);
        var common = chosen.GroupBy(KindOf).OrderByDescending(g => g.Count()).Select(g => g.Key).FirstOrDefault();
        return new([.. chosen.Select(v => (View: v, Why: Odds(v))).OrderByDescending(i => i.Why.Count).ThenByDescending(i => i.View.Action.Risk.Score).ThenBy(i => i.View.Action.Sequence)]);

        IReadOnlyList<Odd> Odds(ActionView view)
        {
            var (type, pattern, rule, version) = KindOf(view);
            var why = new List<Odd>();
            if (view.Action.Risk.Level != RiskLevel.Low)
                why.Add(Odd.NotLow);
            if (type != common.Type)
                why.Add(Odd.OtherType);
            else if (pattern != common.Pattern)
                why.Add(Odd.OtherPattern);
            if ((rule, version) != (common.Rule, common.Version))
                why.Add(Odd.OtherRule);
            if (!Standing.Of(person, view, roster).MayApprove)
                why.Add(Odd.NotTheirs);
            return why;
        }
    }

    /// <summary>The pattern is that of the permission it was asked under: how the agent's owner has drawn the bounds of its resources.</summary>
    private static (string Type, string? Pattern, string? Rule, int Version) KindOf(ActionView view) =>
        (view.Action.Type, view.Action.PermissionKey, view.Action.RuleName, view.Action.Verdict.PolicyVersion);
}
