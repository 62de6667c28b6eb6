using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Ledger;

/// <summary>The clock that an administrator accepted.</summary>
/// <param name="AheadMilliseconds">How far it was ahead of ledger time; negative: behind, and ledger time stands until the clock has come to it; 0: there was nothing to accept.</param>
public sealed record AcceptedClock(long AheadMilliseconds);

/// <summary>
/// Takes the clock as it is after a jump that was absorbed: ledger time is the clock's from the next entry on. What fell due in between is
/// due then.
/// </summary>
public sealed record AcceptClock(Actor Actor, string Reason) : Command<AcceptedClock>
{
    public override void Need(Needs needs) => needs.NeedPerson(Actor);

    public override Result<AcceptedClock> Decide(World world)
    {
        var caller = Caller.Of(world, Actor, Roles.Administrator);
        if (caller.Refusal is { } refusal)
            return refusal;
        var ahead = -world.ClockOffset;
        if (ahead == 0)
            return new AcceptedClock(0);
        world.Append(Kinds.ClockAccepted, caller.Value!.Stamp, default, new()
        {
            ["aheadMilliseconds"] = ahead,
            ["reason"] = Reason,
        });
        world.ClockOffset = 0;
        return new AcceptedClock(ahead);
    }
}
