using System.Text.Json.Nodes;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Bursts;

/// <summary>
/// A person says no to a whole burst: to its members that wait, as far as the person may deny each, and to like ones on arrival
/// until it closes. The burst's row says so from this entry on. Members are written down one entry each, those named here with it
/// and the others by <see cref="DenyMembers"/>, so that ten thousand of them hold up nobody.
/// </summary>
/// <param name="Members">Sequences of members, by a look that may be out of date by now: those that the person may deny, as many as one batch should take.</param>
public sealed record DenyBurst(Actor Actor, BurstId Id, string Comment, IReadOnlyList<long> Members) : Command<BurstState>
{
    public static Refusal NoneToDeny { get; } = Refusals.Forbidden("You may look at this burst, and deny none of it.");

    public override void Need(Needs needs)
    {
        needs.NeedPerson(Actor);
        needs.Bursts.Add(Id.Value);
        needs.ActionSequences.UnionWith(Members);
    }

    /// <summary>In the contract's order: may know of it 404, may deny any of it 403, its state 409.</summary>
    public override Result<BurstState> Decide(World world)
    {
        var caller = Caller.Of(world, Actor);
        if (caller.Refusal is { } refusal)
            return refusal;
        var by = caller.Value!;
        if (world.Bursts.Find(Id.Value) is not { } burst)
            return Refusals.NotFound;
        var agent = world.Agents.Get(burst.AgentSequence);
        var members = Members.Select(s => world.Actions.Find(s)).OfType<ActionState>().Where(a => a.BurstSequence == burst.Sequence).ToList();
        if (!MaySeeAll(by.Person, agent) && !members.Any(a => by.Person.MaySee(a, world.Sessions.Get(a.SessionSequence), agent)))
            return Refusals.NotFound;
        if (!MayDenyAll(by.Person, agent) && members.All(a => Refused(world, by.Person, agent, a)))
            return NoneToDeny;
        if (by.MayDecide == MayDecide.None)
            return Refusals.TokenMayNotDecide;
        var waiting = members.Select(world.Settle).Where(a => a.Status.IsWaiting() && !Refused(world, by.Person, agent, a)).ToList();
        var isTheirs = burst.Denial?.Person == by.Person.Id;
        var isDone = burst.Denial is { } said && world.People.Find(said.Person!.Value.Value) is { Active: true } other && MayDenyAll(other, agent);
        if (waiting.Count == 0 && isTheirs)
            return Refusals.AlreadyDecided;
        if (waiting.Count == 0 && (isDone || world.Desks.Get(agent.Sequence).OpenBurst(burst.Type, world.Now) != burst.Sequence))
            return Refusals.NotPending("The burst is over or denied, and nothing of it waits any more; nothing was denied.");
        var denial = new Denial("denied_by_person", by.Person.Id, by.Person.DisplayName, world.Now, Comment, by.Via);
        // A no that holds for all that arrives is not replaced by one that may hold for less.
        if (isTheirs || !isDone)
        {
            burst = world.Append(world.Bursts, Kinds.BurstDenied, by.Stamp, agent.Subject(), burst with { Denial = denial, Settled = false },
                new JsonObject { ["via"] = by.Via });
        }

        foreach (var action in waiting)
            Denying.Deny(world, action, denial, by.Stamp);
        return burst;
    }

    /// <summary>The no of a burst's card, where it holds for an action of the agent; null where none was said, or the person may not deny this one.</summary>
    internal static Denial? For(World world, BurstState? burst, ActionState action)
    {
        if (burst?.Denial is not { } said || world.People.Find(said.Person!.Value.Value) is not { Active: true } person)
            return null;
        return Refused(world, person, world.Agents.Get(burst.AgentSequence), action) ? null : said with { At = world.Now };
    }

    internal static ActorStamp StampOf(Denial denial) => new("person", denial.Person!.Value.ToString(), denial.Name!);

    /// <summary>Whether the person may know of whatever the agent asks for, in whichever session; a burst is seen by whoever sees any of it.</summary>
    public static bool MaySeeAll(PersonState person, AgentState agent)
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(agent);
        return person.Active && (person.Has(Caller.Seers) || Email.Same(agent.Owner, person.Email));
    }

    /// <summary>Whether the person may deny whatever the agent asks for, in whichever session.</summary>
    public static bool MayDenyAll(PersonState person, AgentState agent)
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(agent);
        return person.Has(Caller.Deniers) || Email.Same(agent.Owner, person.Email);
    }

    private static bool Refused(World world, PersonState person, AgentState agent, ActionState action) =>
        Actions.Deny.RoleRefusal(action, world.Sessions.Get(action.SessionSequence), agent, person) is not null;
}

/// <summary>Housekeeping: writes a burst's no down on some of its members, in the name of whoever said it and as far as they may deny each.</summary>
/// <param name="IsLast">There were no more when somebody looked.</param>
public sealed record DenyMembers(BurstId Id, IReadOnlyList<long> Members, bool IsLast) : Command<BurstState>, ICommand
{
    public bool IsHousekeeping => true;

    public override void Need(Needs needs)
    {
        needs.Bursts.Add(Id.Value);
        needs.ActionSequences.UnionWith(Members);
    }

    public override Result<BurstState> Decide(World world)
    {
        if (world.Bursts.Find(Id.Value) is not { } burst)
            return Refusals.NotFound;
        foreach (var member in Members.Select(s => world.Actions.Find(s)).OfType<ActionState>().Where(a => a.BurstSequence == burst.Sequence))
        {
            var action = world.Settle(member);
            if (action.Status.IsWaiting() && DenyBurst.For(world, burst, action) is { } denial)
                Denying.Deny(world, action, denial, DenyBurst.StampOf(denial));
        }

        return burst.Settled || !IsLast
            ? burst
            : world.Append(world.Bursts, Kinds.BurstSettled, ActorStamp.System("bursts"), world.Agents.Get(burst.AgentSequence).Subject(), burst with { Settled = true });
    }
}
