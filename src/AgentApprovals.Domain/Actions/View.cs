using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Actions;

/// <summary>Somebody opened an action, at the latest time that is on record.</summary>
public sealed record Viewing(PersonId Person, string Name, Moment At);

/// <summary>A person has an action open before them. Recorded once in a while for each person, as long as there is something to decide.</summary>
public sealed record View(Actor Actor, ActionId Id) : Command<Done>
{
    /// <summary>Opened again within this, it is the same looking.</summary>
    public const int SameLookSeconds = 600;

    /// <summary>So many people are kept on the row, the latest; the ledger has all.</summary>
    private const int Most = 20;

    public override void Need(Needs needs)
    {
        needs.NeedPerson(Actor);
        needs.Actions.Add(Id.Value);
    }

    public override Result<Done> Decide(World world)
    {
        var found = SeenAction.Find(world, Actor, Id);
        if (found.Refusal is { } refusal)
            return refusal;
        var (by, action, _, _) = found.Value!;
        if (!action.Status.IsWaiting() || action.ViewOf(by.Person.Id)?.At > world.Now.PlusSeconds(-SameLookSeconds))
            return default(Done);
        var others = (action.Views ?? []).Where(v => v.Person != by.Person.Id).TakeLast(Most - 1);
        world.Append(world.Actions, Kinds.ActionViewed, by.Stamp, world.SubjectOf(action),
            action with { Views = [.. others, new Viewing(by.Person.Id, by.Person.DisplayName, world.Now)] });
        return default(Done);
    }
}

public static class Views
{
    /// <summary>When the person opened it last; null where that is not on record.</summary>
    public static Viewing? ViewOf(this ActionState action, PersonId person)
    {
        ArgumentNullException.ThrowIfNull(action);
        return action.Views?.FirstOrDefault(v => v.Person == person);
    }

    /// <summary>Milliseconds from opening to now: how long whoever decides had the action before them.</summary>
    internal static long? ReadingTime(this ActionState action, PersonId? person, Moment now) =>
        person is { } id && action.ViewOf(id) is { } view ? now.Milliseconds - view.At.Milliseconds : null;
}
