using AgentApprovals.Model;
using CsCheck;
using Xunit;

namespace AgentApprovals.Domain.Tests.Timelines;

public sealed class TimelineTests
{
    [Fact]
    public void The_rules_do_what_the_contract_says_plainly() => Timeline.Any.Sample(
        timeline => timeline.Difference(new Memory(Cast.MinimumWindow)) is { } difference ? throw new InvalidOperationException(difference) : true,
        iter: Soak.Times(300));
}
