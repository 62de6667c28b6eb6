using System.CommandLine;
using AgentApprovals.Runner.Isolation;

namespace AgentApprovals.Runner.Commands;

/// <summary><c>agent-runner bridge</c>: what runs inside an isolated cage; not for people.</summary>
internal static class BridgeCommand
{
    private static readonly Option<string> Socket = new("--socket") { Required = true };

    public static Command Create()
    {
        var command = new Command("bridge", "Inside an isolated cage: the loopback end of its way to the console.") { Socket };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellation) => await Bridge.RunAsync(parsed.GetRequiredValue(Socket), cancellation));
        return command;
    }
}
