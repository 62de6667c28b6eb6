using AgentApprovals.Data.Queries;

namespace AgentApprovals.Console.Shared;

/// <summary>
/// A live list, newest first, that holds still: rows change where they are, and what came after the first one waits behind
/// "3 new" until somebody asks for it, so that nothing moves under a pointer.
/// </summary>
/// <param name="read">Reads a page from before a sequence on.</param>
public sealed class HeldList<T>(Func<long?, int, Task<Page<T>>> read, Func<T, long> sequenceOf)
{
    /// <summary>Rows that are read with each press of "more".</summary>
    public const int Step = 25;

    private int _wanted = Step;
    private long? _top;

    public IReadOnlyList<T> Rows { get; private set; } = [];

    /// <summary>How many came since, as far as one step; more than that are "many".</summary>
    public int New { get; private set; }

    public bool HasMore { get; private set; }

    /// <summary>Looks again at the rows that are shown; an empty list takes in whatever came.</summary>
    public async Task LookAsync()
    {
        var newest = await read(null, Step);
        if (Rows.Count == 0)
            _top = newest.Items.Count == 0 ? null : sequenceOf(newest.Items[0]);
        New = newest.Items.Count(item => sequenceOf(item) > _top);
        var page = New == 0 && _wanted == Step ? newest : await read(_top + 1, _wanted);
        (Rows, HasMore) = (page.Items, page.Next is not null);
    }

    public Task ShowNewAsync()
    {
        (Rows, _top, _wanted) = ([], null, Step);
        return LookAsync();
    }

    public Task MoreAsync()
    {
        _wanted += Step;
        return LookAsync();
    }
}
