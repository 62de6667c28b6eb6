using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Actions;

/// <summary>One step that the clock, the session's end or a stop has already taken, whether or not anyone wrote it down.</summary>
public sealed record Step(string Kind, Moment At, ActionState After);

/// <summary>
/// The one place that knows how an action stands now. All instants up to now (its own clocks, its session's end, a stop) are
/// applied in order of time; at the same millisecond its own clocks first, then the session, then the stop; the first
/// terminal state stays. Reads use the result; the ledger writes the steps down.
/// </summary>
public static class EffectiveStatus
{
    /// <summary>The action as it stands at <paramref name="now"/>.</summary>
    public static ActionState At(this ActionState action, SessionFate session, Moment now)
    {
        while (Next(action, session, now) is { } step)
            action = step.After;
        return action;
    }

    /// <summary>The next step that is due on what is written down; null when there is none.</summary>
    public static Step? Next(ActionState action, SessionFate session, Moment now)
    {
        if (action.Status.IsTerminal())
            return null;
        var own = action.DueAt is { } due && due <= now ? due : (Moment?)null;
        var cut = session.At is { } end && end <= now ? end : (Moment?)null;
        if (own is { } o && (cut is null || o <= cut))
            return OwnStep(action, o);
        return cut is { } c ? SessionStep(action, session, c) : null;
    }

    private static Step OwnStep(ActionState action, Moment at) => action.Status switch
    {
        ActionStatus.Approved => new(Kinds.ActionReleased, at, action with { Status = ActionStatus.Released }),
        ActionStatus.Executing => Unknown(action, at),
        _ => new(Kinds.ActionExpired, at, action with { Status = ActionStatus.Expired, EndedAt = at }),
    };

    private static Step SessionStep(ActionState action, SessionFate session, Moment at)
    {
        var executing = action.Status == ActionStatus.Executing;
        if (session.Status == SessionStatus.Stopped)
        {
            return new(Kinds.ActionStopped, at, action with
            {
                Status = ActionStatus.Stopped,
                EndedAt = at,
                Outcome = executing ? Outcome.Unknown : null,
            });
        }

        return executing
            ? Unknown(action, at)
            : new(Kinds.ActionCancelled, at, action with { Status = ActionStatus.Cancelled, EndedAt = at });
    }

    private static Step Unknown(ActionState action, Moment at) =>
        new(Kinds.ActionFailed, at, action with { Status = ActionStatus.Failed, Outcome = Outcome.Unknown, EndedAt = at });
}
