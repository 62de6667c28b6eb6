using System.Text.Json.Nodes;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Actions;

/// <summary>Writes down what the clock, a session's end or a stop has already settled. It changes nothing that does not hold already.</summary>
public static class Settling
{
    /// <summary>The action as it stands now, with every step on the way written down.</summary>
    public static ActionState Settle(this World world, ActionState action)
    {
        var session = world.Sessions.Get(action.SessionSequence);
        var fate = world.FateOf(session);
        while (EffectiveStatus.Next(action, fate, world.Now) is { } step)
        {
            var by = step.Kind == Kinds.ActionStopped ? world.Stops.Find(fate.StoppedBy)?.By : null;
            action = world.Append(world.Actions, step.Kind, by ?? ActorStamp.System("clock"), world.SubjectOf(action), step.After,
                new JsonObject { ["effectiveAt"] = step.At.ToString() });
        }

        return action;
    }

    public static Subject SubjectOf(this World world, ActionState action)
    {
        var session = world.Sessions.Get(action.SessionSequence);
        return SessionGate.SubjectOf(world, session) with
        {
            ActionSequence = action.Sequence == 0 ? null : action.Sequence,
            Action = action.Id,
        };
    }
}

/// <summary>Housekeeping: writes down what is due on some actions and sessions, found by a look that may be out of date by now.</summary>
public sealed record WriteDown(IReadOnlyList<long> ActionSequences, IReadOnlyList<long> SessionSequences) : Command<Done>, ICommand
{
    public bool IsHousekeeping => true;

    public override void Need(Needs needs)
    {
        needs.ActionSequences.UnionWith(ActionSequences);
        needs.SessionSequences.UnionWith(SessionSequences);
    }

    public override Result<Done> Decide(World world)
    {
        foreach (var sequence in SessionSequences)
        {
            if (world.Sessions.Find(sequence) is { } session)
                SessionGate.Settle(world, session);
        }

        foreach (var sequence in ActionSequences)
        {
            if (world.Actions.Find(sequence) is { } action)
                world.Settle(action);
        }

        return default(Done);
    }
}
