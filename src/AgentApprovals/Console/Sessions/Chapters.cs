using Kind = AgentApprovals.Domain.Ledger.Kinds;

namespace AgentApprovals.Console.Sessions;

/// <summary>What a timeline can be narrowed to.</summary>
public enum Chapter
{
    Asked = 0,
    Decided = 1,
    Executed = 2,
    Refused = 3,
    Stopped = 4,
    Session = 5,
}

/// <summary>Which kinds of entries belong where.</summary>
public static class Chapters
{
    public static IReadOnlyDictionary<Chapter, IReadOnlyList<string>> Kinds { get; } = new Dictionary<Chapter, IReadOnlyList<string>>
    {
        [Chapter.Asked] = [Kind.ActionSubmitted, Kind.ActionMessage, Kind.BurstJoined],
        [Chapter.Decided] =
        [
            Kind.ActionApproval, Kind.ActionApproved, Kind.ActionApprovalTakenBack, Kind.ActionDenied,
            Kind.ActionEdited, Kind.ActionDirected, Kind.ActionDisowned, Kind.ActionViewed, Kind.ActionExtended,
        ],
        [Chapter.Executed] =
        [
            Kind.ActionReleased, Kind.ActionExecuting, Kind.ActionCompleted, Kind.ActionFailed,
            Kind.ActionExpired, Kind.ActionCancelled, Kind.PermitConsumed, Kind.ActionObserved, Kind.ActionTaken,
        ],
        [Chapter.Refused] = [Kind.ActionRefused, Kind.SessionRepeated],
        [Chapter.Stopped] = [Kind.StopOrdered, Kind.StopExplained, Kind.SessionStopped, Kind.ActionStopped],
        [Chapter.Session] =
        [
            Kind.SessionStarted, Kind.SessionRenewed, Kind.SessionCompacted, Kind.SessionEnded,
            Kind.SessionExpired, Kind.SessionPaused, Kind.SessionContinued,
            Kind.RunnerReported, Kind.RunnerLost, Kind.RunnerReturned, Kind.RunnerContested,
        ],
    };
}
