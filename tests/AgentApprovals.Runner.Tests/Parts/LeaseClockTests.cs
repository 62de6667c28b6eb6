using AgentApprovals.Runner.Leases;

namespace AgentApprovals.Runner.Tests.Parts;

public sealed class LeaseClockTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    [Theory]
    [InlineData(0, "Held")]
    [InlineData(14.999, "Held")]
    [InlineData(15, "Lapsed")]
    [InlineData(29.999, "Lapsed")]
    [InlineData(30, "Over")]
    [InlineData(100_000, "Over")]
    public void At_the_instant_itself_the_later_state_holds(double seconds, string state) =>
        Assert.Equal(state, new LeaseClock(At(100), Lease).At(At(100 + seconds)).ToString());

    [Fact]
    public void A_lease_counts_from_when_the_call_was_sent_and_not_from_its_answer()
    {
        var clock = new LeaseClock(At(0), Lease);
        Assert.True(clock.Renew(At(5), At(14), Lease));
        Assert.Equal(LeaseState.Held, clock.At(At(19.9)));
        Assert.Equal(LeaseState.Lapsed, clock.At(At(20)));
    }

    [Fact]
    public void An_answer_that_came_late_takes_nothing_back()
    {
        var clock = new LeaseClock(At(0), Lease);
        Assert.True(clock.Renew(At(10), At(11), Lease));
        Assert.True(clock.Renew(At(5), At(12), Lease));
        Assert.Equal(LeaseState.Held, clock.At(At(24)));
    }

    [Fact]
    public void A_lapsed_lease_can_be_renewed_and_one_that_is_over_never()
    {
        var clock = new LeaseClock(At(0), Lease);
        Assert.Equal(LeaseState.Lapsed, clock.At(At(16)));
        Assert.True(clock.Renew(At(16), At(17), Lease));
        Assert.Equal(LeaseState.Held, clock.At(At(17)));

        // Suspended until long after: the call that is sent on waking comes too late, whichever of the two is first.
        Assert.False(clock.Renew(At(500), At(501), Lease));
        Assert.Equal(LeaseState.Over, clock.At(At(501)));
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(-3, 5)]
    [InlineData(5, 5)]
    [InlineData(600, 600)]
    [InlineData(86_400, 600)]
    public void A_lease_is_between_five_seconds_and_ten_minutes_whatever_is_answered(int answered, int held) =>
        Assert.Equal(TimeSpan.FromSeconds(held), new LeaseClock(At(0), TimeSpan.FromSeconds(answered)).Length);

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
