using AgentApprovals.Domain.Ledger;
using Xunit;

namespace AgentApprovals.Tests.Data;

public sealed class LedgerQueueTests
{
    [Fact]
    public async Task A_stop_is_never_busy_and_goes_before_everything_that_waits()
    {
        await using var driver = await LedgerDriver.OpenAsync();
        var gate = await driver.HoldAsync();
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
        var gate = await driver.HoldAsync();
        var before = driver.Store.Commits;
        var waiting = Enumerable.Range(0, 512).Select(i => driver.Mark($"{i}")).ToList();
        gate.Open();
        await Task.WhenAll(waiting);

        Assert.InRange(driver.Store.Commits - before, 2, 20);
        Assert.Equal(Enumerable.Range(0, 512).Select(i => $"{i}"), (await driver.MarksAsync()).Skip(1));
    }

    /// <summary>How many commands of others come before one that arrives when an agent has sent so many: what it waits for, counted.</summary>
    [Theory]
    [InlineData(100)]
    [InlineData(10_000)]
    public async Task However_much_one_agent_sends_another_waits_for_one_turn_of_it(int flood)
    {
        await using var driver = await LedgerDriver.OpenAsync();
        var gate = await driver.HoldAsync();
        var junk = Enumerable.Range(0, flood).Select(i => driver.Ledger.CommitAsync(new Mark($"junk {i}") { Sender = 1 })).ToList();
        var other = driver.Ledger.CommitAsync(new Mark("other") { Sender = 2 });
        var person = driver.Mark("person");
        gate.Open();
        await Task.WhenAll([.. junk, other, person]);

        var marks = await driver.MarksAsync();
        Assert.InRange(marks.IndexOf("person"), 0, 1);
        Assert.InRange(marks.IndexOf("other"), 0, 3);
        var taken = marks.Where(m => m.StartsWith("junk", StringComparison.Ordinal)).ToList();
        Assert.Equal(taken, Enumerable.Range(0, taken.Count).Select(i => $"junk {i}"));
        Assert.Equal(flood - taken.Count, junk.Count(j => j.Result.Refusal?.Code == "busy"));
        Assert.InRange(taken.Count, Math.Min(flood, 1000), 8192 / 4);
    }

    /// <summary>The control: where nobody is told from another, whoever comes last waits for all.</summary>
    [Fact]
    public async Task Without_turns_another_waits_for_all_of_it()
    {
        await using var driver = await LedgerDriver.OpenAsync();
        var gate = await driver.HoldAsync();
        var junk = Enumerable.Range(0, 1000).Select(i => driver.Mark($"junk {i}")).ToList();
        var other = driver.Mark("other");
        gate.Open();
        await Task.WhenAll([.. junk, other]);
        Assert.Equal(1001, (await driver.MarksAsync()).IndexOf("other"));
    }
}
