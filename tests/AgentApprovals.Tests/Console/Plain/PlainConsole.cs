using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Console.Plain;

/// <summary>One console for a class of tests, each of which brings its own agents and people.</summary>
public sealed class PlainConsole : IAsyncLifetime
{
    private readonly TestConsole _console = new();
    private int _agents;

    public Scene Scene { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Scene = await Scene.SetAsync(_console, new[] { Scene.Rule() });

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    /// <summary>An agent of its own for one test, at work.</summary>
    public async Task<AgentAtWork> AgentAsync(string onBehalfOf = "dana@example.com", int waiting = 0, string? displayName = null, string owner = "owner@example.com")
    {
        var name = $"agent-{++_agents}";
        var (id, key) = await Scene.AgentAsync(name, new { owner, displayName = displayName ?? name });
        var run = await Scene.SessionAsync(onBehalfOf, key);
        for (var i = 0; i < waiting; i++)
            await run.Submitted(Scene.Post($"forum://engineering/threads/{i}"));
        return new(id, name, key, run);
    }
}

/// <summary>An agent with one session.</summary>
public sealed record AgentAtWork(string Id, string Name, string Key, Run Run)
{
    public async Task IsAtWork() => (await Run.Agent.Get("sessions/current")).Is(System.Net.HttpStatusCode.OK);

    public async Task IsStopped() => (await Run.Agent.Get("sessions/current")).IsRefused(System.Net.HttpStatusCode.Forbidden, "session_stopped");
}
