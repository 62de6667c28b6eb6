using AgentApprovals.Data.Ledger;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;
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
    public async Task Who_was_told_more_by_another_node_goes_on_after_it()
    {
        await using var driver = await LedgerDriver.OpenAsync();
        var told = driver.Feed.Position + 2;
        var resumed = driver.Feed.ResumeAsync(told, TestContext.Current.CancellationToken);
        Assert.False(resumed.IsCompleted);
        (await driver.Mark("first")).Require();
        (await driver.Mark("second")).Require();
        Assert.Equal(told, await resumed);
        // What nobody can have been told of, and who was told nothing.
        Assert.Equal(told, await driver.Feed.ResumeAsync(told + 1000, TestContext.Current.CancellationToken));
        Assert.Equal(told, await driver.Feed.ResumeAsync(null, TestContext.Current.CancellationToken));
        Assert.Equal(1, await driver.Feed.ResumeAsync(1, TestContext.Current.CancellationToken));
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

    [Fact]
    public async Task Who_follows_one_session_hears_what_concerns_it_from_memory_and_from_the_database()
    {
        await using var driver = await LedgerDriver.OpenAsync();
        var (own, other) = (Session(driver), Session(driver));
        using var left = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var early = HeardAsync(0, 1 + 6000 + 1);
        await Task.WhenAll(Enumerable.Range(0, 3000).SelectMany(_ => new[] { driver.Say(own, "said"), driver.Say(other, "said") }));
        (await driver.Say(null, Kinds.StopOrdered)).Require();
        (await driver.Say(null, "everything.else")).Require();
        await Task.WhenAll(Enumerable.Range(0, 3000).Select(_ => driver.Say(other, "said")));
        (await driver.Say(own, "last")).Require();

        var (fromStart, fromLater) = (await HeardAsync(0, long.MaxValue), await HeardAsync(5000, long.MaxValue));
        var mine = (await driver.EntriesAsync()).Where(e => e.Subject.Session == own.Id || e.Kind == Kinds.StopOrdered).Select(e => e.Sequence).ToList();
        Assert.Equal(3002, mine.Count);
        Assert.Equal(mine, fromStart);
        Assert.Equal(mine.Where(s => s > 5000), fromLater);
        Assert.Equal(mine[..^1], await early);

        async Task<List<long>> HeardAsync(long after, long until)
        {
            var heard = new List<long>();
            await foreach (var entry in driver.Feed.FollowAsync(after, own, left.Token))
            {
                heard.Add(entry.Sequence);
                if (entry.Kind == "last" || entry.Sequence >= until)
                    break;
            }

            return heard;
        }
    }

    private static SessionState Session(LedgerDriver driver)
    {
        var id = Guid.NewGuid();
        return new()
        {
            Sequence = BitConverter.ToInt32(id.ToByteArray()) & 0x7fff_ffff,
            Id = new(id),
            AgentSequence = 1,
            KeySequence = 1,
            TokenHash = SecretHash.Of(id.ToString()),
            OnBehalfOf = "dana@example.com",
            StartedAt = driver.Clock.Now,
            ExpiresAt = driver.Clock.Now.PlusSeconds(3600),
        };
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

    [Fact]
    public async Task Rows_of_every_kind_are_told_by_a_node_that_another_s_commit_reaches()
    {
        await using var driver = await LedgerDriver.OpenAsync();
        await using var db = await driver.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
        foreach (var kind in RowKinds.All)
            Assert.All(await ForeignEntries.LoadAsync(db, kind, [0, 1], TestContext.Current.CancellationToken), row => Assert.Equal(kind, RowKinds.NameOf(row)));
        Assert.Equal(typeof(IRow).Assembly.GetTypes().Count(t => t.IsClass && t.IsAssignableTo(typeof(IRow))), RowKinds.All.Count);
    }
}
