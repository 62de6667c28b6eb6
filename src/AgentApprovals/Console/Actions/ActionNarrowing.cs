using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Actions;

namespace AgentApprovals.Console.Actions;

/// <summary>What a figure counts beside a status: the list behind it is narrowed to that.</summary>
public enum ActionsOnly
{
    /// <summary>No rule matched; the built-in default held them.</summary>
    Unruled,

    /// <summary>No permission covered them.</summary>
    Beyond,

    /// <summary>Expired because no person decided.</summary>
    Unanswered,

    /// <summary>People decided.</summary>
    Decided,

    /// <summary>Gathered into a burst.</summary>
    Gathered,

    /// <summary>The gateway executes them.</summary>
    Gateway,
}

/// <summary>What a list of actions is narrowed to, as it stands in the address.</summary>
/// <param name="SlowerThan">People decided, and took at least so many seconds.</param>
/// <param name="Asked">When they were asked for.</param>
/// <param name="Ended">When they came to the status that they stay in.</param>
public sealed record ActionNarrowing(
    ActionStatus? Status, Directed? Directed, ActionsOnly? Only, string? Type, int? SlowerThan, Guid? Burst = null, DaySpan Asked = default, DaySpan Ended = default)
{
    public bool IsAny => this == new ActionNarrowing(null, null, null, null, null);

    /// <summary>Whether people decided all of it, so that it is told how long they took.</summary>
    public bool IsDecided => Only == ActionsOnly.Decided || SlowerThan is not null;

    public static ActionNarrowing Of(string? status, string? directed, string? only, string? type, int? slowerThan) =>
        new(Named<ActionStatus>(status), Named<Directed>(directed), Named<ActionsOnly>(only), string.IsNullOrEmpty(type) ? null : type, slowerThan is > 0 ? slowerThan : null);

    public ActionFilter AsFilter(long? agent, long? burst, Func<ActionView, bool> isVisible) => new(
        Status is { } status ? new HashSet<ActionStatus> { status } : null,
        Type,
        AgentSequence: agent,
        BurstSequence: burst,
        IsVisible: isVisible,
        Directed: Directed is { } directed ? new HashSet<Directed> { directed } : null,
        InBurst: Only == ActionsOnly.Gathered ? true : null,
        Ruled: Only == ActionsOnly.Unruled ? false : null,
        Permitted: Only == ActionsOnly.Beyond ? false : null,
        ThroughGateway: Only == ActionsOnly.Gateway ? true : null,
        Unanswered: Only == ActionsOnly.Unanswered,
        DecidedAfterMs: SlowerThan is { } seconds ? seconds * 1000L : Only == ActionsOnly.Decided ? 0 : null,
        Submitted: Asked,
        Ended: Ended);

    private static T? Named<T>(string? name) where T : struct, Enum =>
        Enum.TryParse<T>(name, ignoreCase: true, out var value) && Enum.IsDefined(value) && !int.TryParse(name, out _) ? value : null;
}
