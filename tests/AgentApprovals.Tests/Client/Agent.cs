using AgentApprovals.Client;
using AgentApprovals.Tests.Drivers;

namespace AgentApprovals.Tests.Client;

/// <summary>An agent of a scene, as its developer would write it.</summary>
internal static class Agent
{
    public const string Dana = "dana@example.com";

    /// <summary>Impatient, so that tests are quick; else as it is by default.</summary>
    public static AgentApprovalsOptions Options(this TestConsole console, string? key = null) => new()
    {
        Address = new(console.Address, "/"),
        AgentKey = key,
        OnBehalfOf = Dana,
        RetryDelay = TimeSpan.FromMilliseconds(50),
    };

    public static Task<AgentSession> StartAsync(this Scene scene) => new AgentApprovalsClient(scene.Console.Options(scene.Key)).StartAsync();

    public static SubmitRequest Post(string body = "Flush the cache", string resource = "forum://engineering/threads/8841") =>
        new("forum.post", resource, "Answer the question", new { body });
}
