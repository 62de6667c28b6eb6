using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Domain.Actions;

/// <summary>
/// Takes away payload, reason and messages of actions that came to their end long enough ago. What happened to them, their digests
/// and all decisions stay.
/// </summary>
/// <param name="Contents">By the action's sequence: the entries beside which its words stand.</param>
/// <param name="EndedBefore">Younger ones are left alone, and so is what has not ended.</param>
public sealed record PurgeActions(IReadOnlyDictionary<long, IReadOnlyList<long>> Contents, Moment EndedBefore) : Command<int>, ICommand
{
    bool ICommand.IsHousekeeping => true;

    public override void Need(Needs needs) => needs.ActionSequences.UnionWith(Contents.Keys);

    /// <summary>How many were purged.</summary>
    public override Result<int> Decide(World world)
    {
        var purged = 0;
        foreach (var (sequence, contents) in Contents)
        {
            if (world.Actions.Find(sequence) is not { PurgedAt: null } action || !action.Status.IsTerminal() || !(action.EndedAt < EndedBefore))
                continue;
            world.Append(world.Actions, Kinds.ActionPurged, ActorStamp.System("retention"), world.SubjectOf(action), action with { PurgedAt = world.Now });
            foreach (var content in contents)
                world.Purge(content);
            purged++;
        }

        return purged;
    }
}
