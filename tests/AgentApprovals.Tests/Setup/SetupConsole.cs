using AgentApprovals.Tests.Drivers;

namespace AgentApprovals.Tests.Setup;

/// <summary>One console for the tests of a class; each makes agents and people of its own.</summary>
public sealed class SetupConsole : IAsyncDisposable
{
    private int _names;

    public SetupConsole() => Scene = new(Console);

    public TestConsole Console { get; } = new(settings: Webhooks.WebhookStage.Allowing());

    public Scene Scene { get; }

    public Person Admin => Console.Admin;

    public string NewName() => $"agent-{Interlocked.Increment(ref _names)}";

    /// <summary>A fresh agent's address, and what was answered when it was made.</summary>
    public async Task<(string Path, Answer Answer)> AgentAsync(object? more = null)
    {
        var body = System.Text.Json.JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        body["name"] ??= NewName();
        body["owner"] ??= "owner@example.com";
        var made = await Admin.Post("agents", body);
        return ($"agents/{made.Body?["id"]}", made);
    }

    public ValueTask DisposeAsync() => Console.DisposeAsync();
}
