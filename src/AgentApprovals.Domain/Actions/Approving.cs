using System.Text.Json.Nodes;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;

namespace AgentApprovals.Domain.Actions;

/// <summary>What approvals do to an action: enough of them hold it until its release, too few leave it pending.</summary>
internal static class Approving
{
    /// <summary>
    /// Whether nobody else has to say yes. What a veto or allow rule holds was never waiting for it; where a second person is
    /// asked for, the yes of somebody involved does not count, whichever rule it was said under.
    /// </summary>
    public static bool IsEnough(World world, ActionState action) => action.Verdict.Mode != RuleMode.Review
        || Approvals.IsMet(action.Verdict.Requires, [.. action.Approvals
            .Where(a => !action.Verdict.SecondPerson || !Deciding.IsInvolved(world, world.People.Find(a.Person.Value)!, action))
            .Select(a => a.AsApprover())]);

    /// <summary>Adds a yes; where it is the last one needed, sets when the action is released.</summary>
    public static ActionState With(World world, ActionState action, Approval approval, ActorStamp by)
    {
        var after = action with { Approvals = [.. action.Approvals, approval] };
        var met = IsEnough(world, after);
        if (met)
            after = Hold(after, world.Now);
        after = world.Append(world.Actions, met ? Kinds.ActionApproved : Kinds.ActionApproval, by, world.SubjectOf(action), after,
            new JsonObject { ["payloadDigest"] = approval.PayloadDigest, ["readingMs"] = action.ReadingTime(approval.Person, approval.At), ["via"] = approval.Via });
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
    public static ActionState Without(World world, ActionState action, PersonId person, ActorStamp by) =>
        Change(world, action, person, _ => null, by);

    /// <summary>Leaves a person's yes only the roles and groups that they still have; one that could fill no part any more goes.</summary>
    public static ActionState HoldTo(World world, ActionState action, PersonState person, ActorStamp by) => Change(world, action, person.Id, approval =>
    {
        var left = approval with { Roles = approval.Roles & person.Roles, Groups = [.. approval.Groups.Intersect(person.Groups)] };
        return person.Active && Approvals.CouldFill(action.Verdict.Requires, left.AsApprover()) ? left : null;
    }, by);

    private static ActionState Change(World world, ActionState action, PersonId person, Func<Approval, Approval?> change, ActorStamp by)
    {
        var after = action with { Approvals = [.. action.Approvals.Select(a => a.Person == person ? change(a) : a).OfType<Approval>()] };
        if (action.Status == ActionStatus.Approved && !IsEnough(world, after))
            after = Waiting(after);
        after = world.Append(world.Actions, Kinds.ActionApprovalTakenBack, by, world.SubjectOf(action), after, new JsonObject { ["person"] = person.ToString() });
        return world.Settle(after);
    }

    public static ActionState Waiting(ActionState action) =>
        action with { Status = ActionStatus.Pending, ReleaseAt = null, PermitExpiresAt = null };
}
