using AgentApprovals.Domain;
using Xunit;

namespace AgentApprovals.Tests.Data;

public sealed class FeedTests
{
    [Fact]
    public async Task Followers_hear_of_everything_in_order_from_wherever_they_begin_while_it_is_written()
    {
        await using var driver = await LedgerDriver.OpenAsync();
        (await driver.Mark("before")).Require();
        var last = 2 + 400;
        var followers = new long[] { 0, 1, 2, 50, 300 }.Select(after => FollowAsync(driver, after, last)).ToList();
        await Task.WhenAll(Enumerable.Range(0, 400).Select(i => Task.Run(() => driver.Mark($"{i}"))));

        foreach (var (after, heard) in await Task.WhenAll(followers))
            Assert.Equal(Enumerable.Range((int)after + 1, last - (int)after).Select(i => (long)i), heard);
    }

    [Fact]
    public async Task Who_is_further_behind_than_memory_reaches_is_told_from_the_database()
    {
        await using var driver = await LedgerDriver.OpenAsync();
        for (var i = 0; i < 3; i++)
            await Task.WhenAll(Enumerable.Range(0, 3000).Select(n => driver.Mark($"{n}")));

        var (_, heard) = await FollowAsync(driver, 0, 9001);
        Assert.Equal(Enumerable.Range(1, 9001).Select(i => (long)i), heard);
    }

    [Fact]
    public async Task Whoever_waited_for_an_action_costs_nothing_afterwards()
    {
        await using var driver = await LedgerDriver.OpenAsync();
        for (var i = 0; i < 100; i++)
        {
            using var watch = driver.Feed.Watch(new ActionId(Guid.NewGuid()), new SessionId(Guid.NewGuid()));
            Assert.False(watch.NextAsync().IsCompleted);
            Assert.Equal(2, driver.Feed.Watched);
        }

        Assert.Equal(0, driver.Feed.Watched);
    }

    private static async Task<(long After, List<long> Heard)> FollowAsync(LedgerDriver driver, long after, long last)
    {
        var heard = new List<long>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await foreach (var entry in driver.Feed.FollowAsync(after, limit.Token))
        {
            heard.Add(entry.Sequence);
            if (entry.Sequence >= last)
                break;
        }

        return (after, heard);
    }
}
