using System.Text.Json.Nodes;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Actions;

/// <summary>More time to decide that people gave: how often, and how many seconds in all.</summary>
public sealed record Extension(int Times, int Seconds)
{
    public const int Most = 3;

    public static Extension None { get; } = new(0, 0);
}

/// <summary>A person gives people more time to decide: at most three times, and at most to twice what the rule gives.</summary>
public sealed record Extend(Actor Actor, ActionId Id, int Seconds, string Reason) : Command<ActionReply>
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
        var (by, action, _, _) = found.Value!;
        if (Tending.RoleRefusal(action, by.Person) is { } role)
            return role;
        if (Deciding.NotPending(action) is { } moved)
            return moved;
        var given = action.Extension ?? Extension.None;
        if (given.Times >= Extension.Most)
            return Refusals.LimitReached($"It was extended {Extension.Most} times already; nothing was changed.");
        if (Seconds > RoomFor(action))
            return Refusals.LimitReached("It can't be extended to more than twice what its rule gives; nothing was changed.");
        action = world.Append(world.Actions, Kinds.ActionExtended, by.Stamp, world.SubjectOf(action), action with
        {
            ExpiresAt = action.ExpiresAt.PlusSeconds(Seconds),
            Extension = new(given.Times + 1, given.Seconds + Seconds),
        }, new JsonObject { ["reason"] = Reason, ["via"] = by.Via });
        return ActionReply.Of(world, action);
    }

    /// <summary>Whole seconds by which an action can still be extended; 0: not any more.</summary>
    public static int RoomFor(ActionState action)
    {
        ArgumentNullException.ThrowIfNull(action);
        var latest = action.SubmittedAt.Milliseconds + (2000L * action.Verdict.ExpiresAfterSeconds);
        return action.Extension?.Times >= Extension.Most ? 0 : (int)Math.Max(0, (latest - action.ExpiresAt.Milliseconds) / 1000);
    }
}

/// <summary>Who looks after an action beyond deciding it: asks about it, and gives it more time.</summary>
public static class Tending
{
    /// <summary>Why the person may not, whatever its state; null for A M R, and for whoever may approve it.</summary>
    public static Refusal? RoleRefusal(ActionState action, PersonState person)
    {
        ArgumentNullException.ThrowIfNull(action);
        ArgumentNullException.ThrowIfNull(person);
        return person.Has(Caller.Deniers) || Approvals.CouldFill(action.Verdict.Requires, person.AsApprover())
            ? null
            : Refusals.Forbidden("You may look at this; asking about it and giving it more time is for those who decide.");
    }
}
