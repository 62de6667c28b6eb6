using AgentApprovals.Data.Ledger;
using AgentApprovals.Domain.Ledger;
using Xunit;

namespace AgentApprovals.Tests.Data;

public sealed class LedgerBatchTests
{
    [Fact]
    public async Task A_rule_that_breaks_fails_its_command_alone_and_leaves_nothing_behind()
    {
        await using var driver = await LedgerDriver.OpenAsync();
        var gate = await driver.HoldAsync();
        var before = driver.Mark("before");
        var broken = driver.Ledger.CommitAsync(new BrokenRule("half done"));
        var after = driver.Mark("after");
        gate.Open();

        Assert.Null((await before).Refusal);
        Assert.Null((await after).Refusal);
        await Assert.ThrowsAsync<RuleException>(() => broken);
        Assert.Equal(["first", "before", "after"], await driver.MarksAsync());
        Assert.True((await driver.CheckAsync()).Valid);
    }

    [Fact]
    public async Task A_command_that_the_database_refuses_does_not_break_its_neighbours()
    {
        await using var driver = await LedgerDriver.OpenAsync();
        (await driver.Ledger.CommitAsync(new ClashingAgent("taken"))).Require();
        var gate = await driver.HoldAsync();
        var commits = driver.Store.Commits;
        var good = Enumerable.Range(0, 16).Select(i => driver.Mark($"{i}")).ToList();
        var clash = driver.Ledger.CommitAsync(new ClashingAgent("taken"));
        good.AddRange(Enumerable.Range(16, 15).Select(i => driver.Mark($"{i}")));
        gate.Open();

        Assert.All(await Task.WhenAll(good), g => Assert.Null(g.Refusal));
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => clash);
        // Halved, not tried one by one: of 32 at most two in each of five halvings, and the whole.
        Assert.InRange(driver.Store.Commits - commits, 1, 11);
        Assert.Equal(Enumerable.Range(0, 31).Select(i => $"{i}"), (await driver.MarksAsync()).Skip(1));
        Assert.True((await driver.CheckAsync()).Valid);
    }

    [Fact]
    public async Task A_commit_whose_answer_was_lost_is_done_once_and_answered()
    {
        await using var driver = await LedgerDriver.OpenAsync();
        driver.Store.After = _ => throw new IOException("The line broke.");
        Assert.Null((await driver.Mark("once")).Refusal);

        driver.Store.After = null;
        driver.Store.Before = _ => throw new IOException("The line broke before anything was sent.");
        await Assert.ThrowsAsync<IOException>(() => driver.Mark("never"));

        driver.Store.Before = null;
        Assert.Null((await driver.Mark("next")).Refusal);
        Assert.Equal(["once", "next"], await driver.MarksAsync());
        Assert.True((await driver.CheckAsync()).Valid);
    }

    [Fact]
    public async Task A_commit_in_doubt_is_not_tried_again_and_followers_hear_of_it_once_it_is_known()
    {
        await using var driver = await LedgerDriver.OpenAsync();
        driver.Store.After = _ => throw Suite.Unreachable();
        driver.Store.Committed = () => throw Suite.Unreachable();
        var doubtful = await Assert.ThrowsAsync<LedgerUnavailableException>(() => driver.Mark("doubtful"));
        Assert.Contains("not known", doubtful.Message, StringComparison.Ordinal);

        (driver.Store.After, driver.Store.Committed) = (null, null);
        (await driver.Mark("next")).Require();
        Assert.Equal(["doubtful", "next"], await driver.MarksAsync());
        Assert.Equal((await driver.EntriesAsync()).Count, driver.Feed.Position);
    }

    [Fact]
    public async Task An_outage_fails_the_whole_batch_at_once()
    {
        await using var driver = await LedgerDriver.OpenAsync();
        var gate = await driver.HoldAsync();
        var waiting = Enumerable.Range(0, 50).Select(i => driver.Mark($"{i}")).ToList();
        gate.Opened.Task.GetAwaiter().OnCompleted(() => { });
        var commits = driver.Store.Commits;
        driver.Store.After = _ =>
        {
            driver.Store.Before = _ => throw Suite.Unreachable();
            driver.Store.After = null;
            return Task.CompletedTask;
        };
        gate.Open();

        foreach (var one in waiting)
            await Assert.ThrowsAsync<LedgerUnavailableException>(() => one);
        Assert.InRange(driver.Store.Commits - commits, 1, 2);
        driver.Store.Before = null;
        (await driver.Mark("again")).Require();
        Assert.Equal(["first", "again"], await driver.MarksAsync());
    }

    [Fact]
    public async Task A_writer_whose_head_was_moved_by_another_decides_again()
    {
        await using var one = await LedgerDriver.OpenAsync();
        await using var other = await LedgerDriver.OpenAsync(beside: one);
        var commits = one.Store.Commits;
        one.Store.Before = async _ =>
        {
            one.Store.Before = null;
            (await other.Mark("in between")).Require();
        };

        var sequence = (await one.Mark("again")).Require();

        Assert.Equal(2, one.Store.Commits - commits);
        Assert.Equal(["in between", "again"], await one.MarksAsync());
        Assert.Equal(sequence, (await one.EntriesAsync()).Single(e => e.Sequence == sequence && e.Kind == "test.mark").Sequence);
        Assert.True((await one.CheckAsync()).Valid);
    }

    [Fact]
    public async Task Two_writers_at_once_make_one_chain()
    {
        await using var one = await LedgerDriver.OpenAsync();
        await using var other = await LedgerDriver.OpenAsync(beside: one);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => (i % 2 == 0 ? one : other).Mark($"{i}"))));

        Assert.Equal(200, (await one.MarksAsync()).Distinct().Count());
        var report = await one.CheckAsync();
        Assert.True(report.Valid);
        Assert.Equal(report.Head.Sequence, report.Entries);
    }
}
