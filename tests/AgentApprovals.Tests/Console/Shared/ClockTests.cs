using AgentApprovals.Console.Shared;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Tests.Drivers;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AgentApprovals.Tests.Console.Shared;

/// <summary>What clocks say before, and without, a script.</summary>
public sealed class ClockTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));
    private readonly TestConsole _console;

    public ClockTests() => _console = new(_clock, timer: false, hangfire: false);

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Theory]
    [InlineData(0, "over")]
    [InlineData(-5_000, "over")]
    [InlineData(1, "0:01")]
    [InlineData(59_001, "1:00")]
    [InlineData(3_600_000, "1:00:00")]
    [InlineData(90_000_000, "1 d 1 h")]
    public void A_countdown_never_says_less_than_is_left(int milliseconds, string said)
    {
        using var context = new PageContext(_console, Guid.Empty.ToString());
        var until = new Moment(_console.Services.GetRequiredService<Reader>().Now.Milliseconds + milliseconds);
        var element = context.Render<Countdown>(p => p.Add(c => c.Until, until).Add(c => c.Done, "over")).Find("aa-countdown");
        Assert.Equal(said, element.TextContent);
        Assert.Equal($"{until.Milliseconds}", element.GetAttribute("until"));
    }

    [Fact]
    public void A_time_carries_the_exact_instant_in_UTC()
    {
        using var context = new PageContext(_console, Guid.Empty.ToString());
        var element = context.Render<Time>(p => p.Add(t => t.At, new Moment(1_764_000_000_123))).Find("aa-time");
        Assert.Equal("2025-11-24T16:00:00.123Z", element.GetAttribute("title"));
    }
}
