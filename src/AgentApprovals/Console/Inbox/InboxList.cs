using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Risk;

namespace AgentApprovals.Console.Inbox;

/// <summary>A row of an inbox: an action, or a burst, which is one row however many there are of it.</summary>
/// <param name="View">The action; of a burst the one that is most urgent.</param>
/// <param name="Count">How many of the burst belong into this inbox; else 1.</param>
/// <param name="LastAt">When the last of them was submitted.</param>
public sealed record InboxLine(ActionView View, BurstId? Burst, int Count, Moment LastAt)
{
    public Guid Key => Burst?.Value ?? View.Action.Id.Value;
}

/// <summary>
/// The rows of an inbox in the order they are shown. While somebody reads, no row moves: what is new queues behind a chip, what
/// was decided elsewhere stays where it is and says so, until they ask for the list as it is now. A burst's row counts on where it stands.
/// </summary>
public sealed class InboxList(Func<ActionView, bool> isWanted, Func<ActionView, bool> isMine)
{
    private readonly List<InboxLine> _rows = [];
    private readonly Dictionary<Guid, int> _at = [];
    private readonly Dictionary<Guid, Dictionary<ActionId, ActionView>> _gathered = [];
    private readonly Dictionary<ActionId, ActionView> _new = [];

    public List<InboxLine> Rows => _rows;

    /// <summary>How many rows wait behind the chip.</summary>
    public int New => _new.Values.Select(v => v.Action.Burst?.Value ?? v.Action.Id.Value).Distinct().Count();

    /// <summary>The list as it is now.</summary>
    public void Fill(IEnumerable<ActionView> waiting)
    {
        var ranked = waiting.Where(isWanted).OrderBy(Rank).ToList();
        _new.Clear();
        _rows.Clear();
        _at.Clear();
        _gathered.Clear();
        foreach (var view in ranked)
            Add(view);
    }

    public void Apply(IReadOnlyList<ActionView> changed, bool isReading)
    {
        ArgumentNullException.ThrowIfNull(changed);
        foreach (var view in changed)
        {
            // What was gathered since stays in its own row until somebody asks for the list as it is now.
            if (_at.TryGetValue(view.Action.Id.Value, out var at))
                _rows[at] = _rows[at] with { View = view };
            else if (view.Action.Burst is { } burst && _at.TryGetValue(burst.Value, out at))
                Gather(at, view);
            else if (isWanted(view))
                _new[view.Action.Id] = view;
            else
                _new.Remove(view.Action.Id);
        }

        if (!isReading)
            ShowNew();
    }

    /// <summary>Takes in what is new, lets go of what no longer belongs here, and puts all in order.</summary>
    public void ShowNew() => Fill([.. All, .. _new.Values]);

    /// <summary>An action of this inbox, also where a burst has it.</summary>
    public ActionView? Find(Guid action) => _at.TryGetValue(action, out var at) ? _rows[at].View
        : _gathered.Values.Select(members => members.GetValueOrDefault(new ActionId(action))).FirstOrDefault(v => v is not null);

    /// <summary>The row that shows an action or a burst.</summary>
    public InboxLine? LineOf(Guid? key) => key is not { } k ? null
        : _at.TryGetValue(k, out var at) ? _rows[at]
        : Find(k)?.Action.Burst is { } burst && _at.TryGetValue(burst.Value, out at) ? _rows[at] : null;

    /// <summary>The row after (or before) the one given; the first where that one is not here.</summary>
    public InboxLine? Neighbour(Guid? of, int step) => _rows.Count == 0 ? null
        : LineOf(of) is { } line ? _rows[Math.Clamp(_at[line.Key] + step, 0, _rows.Count - 1)] : _rows[0];

    private IEnumerable<ActionView> All => _rows.Where(r => r.Burst is null).Select(r => r.View).Concat(_gathered.Values.SelectMany(m => m.Values));

    private void Add(ActionView view)
    {
        if (view.Action.Burst is { } burst && _at.TryGetValue(burst.Value, out var at))
        {
            Gather(at, view);
            return;
        }

        var line = new InboxLine(view, view.Action.Burst, 1, view.Action.SubmittedAt);
        if (line.Burst is not null)
            _gathered[line.Key] = new() { [view.Action.Id] = view };
        _at[line.Key] = _rows.Count;
        _rows.Add(line);
    }

    private void Gather(int at, ActionView view)
    {
        var line = _rows[at];
        var members = _gathered[line.Key];
        if (isWanted(view))
            members[view.Action.Id] = view;
        else
            members.Remove(view.Action.Id);
        var lead = line.View.Action.Id == view.Action.Id ? view : line.View;
        if (members.Count > 0 && !members.ContainsKey(lead.Action.Id))
            lead = members.Values.First();
        _rows[at] = line with { View = lead, Count = members.Count, LastAt = Moment.Later(line.LastAt, view.Action.SubmittedAt) };
    }

    /// <summary>
    /// Mine first, of those the critical ones, which a burst does not get ahead of; then by deadline (to the minute), then by risk: a
    /// flood of small things buries nothing bad.
    /// </summary>
    private (bool, bool, bool, long, int, long) Rank(ActionView view)
    {
        var action = view.Action;
        var due = (action.DueAt ?? action.SubmittedAt).Milliseconds / 60_000;
        var isCritical = action.Risk.Level == RiskLevel.Critical;
        return (!isMine(view), !isCritical, isCritical && action.Burst is not null, due, -action.Risk.Score, action.Sequence);
    }
}
