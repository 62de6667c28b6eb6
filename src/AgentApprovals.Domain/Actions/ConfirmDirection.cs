using AgentApprovals.Domain.Bursts;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Actions;

/// <summary>The person whom the agent named says whether they directed this. Only they can.</summary>
public sealed record ConfirmDirection(Actor Actor, ActionId Id, bool Confirmed) : Command<ActionReply>
{
    public override void Need(Needs needs)
    {
        needs.NeedPerson(Actor);
        needs.Actions.Add(Id.Value);
        needs.PayloadsOf.Add(Id.Value);
    }

    public override Result<ActionReply> Decide(World world)
    {
        var found = SeenAction.Find(world, Actor, Id);
        if (found.Refusal is { } refusal)
            return refusal;
        var (by, action, _, _) = found.Value!;
        if (!action.IsSaidToBeDirectedBy(by.Person))
            return Refusals.NotTheirDirection;
        if (action.Status is not (ActionStatus.Pending or ActionStatus.Approved))
            return Refusals.NotPending($"The action is {action.Status.ToString().ToLowerInvariant()} by now.");
        var direction = Confirmed ? Directed.Confirmed : Directed.Disowned;
        if (action.Directed == direction)
            return ActionReply.Of(world, action);
        return ActionReply.Of(world, world.Settle(Confirmed ? Confirm(world, found.Value) : Disown(world, found.Value)));
    }

    /// <summary>Judged again: it may become milder, for a person has spoken. Clocks and approvals stay; an edit's stricter outcome still holds.</summary>
    private static ActionState Confirm(World world, SeenAction.Found found)
    {
        var (by, action, _, _) = found;
        var (risk, verdict) = JudgeAgain(world, found, Directed.Confirmed);
        // A milder judgement is what is asked for here; a denial is no judgement of what already waits for people.
        if (verdict.Mode == RuleMode.Deny)
            verdict = action.Verdict;
        else if (action.Edited)
            verdict = Judgement.Stricter(verdict, action.Verdict);
        if (action.BurstSequence is not null)
            verdict = Gathering.Held(verdict);
        var after = action with { Directed = Directed.Confirmed, Risk = risk, Verdict = verdict };
        var isEnough = Approving.IsEnough(world, after);
        if (action.Status == ActionStatus.Pending && isEnough)
            after = Approving.Hold(after, world.Now);
        else if (action.Status == ActionStatus.Approved && !isEnough)
            after = Approving.Waiting(after);
        return world.Append(world.Actions, Kinds.ActionDirected, by.Stamp, world.SubjectOf(action), after);
    }

    /// <summary>What a confirmation had opened is closed again, and nothing disowned is released without a Reviewer.</summary>
    private static ActionState Disown(World world, SeenAction.Found found)
    {
        var (by, action, _, _) = found;
        var (risk, undirected) = JudgeAgain(world, found, Directed.Disowned);
        var verdict = Reviewed(action.Verdict);
        if (action.Directed == Directed.Confirmed)
            verdict = Judgement.Stricter(verdict, Reviewed(undirected));
        var after = action with { Directed = Directed.Disowned, Risk = risk, Verdict = verdict };
        if (action.Status == ActionStatus.Approved)
        {
            after = Approving.Waiting(after) with
            {
                Approvals = [],
                Verdict = verdict with { Requires = Approvals.Join(verdict.Requires, Judgement.OneReviewer) },
            };
        }

        return world.Append(world.Actions, Kinds.ActionDisowned, by.Stamp, world.SubjectOf(action), after);
    }

    private static Verdict Reviewed(Verdict verdict) => verdict.Mode == RuleMode.Review
        ? verdict
        : verdict with { Mode = RuleMode.Review, Requires = Judgement.OneReviewer };

    private static (RiskAssessment Risk, Verdict Verdict) JudgeAgain(World world, SeenAction.Found found, Directed directed)
    {
        var (_, action, session, agent) = found;
        var judging = new Judging(world, session, agent, world.Desks.Get(agent.Sequence), action.Type, action.Resource, action.Summary);
        return judging.JudgeAgain(action, world.PayloadOf(action), directed);
    }
}
