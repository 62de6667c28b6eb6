using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;

namespace AgentApprovals.Console.Inbox;

/// <summary>
/// How many of what waits are counted: each is looked at once, and again when it changes, so that one of five thousand that moves costs one look
/// and not five thousand.
/// </summary>
public sealed class WaitingCount(Func<ActionView, bool> isCounted)
{
    private readonly HashSet<ActionId> _counted = [];

    public int Count => _counted.Count;

    public void Fill(IEnumerable<ActionView> waiting)
    {
        _counted.Clear();
        Apply(waiting);
    }

    /// <param name="changed">As they are now, those that no longer wait too.</param>
    public void Apply(IEnumerable<ActionView> changed)
    {
        ArgumentNullException.ThrowIfNull(changed);
        foreach (var view in changed)
        {
            if (isCounted(view))
                _counted.Add(view.Action.Id);
            else
                _counted.Remove(view.Action.Id);
        }
    }
}
