using AgentApprovals.Console.Shared;
using AgentApprovals.Data.Queries;
using Xunit;

namespace AgentApprovals.Tests.Console.Shared;

/// <summary>A live list that holds still while it is read.</summary>
public sealed class HeldListTests
{
    private readonly List<long> _all = [];
    private readonly HeldList<long> _list;

    public HeldListTests() => _list = new(
        (before, limit) =>
        {
            var found = _all.OrderDescending().Where(n => before is null || n < before).Take(limit + 1).ToList();
            return Task.FromResult(new Page<long>([.. found.Take(limit)], found.Count > limit ? found[limit - 1] : null));
        },
        n => n);

    [Fact]
    public async Task An_empty_list_takes_in_what_comes_and_one_with_rows_counts_it()
    {
        await _list.LookAsync();
        Assert.Empty(_list.Rows);
        _all.AddRange([1, 2]);
        await _list.LookAsync();
        Assert.Equal([2, 1], _list.Rows);
        _all.AddRange([3, 4, 5]);
        await _list.LookAsync();
        Assert.Equal([2, 1], _list.Rows);
        Assert.Equal(3, _list.New);
        await _list.ShowNewAsync();
        Assert.Equal([5, 4, 3, 2, 1], _list.Rows);
        Assert.Equal(0, _list.New);
    }

    [Fact]
    public async Task More_goes_on_below_and_nothing_that_comes_above_moves_it()
    {
        _all.AddRange(Enumerable.Range(1, HeldList<long>.Step * 2 + 1).Select(n => (long)n));
        await _list.LookAsync();
        Assert.True(_list.HasMore);
        var shown = _list.Rows;
        _all.Add(1000);
        await _list.MoreAsync();
        Assert.Equal(shown, _list.Rows.Take(HeldList<long>.Step));
        Assert.Equal((HeldList<long>.Step * 2, 1, true), (_list.Rows.Count, _list.New, _list.HasMore));
        await _list.MoreAsync();
        Assert.Equal((HeldList<long>.Step * 2 + 1, false), (_list.Rows.Count, _list.HasMore));
    }
}
