using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Bursts;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Text;

namespace AgentApprovals.Domain.Actions;

/// <summary>Scores an action and asks a policy version about it: at submission, after an edit, and when a person says that they directed it.</summary>
internal sealed record Judging(World World, SessionState Session, AgentState Agent, Desk Desk, string Type, string Resource, string Summary)
{
    /// <summary>At submission, before the desk knows of it.</summary>
    public (RiskAssessment Risk, Verdict Verdict) Judge(PreparedPayload payload, Directed directed, bool resourceIsNew)
    {
        var isOpen = Desk.OpenBurst(Type, World.Now) is not null;
        var judged = Judge(payload, directed, World.CurrentPolicy(), resourceIsNew, isOpen, null);
        // How many make a burst stands in the rule, which may look at the risk: where it opens one, its risk says so as well.
        if (!isOpen && Gathering.IsBurst(Desk, Type, judged.Verdict.Burst, World.Now))
        {
            var (risk, verdict) = Judge(payload, directed, World.CurrentPolicy(), resourceIsNew, true, null);
            return (risk, verdict with { Burst = judged.Verdict.Burst });
        }

        return judged;
    }

    /// <summary>
    /// Later, by the policy version of its submission and with the risk of now. The action itself is no precedent for itself:
    /// what was new or rare when it was asked for still is.
    /// </summary>
    public (RiskAssessment Risk, Verdict Verdict) JudgeAgain(ActionState action, PreparedPayload payload, Directed directed)
    {
        var wasNew = action.Risk.Factors.Any(f => f.Name == RiskScoring.FirstUseOfResource);
        return Judge(payload, directed, World.FrozenPolicy(action), wasNew, action.BurstSequence is not null, action);
    }

    private (RiskAssessment Risk, Verdict Verdict) Judge(PreparedPayload payload, Directed directed, Policy policy, bool resourceIsNew, bool inBurst, ActionState? itself)
    {
        var catalogue = World.CurrentCatalogue();
        var type = catalogue.Find(Type);
        var since = World.Now.Day - RiskScoring.RecordDays;
        var days = Desk.Days.Where(d => d.Day > since).Select(d => d.Day == itself?.SubmittedAt.Day ? d.Without(itself) : d);
        var like = Desk.InLastMinute(Type, World.Now) - (IsIn(itself, 60) ? 1 : 0);
        var facts = payload.FactsFor(type).With(HiddenText.Found(Resource), HiddenText.Found(Summary));
        var risk = RiskScoring.Assess(new(type, Type, facts, directed, resourceIsNew, (int)like, BurstCount: 10, inBurst, [.. days], World.Now));
        var verdict = Judgement.Judge(policy, catalogue, new(Type, Resource, Agent.Name, Agent.Labels, risk.Score, directed,
            Session.Compacted, World.Now, Spent), World.MinimumWindowSeconds);
        return (risk, verdict);

        int Spent(string rule, int perSeconds) => (int)Desk.Spent(rule, perSeconds, World.Now)
            - (itself is { Mode: RuleMode.Allow or RuleMode.Veto } && itself.RuleName == rule && IsIn(itself, perSeconds) ? 1 : 0);
    }

    private bool IsIn(ActionState? action, int seconds) => action is not null && action.SubmittedAt > World.Now.PlusSeconds(-seconds);
}

public static class CurrentDocuments
{
    public static Policy CurrentPolicy(this World world) => world.Console.Policy is { } document
        ? world.Texts.Get<Policy>(document)
        : new Policy(0, []);

    public static Catalogue CurrentCatalogue(this World world) => world.Console.Catalogue is { } document
        ? world.Texts.Get<Catalogue>(document)
        : Catalogue.BuiltIn;

    /// <summary>The version that an action was submitted under.</summary>
    public static Policy FrozenPolicy(this World world, ActionState action) => action.Verdict.PolicyVersion == 0
        ? new(0, [])
        : world.Texts.Get<Policy>(world.Documents.All.Single(d =>
            d.Kind == DocumentKind.Policy && d.Version == action.Verdict.PolicyVersion).Sequence);
}
