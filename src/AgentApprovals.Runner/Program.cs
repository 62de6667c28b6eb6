using System.CommandLine;
using AgentApprovals.Runner.Commands;

var root = new RootCommand("Starts an agent so that a person can stop it without its help.") { RunCommand.Create(), DoctorCommand.Create(), BridgeCommand.Create() };
// Signals are the child's: the library's own handling of them would end the runner first.
return await root.Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = null });
