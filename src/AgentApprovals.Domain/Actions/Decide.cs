using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Actions;

/// <summary>A person says yes, to the very payload they saw, or with an edit of it.</summary>
public sealed record Approve(Actor Actor, ActionId Id, string PayloadDigest, string? Comment, PreparedPayload? Edit) : Command<ActionReply>, ICommand
{
    /// <summary>Why the tool that an edited call is of does not take it; null: it does. Nobody having asked the tool's server is a reason.</summary>
    public string? ToolFault { get; init; } = "The tool's server was not asked whether it takes these arguments.";

    int ICommand.Size => (Edit?.Canonical.Length ?? 0) + 512;

    public override void Need(Needs needs)
    {
        needs.NeedPerson(Actor);
        needs.Actions.Add(Id.Value);
        if (Edit is not null)
            needs.PayloadsOf.Add(Id.Value);
    }

    /// <summary>In the contract's order: may know of it 404, may decide at all 403, its state 409, second person and group 403, digest 409.</summary>
    public override Result<ActionReply> Decide(World world)
    {
        var found = SeenAction.Find(world, Actor, Id);
        if (found.Refusal is { } refusal)
            return refusal;
        var (by, action, _, _) = found.Value!;
        var edit = Edit is not null && Edit.Digest != action.PayloadDigest ? Edit : null;
        if (RoleRefusal(action, by.Person) is { } role)
            return role;
        var lacksGroup = !Approvals.CouldFill(action.Verdict.Requires, by.Person.AsApprover());
        if (!by.MayApprove(action.Risk.Level))
            return Refusals.TokenMayNotDecide;
        if (action.Approvals.Any(a => a.Person == by.Person.Id) && action.Status.IsWaiting() && edit is null)
            return Refusals.AlreadyDecided;
        if (Deciding.NotPending(action) is { } moved)
            return moved;
        if (action.Verdict.SecondPerson && Deciding.IsInvolved(world, by.Person, action))
            return Deciding.RefuseAlone(world, by, action);
        if (lacksGroup)
            return Refusals.WrongGroup;
        if (PayloadDigest != action.PayloadDigest)
            return Refusals.PayloadChanged;
        if (edit is not null)
        {
            var edited = Editing.Edit(world, found.Value, edit, ToolFault);
            if (edited.Refusal is { } refused)
                return refused;
            action = edited.Value!;
        }

        var approval = new Approval(by.Person.Id, by.Person.DisplayName, world.Now, action.PayloadDigest, Comment, by.Via, by.Person.Roles, by.Person.Groups);
        return ActionReply.Of(world, Approving.With(world, action, approval, by.Stamp));
    }

    /// <summary>Why nobody with this person's roles and groups could approve it; null where they fit, or where it is a group that they lack.</summary>
    public static Refusal? RoleRefusal(ActionState action, PersonState person)
    {
        ArgumentNullException.ThrowIfNull(action);
        ArgumentNullException.ThrowIfNull(person);
        var approver = person.AsApprover();
        return Approvals.CouldFill(action.Verdict.Requires, approver) || Approvals.LacksGroup(action.Verdict.Requires, approver) ? null : Refusals.NotAReviewer;
    }
}

/// <summary>A person says no: to anything that was not redeemed yet, with a reason.</summary>
public sealed record Deny(Actor Actor, ActionId Id, string Comment) : Command<ActionReply>
{
    public override void Need(Needs needs)
    {
        needs.NeedPerson(Actor);
        needs.Actions.Add(Id.Value);
    }

    public override Result<ActionReply> Decide(World world)
    {
        var found = SeenAction.Find(world, Actor, Id);
        if (found.Refusal is { } refusal)
            return refusal;
        var (by, action, session, agent) = found.Value!;
        if (RoleRefusal(action, session, agent, by.Person) is { } role)
            return role;
        if (by.MayDecide == MayDecide.None)
            return Refusals.TokenMayNotDecide;
        if (action.Denial?.Person == by.Person.Id)
            return Refusals.AlreadyDecided;
        if (!action.Status.IsWaiting())
            return Deciding.NotPending(action)!;
        var denial = new Denial("denied_by_person", by.Person.Id, by.Person.DisplayName, world.Now, Comment, by.Via);
        return ActionReply.Of(world, Denying.Deny(world, action, denial, by.Stamp));
    }

    /// <summary>Why the person may not deny it, whatever its state; null where they may.</summary>
    public static Refusal? RoleRefusal(ActionState action, SessionState session, Agents.AgentState agent, PersonState person)
    {
        ArgumentNullException.ThrowIfNull(action);
        ArgumentNullException.ThrowIfNull(person);
        // Also to whoever is said to have directed it: a no needs no second person.
        return person.Has(Caller.Deniers) || person.Owns(session, agent) || action.IsSaidToBeDirectedBy(person)
            || Approvals.NamesGroupOf(action.Verdict.Requires, person.AsApprover())
            ? null
            : Refusals.Forbidden("You may look at this, and not deny it.");
    }
}

/// <summary>What commands and pages ask alike about one action and one person.</summary>
public static class Deciding
{
    /// <summary>Why an action can't be approved any more; null while it is pending.</summary>
    public static Refusal? NotPending(ActionState action) => action.Status switch
    {
        ActionStatus.Pending => null,
        ActionStatus.Expired => Refusals.ActionExpired,
        ActionStatus.Stopped => Refusals.ActionStopped,
        var status => Refusals.NotPending($"The action is {status.ToString().ToLowerInvariant()} by now; nothing was decided."),
    };

    /// <summary>
    /// Whether the person is the one acted for (where that is nobody of this console, the agent's owner counts), or is
    /// claimed or confirmed to have directed it. The agent's claim counts against, never for.
    /// </summary>
    /// <param name="isOfThisConsole">Whether the person acted for is one of this console.</param>
    public static bool IsInvolved(PersonState person, ActionState action, SessionState session, Agents.AgentState agent, bool isOfThisConsole) =>
        Email.Same(person.Email, isOfThisConsole ? session.OnBehalfOf : agent.Owner)
        || (action.Directed is Directed.Claimed or Directed.Confirmed && Email.Same(person.Email, action.DirectedBy!));

    internal static bool IsInvolved(World world, PersonState person, ActionState action)
    {
        var session = world.Sessions.Get(action.SessionSequence);
        return IsInvolved(person, action, session, world.Agents.Get(session.AgentSequence), world.People.Find(Email.Key(session.OnBehalfOf)) is not null);
    }

    /// <summary>Refuses somebody who would decide alone, and records that they tried.</summary>
    internal static Refusal RefuseAlone(World world, Caller by, ActionState action)
    {
        var (write, withheld) = world.Refused.Note(world.Sessions.Get(action.SessionSequence), world.Now);
        if (write)
        {
            world.Append(Kinds.ActionRefused, by.Stamp, world.SubjectOf(action),
                new() { ["code"] = "second_person_required", ["attempt"] = "approve", ["withheld"] = withheld });
        }

        return Refusals.SecondPersonRequired;
    }
}
