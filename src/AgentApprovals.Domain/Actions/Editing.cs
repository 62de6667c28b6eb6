using System.Text.Json.Nodes;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Actions;

/// <summary>An approver changes what would run. Earlier approvals are void, and it is judged again, by the policy version of its submission: the stricter outcome holds.</summary>
internal static class Editing
{
    public static Result<ActionState> Edit(World world, ActionState action, SessionState session, AgentState agent, PreparedPayload payload, Caller by)
    {
        var desk = world.Desks.Get(agent.Sequence);
        var judging = new Judging(world, session, agent, desk, action.Type, action.Resource);
        var (risk, verdict) = judging.JudgeAgain(action, payload, action.Directed);
        var stricter = Judgement.Stricter(action.Verdict, verdict);
        if (stricter.Mode == RuleMode.Deny)
            return Refusals.EditRefused("A rule denies the edited payload; nothing was changed.");
        stricter = stricter with { Requires = Approvals.RaiseForEdit(stricter.Requires, risk.Level) };
        var edited = action with
        {
            PayloadDigest = payload.Digest,
            PayloadSequence = world.NextSequence,
            Edited = true,
            Approvals = [],
            Verdict = stricter,
            Risk = risk,
            ConfirmationEndsAt = Moment.Later(action.ConfirmationEndsAt, action.SubmittedAt.PlusSeconds(stricter.ConfirmationWindowSeconds)),
            ExpiresAt = Moment.Earlier(action.ExpiresAt, action.SubmittedAt.PlusSeconds(stricter.ExpiresAfterSeconds)),
        };
        edited = world.Append(world.Actions, Kinds.ActionEdited, by.Stamp, world.SubjectOf(action), edited,
            new JsonObject { ["was"] = action.PayloadDigest, ["via"] = by.Via });
        world.Attach(ContentPart.Payload, payload.Canonical);
        world.Payloads[edited.PayloadSequence] = payload;
        edited = world.Settle(edited);
        return edited.Status == ActionStatus.Pending ? edited : Refusals.ActionExpired;
    }
}
