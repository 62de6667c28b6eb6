using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Security;

namespace AgentApprovals.Console.Actions;

/// <summary>What keeps a person from approving an action, as far as a page can tell; the command decides.</summary>
public enum Bar
{
    None = 0,
    NotPending = 1,
    AlreadyApproved = 2,
    NotAReviewer = 3,
    WrongGroup = 4,
    SecondPerson = 5,
}

/// <summary>How a person stands to an action: which of the answers are open to them. Asks the same rules as the commands do.</summary>
public sealed record Standing(Bar Approve, bool MayDeny, bool MayTakeBack, bool IsAskedForDirection, bool MayTend)
{
    public bool MayApprove => Approve == Bar.None;

    public static Standing Of(PersonState person, ActionView view, Roster roster)
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(roster);
        var (action, session, agent) = view;
        var approver = person.AsApprover();
        var isWaiting = action.Status.IsWaiting();
        var hasApproved = action.Approvals.Any(a => a.Person == person.Id);
        var isHeld = action.Status is ActionStatus.Pending or ActionStatus.Approved;
        return new(
            BarTo(),
            isWaiting && (person.Has(Caller.Deniers) || person.Owns(session, agent) || Approvals.NamesGroupOf(action.Verdict.Requires, approver)),
            hasApproved && isHeld,
            isHeld && action.DirectedBy is { } by && action.Directed == Directed.Claimed && Email.Same(by, person.Email),
            !action.Status.IsTerminal() && Tending.RoleRefusal(action, person) is null);

        Bar BarTo()
        {
            if (action.Status != ActionStatus.Pending)
                return Bar.NotPending;
            if (hasApproved)
                return Bar.AlreadyApproved;
            if (action.Verdict.SecondPerson && Deciding.IsInvolved(person, action, session, agent, roster.PersonByEmail(session.OnBehalfOf) is not null))
                return Bar.SecondPerson;
            if (Approvals.CouldFill(action.Verdict.Requires, approver))
                return Bar.None;
            return Approvals.LacksGroup(action.Verdict.Requires, approver) ? Bar.WrongGroup : Bar.NotAReviewer;
        }
    }
}
