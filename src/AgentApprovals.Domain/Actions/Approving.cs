using System.Text.Json.Nodes;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Policies;

namespace AgentApprovals.Domain.Actions;

/// <summary>What approvals do to an action: enough of them hold it until its release, too few leave it pending.</summary>
internal static class Approving
{
    /// <summary>Adds a yes; where it is the last one needed, sets when the action is released.</summary>
    public static ActionState With(World world, ActionState action, Approval approval, ActorStamp by)
    {
        var approvals = action.Approvals.Append(approval).ToList();
        var met = Approvals.IsMet(action.Verdict.Requires, [.. approvals.Select(a => a.AsApprover())]);
        var after = action with { Approvals = approvals };
        if (met)
            after = Hold(after, world.Now);
        after = world.Append(world.Actions, met ? Kinds.ActionApproved : Kinds.ActionApproval, by, world.SubjectOf(action), after,
            new JsonObject { ["payloadDigest"] = approval.PayloadDigest, ["via"] = approval.Via });
        return world.Settle(after);
    }

    /// <summary>What no person has to approve: held until its window has run.</summary>
    public static ActionState HoldUntilWindowEnds(ActionState action) => Released(action, action.ConfirmationEndsAt);

    /// <summary>Held from now on until the later of its window's end and the hold after approval.</summary>
    public static ActionState Hold(ActionState action, Moment now) =>
        Released(action, Moment.Later(action.ConfirmationEndsAt, now.PlusSeconds(action.Verdict.HoldAfterApprovalSeconds)));

    private static ActionState Released(ActionState action, Moment at) => action with
    {
        Status = ActionStatus.Approved,
        ReleaseAt = at,
        PermitExpiresAt = at.PlusSeconds(action.Verdict.PermitSeconds),
    };

    /// <summary>Takes a person's yes away.</summary>
    public static ActionState Without(World world, ActionState action, PersonId person, ActorStamp by)
    {
        var left = action.Approvals.Where(a => a.Person != person).ToList();
        var after = action with { Approvals = left };
        // What a veto or allow rule holds was never waiting for anyone's yes.
        var stands = action.Verdict.Mode != RuleMode.Review || Approvals.IsMet(action.Verdict.Requires, [.. left.Select(a => a.AsApprover())]);
        if (action.Status == ActionStatus.Approved && !stands)
            after = Waiting(after);
        after = world.Append(world.Actions, Kinds.ActionApprovalTakenBack, by, world.SubjectOf(action), after, new JsonObject { ["person"] = person.ToString() });
        return world.Settle(after);
    }

    public static ActionState Waiting(ActionState action) =>
        action with { Status = ActionStatus.Pending, ReleaseAt = null, PermitExpiresAt = null };
}
