using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;

namespace AgentApprovals.Console.Inbox;

/// <summary>Choosing several rows, to answer them together.</summary>
public sealed partial class Inbox
{
    private const int MostSelected = 200;

    private readonly List<ActionId> _selected = [];

    /// <summary>Pressing a row chooses it, rather than opens it.</summary>
    private bool _isSelecting;
    private bool _isListing;

    /// <summary>As they stand now, also where one has left the list since it was chosen.</summary>
    private Dictionary<ActionId, ActionView> _kept = [];

    private IReadOnlyList<ActionView> Selected => [.. _selected.Select(id => _list.Find(id.Value) ?? _kept.GetValueOrDefault(id)).OfType<ActionView>()];

    /// <summary>The one in view, where one is; else rows take choices from now on.</summary>
    private void Select()
    {
        if (Chosen is { } chosen)
            Toggle(chosen);
        else
            _isSelecting = !_isSelecting;
    }

    private void Toggle(ActionView view)
    {
        if (_selected.Remove(view.Action.Id) || _selected.Count >= MostSelected)
            return;
        _kept[view.Action.Id] = view;
        _selected.Add(view.Action.Id);
    }

    private void SelectAll()
    {
        foreach (var line in _list.Rows.Where(r => r.Burst is null && !_selected.Contains(r.View.Action.Id)).Take(MostSelected - _selected.Count))
            Toggle(line.View);
    }

    private void Unselect(ActionId id)
    {
        _selected.Remove(id);
        _isListing &= _selected.Count > 0;
    }

    private void UnselectAll()
    {
        _selected.Clear();
        _kept = [];
        (_isSelecting, _isListing) = (false, false);
        _list.ShowNew();
    }
}
