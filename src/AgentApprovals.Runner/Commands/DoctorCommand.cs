using System.CommandLine;
using AgentApprovals.Runner.Cages;
using AgentApprovals.Runner.Isolation;

namespace AgentApprovals.Runner.Commands;

/// <summary><c>agent-runner doctor</c>: what this host can do for this user, and what to do about the rest.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Try each way to hold an agent on this host, and say what to do where one fails.");
        command.SetAction(async (_, _) => await RunAsync(Console.Out));
        return command;
    }

    private static async Task<int> RunAsync(TextWriter output)
    {
        Host.Linux.KeepToOneself();
        var trials = Mechanisms.Names.Select(n => Mechanisms.Try(n)).ToList();
        await using (var proxy = await ConsoleProxy.StartAsync(new("http://127.0.0.1:1/")))
            trials.Add(Mechanisms.Try(trials[0].Works ? "cgroup" : "pidNamespace", proxy.Socket) with { Mechanism = "--isolate" });
        trials.Add(trials[0].Works
            ? new("freezing", true, "pause, and a console that is away for less than two leases, cost the agent nothing")
            : new("freezing", false, "only a cgroup can freeze: without one, no pause, and the agent is killed one lease after the console was last heard"));

        foreach (var trial in trials)
            output.WriteLine($"{trial.Mechanism,-14} {(trial.Works ? "works" : "fails"),-6} {trial.Detail.ReplaceLineEndings(" ")}");
        var best = trials.Take(Mechanisms.Names.Count).FirstOrDefault(t => t.Works);
        output.WriteLine(best is null ? "agent-runner run refuses to start here, unless --uncontained is given." : $"agent-runner run uses: {best.Mechanism}");
        return best is null ? 1 : 0;
    }
}
