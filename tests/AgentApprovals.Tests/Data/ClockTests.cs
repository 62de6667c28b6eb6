using Xunit;

namespace AgentApprovals.Tests.Data;

public sealed class ClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 2, 10, 0, TimeSpan.Zero);

    [Fact]
    public async Task Ledger_time_never_runs_backwards()
    {
        var time = new SteppedTime(Start);
        await using var driver = await LedgerDriver.OpenAsync(time: time);
        (await driver.Mark("first")).Require();
        time.Step(TimeSpan.FromSeconds(-30));
        (await driver.Mark("second")).Require();

        var times = (await driver.EntriesAsync()).ConvertAll(e => e.At);
        Assert.Equal(times.Order(), times);
        Assert.Equal(TimeSpan.Zero, driver.Clock.Absorbed);
    }

    [Theory]
    [InlineData(90)]
    [InlineData(-90)]
    public async Task A_jump_of_the_clock_is_absorbed_and_outlives_a_restart(int minutes)
    {
        var time = new SteppedTime(Start);
        await using var driver = await LedgerDriver.OpenAsync(time: time);
        (await driver.Mark("before")).Require();
        time.Advance(TimeSpan.FromSeconds(5));
        time.Step(TimeSpan.FromMinutes(minutes));
        Assert.Equal(Start.AddSeconds(5), driver.Clock.Now.ToDateTimeOffset());
        (await driver.Mark("after")).Require();
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(TimeSpan.FromMinutes(minutes), driver.Clock.Absorbed);
        Assert.Equal(Start.AddSeconds(5), (await driver.EntriesAsync())[^1].At.ToDateTimeOffset());
        await using var again = await LedgerDriver.OpenAsync(beside: driver, time: time);
        Assert.Equal(Start.AddSeconds(10), again.Clock.Now.ToDateTimeOffset());
    }

    [Theory]
    [InlineData(90)]
    [InlineData(-90)]
    public async Task A_clock_that_was_set_and_set_right_again_leaves_nothing_to_accept(int minutes)
    {
        var time = new SteppedTime(Start);
        await using var driver = await LedgerDriver.OpenAsync(time: time);
        time.Step(TimeSpan.FromMinutes(minutes));
        (await driver.Mark("wrong")).Require();
        // Set by hand: it is right but for a second and a half.
        time.Step(TimeSpan.FromMinutes(-minutes) + TimeSpan.FromSeconds(1.5));
        (await driver.Mark("right")).Require();

        Assert.Equal(TimeSpan.Zero, driver.Clock.Absorbed);
        Assert.Equal(Start.AddSeconds(1.5), (await driver.EntriesAsync())[^1].At.ToDateTimeOffset());
        await using var again = await LedgerDriver.OpenAsync(beside: driver, time: time);
        Assert.Equal(TimeSpan.Zero, again.Clock.Absorbed);
    }

    [Fact]
    public async Task Time_that_passes_while_nobody_looks_is_no_jump()
    {
        var time = new SteppedTime(Start);
        await using var driver = await LedgerDriver.OpenAsync(time: time);
        time.Advance(TimeSpan.FromHours(3));
        (await driver.Mark("after")).Require();

        Assert.Equal(TimeSpan.Zero, driver.Clock.Absorbed);
        Assert.Equal(Start.AddHours(3), (await driver.EntriesAsync())[^1].At.ToDateTimeOffset());
    }

    [Fact]
    public void The_machine_s_own_time_goes_on_by_its_own_measure()
    {
        var time = new AgentApprovals.Data.Ledger.BootTime();
        var start = time.GetTimestamp();
        var stopwatch = System.Diagnostics.Stopwatch.StartNew();
        SpinWait.SpinUntil(() => stopwatch.ElapsedMilliseconds >= 20);
        Assert.InRange(time.GetElapsedTime(start).TotalMilliseconds, 19, 2000);
    }

    /// <summary>A clock that somebody sets, beside what really elapses.</summary>
    private sealed class SteppedTime(DateTimeOffset start) : TimeProvider
    {
        private TimeSpan _elapsed;
        private TimeSpan _step;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => start + _elapsed + _step;

        public override long GetTimestamp() => _elapsed.Ticks;

        public void Advance(TimeSpan by) => _elapsed += by;

        public void Step(TimeSpan by) => _step += by;
    }
}
