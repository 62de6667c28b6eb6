namespace AgentApprovals.Console.Policies;

/// <summary>
/// A list that somebody changes, and the version they began from. It lives as long as their circuit, so that a look at another
/// page, or somebody else's saving first, loses nothing of it.
/// </summary>
/// <typeparam name="TItem">What the list is of; values, compared as such.</typeparam>
/// <typeparam name="TInput">One of them while it is typed.</typeparam>
public abstract class ListDraft<TItem, TInput> where TItem : class where TInput : class
{
    /// <summary>The version that it was read from.</summary>
    public int Version { get; private set; } = -1;

    /// <summary>As it stood in that version.</summary>
    public IReadOnlyList<TItem> Base { get; private set; } = [];

    public List<TItem> Items { get; private set; } = [];

    /// <summary>Which one is being typed; the one after the last is new.</summary>
    public int? At { get; private set; }

    public TInput? Input { get; private set; }

    public string Reason { get; set; } = "";

    public bool IsChanged => !Items.SequenceEqual(Base, ReferenceEqualityComparer.Instance);

    /// <summary>Whether there is something that reading a newer version would lose.</summary>
    public bool IsDirty => IsChanged || Input is not null;

    /// <summary>Begins anew from a version.</summary>
    public void Begin(int version, IReadOnlyList<TItem> items)
    {
        Keep(version, items);
        Items = [.. items];
        Reason = "";
        Close();
    }

    /// <summary>What is in work stays as it is, and will replace this version.</summary>
    public void Keep(int version, IReadOnlyList<TItem> items) => (Version, Base) = (version, items);

    public void Open(int at, TInput input) => (At, Input) = (at, input);

    public void Close() => (At, Input) = (null, null);

    /// <summary>Puts what was typed in its place; what says the same as before is no change.</summary>
    public void Put(TItem item)
    {
        if (At is not { } at)
            return;
        if (at >= Items.Count)
            Items.Add(item);
        else if (!IsSame(Items[at], item))
            Items[at] = Base.FirstOrDefault(b => IsSame(b, item)) ?? item;
        Close();
    }

    public void Remove(int at) => Items.RemoveAt(at);

    /// <summary>Moves one up (-1) or down (1); false at the end of the list.</summary>
    public bool Move(int at, int step)
    {
        var to = at + step;
        if (to < 0 || to >= Items.Count)
            return false;
        (Items[at], Items[to]) = (Items[to], Items[at]);
        return true;
    }

    /// <summary>Whether two say the same: records compare lists by reference, so what they are written as is compared.</summary>
    protected abstract bool IsSame(TItem a, TItem b);
}
