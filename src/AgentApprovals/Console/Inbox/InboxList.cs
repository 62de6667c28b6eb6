using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Risk;

namespace AgentApprovals.Console.Inbox;

/// <summary>
/// The rows of an inbox in the order they are shown. While somebody reads, no row moves: what is new queues behind a chip, what
/// was decided elsewhere stays where it is and says so, until they ask for the list as it is now.
/// </summary>
public sealed class InboxList(Func<ActionView, bool> isWanted, Func<ActionView, bool> isMine)
{
    private readonly List<ActionView> _rows = [];
    private readonly Dictionary<ActionId, ActionView> _new = [];

    public List<ActionView> Rows => _rows;

    /// <summary>How many wait behind the chip.</summary>
    public int New => _new.Count;

    /// <summary>The list as it is now.</summary>
    public void Fill(IEnumerable<ActionView> waiting)
    {
        _new.Clear();
        _rows.Clear();
        _rows.AddRange(waiting.Where(isWanted).OrderBy(Rank));
    }

    public void Apply(IReadOnlyList<ActionView> changed, bool isReading)
    {
        ArgumentNullException.ThrowIfNull(changed);
        foreach (var view in changed)
        {
            var at = _rows.FindIndex(r => r.Action.Id == view.Action.Id);
            if (at >= 0)
                _rows[at] = view;
            else if (isWanted(view))
                _new[view.Action.Id] = view;
            else
                _new.Remove(view.Action.Id);
        }

        if (!isReading)
            ShowNew();
    }

    /// <summary>Takes in what is new, lets go of what no longer belongs here, and puts all in order.</summary>
    public void ShowNew() => Fill([.. _rows.Concat(_new.Values)]);

    /// <summary>The row after (or before) the one given; the first where that one is not here.</summary>
    public ActionView? Neighbour(ActionId? of, int step)
    {
        var at = _rows.FindIndex(r => r.Action.Id == of);
        return _rows.Count == 0 ? null : at < 0 ? _rows[0] : _rows[Math.Clamp(at + step, 0, _rows.Count - 1)];
    }

    /// <summary>Mine first, of those the critical ones; then by deadline (to the minute), then by risk: a flood of small things buries nothing bad.</summary>
    private (bool, bool, long, int, long) Rank(ActionView view)
    {
        var action = view.Action;
        var due = (action.DueAt ?? action.SubmittedAt).Milliseconds / 60_000;
        return (!isMine(view), action.Risk.Level != RiskLevel.Critical, due, -action.Risk.Score, action.Sequence);
    }
}
