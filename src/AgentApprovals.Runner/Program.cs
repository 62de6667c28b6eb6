using System.CommandLine;
using AgentApprovals.Runner.Commands;
using AgentApprovals.Runner.Host;

namespace AgentApprovals.Runner;

internal static class Program
{
    private static Task<int> Main(string[] args)
    {
        if (!OperatingSystem.IsLinux())
        {
            Messages.Write("what holds an agent here are control groups and namespaces, which only Linux has: on other systems, run it in a virtual machine or a container");
            return Task.FromResult(RefusedException.CannotRun);
        }

        var root = new RootCommand("Starts an agent so that a person can stop it without its help.") { RunCommand.Create(), DoctorCommand.Create(), BridgeCommand.Create() };
        // Signals are the child's: the library's own handling of them would end the runner first.
        return root.Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = null });
    }
}
