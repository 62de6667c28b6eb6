using Microsoft.Extensions.Time.Testing;

namespace AgentApprovals.Tests.Drivers;

/// <summary>
/// One console for the tests of a class, with the clock in their hand and nobody who writes down what is due: what holds by the
/// clock has to hold without.
/// </summary>
public sealed class ClockedConsole : IAsyncDisposable
{
    private int _names;

    public ClockedConsole() => Console = new(Clock, timer: false, hangfire: false);

    public FakeTimeProvider Clock { get; } = new(new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));

    public TestConsole Console { get; }

    /// <summary>An agent of the test's own; rules are replaced for all.</summary>
    public Task<Scene> SceneAsync(object? rules = null, object? agent = null) => Scene.SetAsync(Console, rules, agent, $"agent-{Interlocked.Increment(ref _names)}");

    public void Pass(double seconds) => Clock.Advance(TimeSpan.FromSeconds(seconds));

    public ValueTask DisposeAsync() => Console.DisposeAsync();
}
