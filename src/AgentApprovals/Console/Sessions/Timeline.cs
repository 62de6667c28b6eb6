using AgentApprovals.Console.Ledger;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;

namespace AgentApprovals.Console.Sessions;

/// <summary>An entry as a timeline tells it, with the action it is about as it stands now.</summary>
public sealed record Told(Entry Entry, EntryStory Story, ActionView? Action)
{
    /// <summary>What repeats: the same said by the same of the same kind of action.</summary>
    internal (string, string, string, string?) Likeness => (Entry.Kind, Entry.Actor.Id ?? Entry.Actor.Name, Story.Said, Action?.Action.Type);
}

/// <summary>Entries that say the same, told as one; mostly it is one alone.</summary>
public sealed record Fold(IReadOnlyList<Told> Items)
{
    public Told First => Items[0];

    public Told Last => Items[^1];

    public int Count => Items.Count;

    /// <summary>Whether it took a second or more, so that its end is worth telling.</summary>
    public bool IsLong => Last.Entry.At - First.Entry.At >= TimeSpan.FromSeconds(1);

    /// <summary>One of the actions, where all are about the same resource.</summary>
    public ActionView? About => First.Action is { } first && Items.All(i => i.Action?.Action.Resource == first.Action.Resource) ? first : null;

    /// <summary>Stays the same while more of the like are added.</summary>
    public long Key => First.Entry.Sequence;
}

/// <summary>
/// Folds what repeats: an agent that asks and is refused forty times is two lines, not eighty. Like entries are gathered also
/// where others of the latest few kinds stand between them; one that comes later, after something else, begins a new line.
/// </summary>
public static class Folding
{
    private const int Least = 3;
    private const int Latest = 3;

    /// <param name="entries">Oldest first; so is the answer, by the first of each fold.</param>
    public static IReadOnlyList<Fold> Of(IEnumerable<Told> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var all = new List<List<Told>>();
        var open = new List<List<Told>>();
        foreach (var entry in entries)
        {
            var like = open.Find(f => f[0].Likeness == entry.Likeness);
            if (like is not null)
            {
                like.Add(entry);
                continue;
            }

            like = [entry];
            all.Add(like);
            open.Add(like);
            if (open.Count > Latest)
                open.RemoveAt(0);
        }

        return [.. all
            .SelectMany(f => f.Count >= Least ? [new Fold(f)] : f.Select(t => new Fold([t])))
            .OrderBy(f => f.Key)];
    }
}
