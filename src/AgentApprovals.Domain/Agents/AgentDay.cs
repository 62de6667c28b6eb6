using System.Collections.Immutable;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Domain.Agents;

/// <summary>
/// An agent's record of one UTC day, kept as counters that move with the ledger: <c>submitted</c>, <c>denied</c>,
/// <c>expired</c> and so on, <c>type:…</c>, <c>permission:…</c> and <c>hour:…</c> for submissions, <c>risk</c> for the sum of their scores. What risk
/// and the managers' pages read; never computed by scanning.
/// </summary>
public sealed record AgentDay(long AgentSequence, int Day, ImmutableSortedDictionary<string, int> Counts)
{
    /// <summary>Counts sessions that were cut off, also those in which nothing waited.</summary>
    public const string SessionsStopped = "sessions_stopped";

    /// <summary>Counts bursts that opened.</summary>
    public const string Bursts = "bursts";

    public int this[string name] => Counts.GetValueOrDefault(name);

    public AgentDay Plus(string name, int by = 1) => this with { Counts = Counts.SetItem(name, this[name] + by) };

    /// <summary>The day after an entry about one of the agent's actions, which was <paramref name="before"/>.</summary>
    public AgentDay After(string kind, ActionState? before, ActionState action) => kind switch
    {
        Kinds.ActionSubmitted => Submitted(action),
        Kinds.ActionApproved or Kinds.ActionReleased or Kinds.ActionExpired or Kinds.ActionCancelled or Kinds.ActionStopped
            or Kinds.ActionExecuting or Kinds.ActionCompleted or Kinds.ActionFailed => Plus(kind["action.".Length..]),
        Kinds.ActionDenied => action.Denial?.Code == "not_permitted" ? Plus("denied").Plus("beyond") : Plus("denied"),
        Kinds.ActionDirected => Plus("confirmed"),
        Kinds.ActionDisowned => before?.Directed == Directed.Confirmed ? Plus("disowned").Plus("confirmed", -1) : Plus("disowned"),
        _ => this,
    };

    /// <summary>The day as it was without the submission of <paramref name="action"/>, as far as risk reads it.</summary>
    public AgentDay Without(ActionState action) => Plus("submitted", -1).Plus("type:" + action.Type, -1).Plus($"hour:{action.SubmittedAt.Hour:00}", -1);

    private AgentDay Submitted(ActionState action)
    {
        var day = Plus("submitted").Plus("type:" + action.Type).Plus($"hour:{action.SubmittedAt.Hour:00}").Plus("risk", action.Risk.Score);
        if (action.PermissionKey is { } permission)
            day = day.Plus("permission:" + permission);
        return action.Directed == Directed.None ? day.Plus("undirected") : day;
    }
}
