using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Policies;

namespace AgentApprovals.Domain.Bursts;

/// <summary>
/// Recognises bursts and holds what belongs to them: whoever belongs to a burst waits for people, whatever an allow or veto rule says.
/// </summary>
internal static class Gathering
{
    /// <summary>Whether the next like action belongs to a burst: to one that is open, or to one that it opens.</summary>
    public static bool IsBurst(Desk desk, string type, BurstLimit limit, Moment now) =>
        desk.OpenBurst(type, now) is not null || desk.Like(type, limit.PerSeconds, now) >= limit.Count;

    /// <summary>The burst that the next like action belongs to; where it opens with it, what waits of the window is gathered. Null: none.</summary>
    public static BurstState? Gather(World world, AgentState agent, Desk desk, string type, BurstLimit limit)
    {
        if (desk.OpenBurst(type, world.Now) is { } open)
            return world.Bursts.Get(open);
        if (!IsBurst(desk, type, limit, world.Now))
            return null;
        var waiting = desk.WaitingLike(type, limit.PerSeconds, world.Now).ToList();
        var burst = world.Append(world.Bursts, Kinds.BurstOpened, ActorStamp.System("bursts"), agent.Subject(), new BurstState
        {
            Id = new(world.NewId()),
            AgentSequence = agent.Sequence,
            Type = type,
            PerSeconds = limit.PerSeconds,
            OpenedAt = world.Now,
        });
        foreach (var sequence in waiting)
            Join(world, burst, world.Settle(world.Actions.Get(sequence)));
        return burst;
    }

    /// <summary>What a burst's member waits for: people, by the rule's own <c>requires</c>.</summary>
    public static Verdict Held(Verdict verdict) => verdict.Mode is RuleMode.Allow or RuleMode.Veto ? verdict with { Mode = RuleMode.Review } : verdict;

    /// <summary>
    /// A pending one joins as it is, one that people approved stays approved, and one that only the clock would release waits for
    /// people from now on. Who was gathered before stays there.
    /// </summary>
    private static void Join(World world, BurstState burst, ActionState action)
    {
        if (action.Status is not (ActionStatus.Pending or ActionStatus.Approved) || action.BurstSequence is not null)
            return;
        var member = action with { BurstSequence = burst.Sequence, Burst = burst.Id, Verdict = Held(action.Verdict) };
        if (member.Status == ActionStatus.Approved && !Approving.IsEnough(world, member))
            member = Approving.Waiting(member);
        world.Settle(world.Append(world.Actions, Kinds.BurstJoined, ActorStamp.System("bursts"), world.SubjectOf(action), member));
    }
}
