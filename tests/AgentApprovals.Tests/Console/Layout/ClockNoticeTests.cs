using System.Net;
using AgentApprovals.Console.Layout;
using AgentApprovals.Tests.Drivers;
using Bunit;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AgentApprovals.Tests.Console.Layout;

/// <summary>A clock that jumped: whoever may accept it is told on every page, and does it there.</summary>
public sealed class ClockNoticeTests : IAsyncDisposable
{
    private readonly SetClock _clock = new();
    private readonly TestConsole _console;

    public ClockNoticeTests() => _console = new(_clock, timer: false, hangfire: false);

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Theory]
    [InlineData(2, "2:00:00 ahead of", "forward by 2:00:00")]
    [InlineData(-30, "1.06:00:00 behind", "stands still for 1.06:00:00")]
    public async Task An_administrator_is_told_of_a_jump_and_accepts_it_with_a_reason(int hours, string told, string meant)
    {
        var scene = await Scene.SetAsync(_console);
        await using var context = new PageContext(_console, (await scene.PersonAsync(["Administrator"])).Id);
        var notice = context.Render<ClockNotice>();
        Assert.Empty(notice.FindAll("section"));

        _clock.Step += TimeSpan.FromHours(hours);
        // Noticed with the next reading of the clock.
        await scene.SessionAsync();
        _clock.Advance(TimeSpan.FromSeconds(5));
        notice.WaitForAssertion(() => Assert.Contains(told, notice.Find("[role=status]").TextContent, StringComparison.Ordinal));
        await notice.PressAtAsync("button");
        Assert.Contains(meant, notice.Find("form").TextContent, StringComparison.Ordinal);
        await notice.Find("form").SubmitAsync();
        Assert.NotEmpty(notice.FindAll("form"));
        await notice.Find("#clock-reason").InputAsync(new() { Value = "The host was set right" });
        await notice.Find("form").SubmitAsync();
        notice.WaitForAssertion(() => Assert.Empty(notice.FindAll("section")));
        var entry = Assert.Single((await scene.Admin.Get("ledger")).Is(HttpStatusCode.OK)["items"]!.AsArray(), e => e!.Text("kind") == "clock.accepted")!;
        Assert.Equal("The host was set right", entry["data"]!.Text("reason"));
    }

    [Fact]
    public async Task Nobody_else_is_troubled()
    {
        var scene = await Scene.SetAsync(_console);
        _clock.Step += TimeSpan.FromHours(2);
        await scene.SessionAsync();
        await using var context = new PageContext(_console, (await scene.PersonAsync(["Reviewer"])).Id);
        var notice = context.Render<ClockNotice>();
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Empty(notice.FindAll("section"));
    }

    /// <summary>A clock that somebody sets, beside what really elapses.</summary>
    private sealed class SetClock() : FakeTimeProvider(new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero))
    {
        public TimeSpan Step { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Step;

        public override long GetTimestamp() => base.GetUtcNow().UtcTicks;
    }
}
