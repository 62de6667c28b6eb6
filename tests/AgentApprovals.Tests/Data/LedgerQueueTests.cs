using AgentApprovals.Domain.Ledger;
using Xunit;

namespace AgentApprovals.Tests.Data;

public sealed class LedgerQueueTests
{
    [Fact]
    public async Task A_stop_is_never_busy_and_goes_before_everything_that_waits()
    {
        await using var driver = await LedgerDriver.OpenAsync();
        var gate = await driver.Store.HoldAsync(driver);
        var waiting = new List<Task<Result<long>>>();
        for (var one = driver.Mark("waiting"); !one.IsCompleted || (await one).Refusal is null; one = driver.Mark("waiting"))
            waiting.Add(one);

        Assert.Equal("busy", (await driver.Mark("too many")).Refusal?.Code);
        var stop = driver.Ledger.CommitAsync(new StopMark("stop"));
        gate.Open();
        await gate.First;

        var stopped = (await stop).Require();
        var others = await Task.WhenAll(waiting);
        Assert.True(others.Length >= 1000, "The queue has room for many.");
        Assert.All(others, o => Assert.True(o.Require() > stopped));
        Assert.Equal(others.Length + 2, (await driver.MarksAsync()).Count);
    }

    [Fact]
    public async Task Many_commands_share_a_commit()
    {
        await using var driver = await LedgerDriver.OpenAsync();
        var gate = await driver.Store.HoldAsync(driver);
        var before = driver.Store.Commits;
        var waiting = Enumerable.Range(0, 512).Select(i => driver.Mark($"{i}")).ToList();
        gate.Open();
        await Task.WhenAll(waiting);

        Assert.InRange(driver.Store.Commits - before, 2, 20);
        Assert.Equal(Enumerable.Range(0, 512).Select(i => $"{i}"), (await driver.MarksAsync()).Skip(1));
    }
}
