using System.CommandLine;
using System.Runtime.InteropServices;
using AgentApprovals.Runner.Cages;
using AgentApprovals.Runner.Host;
using AgentApprovals.Runner.Isolation;
using AgentApprovals.Runner.Reports;

namespace AgentApprovals.Runner.Commands;

/// <summary><c>agent-runner run</c>.</summary>
internal static class RunCommand
{
    private static readonly Option<string> Console = new("--console") { Description = "Address of the console, as https://approvals.example.com.", Required = true };
    private static readonly Option<string> KeyFileOption = new("--key-file") { Description = "File with the agent's key (aak_…), which the child can't read.", Required = true };
    private static readonly Option<string> OnBehalfOf = new("--on-behalf-of") { Description = "E-mail of the person the agent acts for.", Required = true };
    private static readonly Option<string?> Purpose = new("--purpose") { Description = "What this run is for, as people will read it." };
    private static readonly Option<bool> Isolate = new("--isolate") { Description = "No network but the way to the console." };
    private static readonly Option<bool> Uncontained = new("--uncontained") { Description = "Run although a stop can't reach the process; every screen says so." };
    private static readonly Option<string?> Mechanism = new("--mechanism") { Description = "Use cgroup, pidNamespace or user, and no other." };
    private static readonly Argument<string[]> Words = new("command") { Description = "The agent's program and its arguments, after --.", Arity = ArgumentArity.OneOrMore };

    public static Command Create()
    {
        var command = new Command("run", "Start an agent under a person's red button.") { Console, KeyFileOption, OnBehalfOf, Purpose, Isolate, Uncontained, Mechanism, Words };
        command.SetAction((parsed, _) => Own(() => RunAsync(new(
            RunOptions.ParseConsole(parsed.GetRequiredValue(Console)), parsed.GetRequiredValue(KeyFileOption), parsed.GetRequiredValue(OnBehalfOf), parsed.GetValue(Purpose),
            parsed.GetValue(Isolate), parsed.GetValue(Uncontained), parsed.GetValue(Mechanism), parsed.GetRequiredValue(Words)))));
        return command;
    }

    private static async Task<int> Own(Func<Task<int>> work)
    {
        try
        {
            return await work();
        }
        catch (RefusedException refused)
        {
            Messages.Write(refused.Message);
            return refused.ExitCode;
        }
    }

    private static async Task<int> RunAsync(RunOptions options)
    {
        options.Validate();
        Linux.KeepToOneself();
        var inherited = Environment.GetEnvironmentVariables();
        // .NET would set the terminal's keypad up for programs of its own; the terminal is the child's.
        Environment.SetEnvironmentVariable("TERM", null);
        using var signals = new Signals();
        var key = KeyFile.Read(options.KeyFile, MountTable.Current());
        if (options.Command.Any(w => w.Contains(key.Key, StringComparison.Ordinal)))
            throw new RefusedException("the agent's key is in the command line, where everybody reads it");
        var program = Tool.Find(options.Command[0]) ?? throw new RefusedException($"{options.Command[0]}: command not found", RefusedException.CommandNotFound);
        IReadOnlyList<string> command = [program, .. options.Command.Skip(1)];

        var records = RunRecords.OfThisUser();
        var emptied = StaleCages.Empty(CgroupPlace.Current());
        using var leftBehind = new CancellationTokenSource();
        var telling = Delivery.LeftBehindAsync(records, emptied, leftBehind.Token);

        await using var proxy = options.Isolate ? await ConsoleProxy.StartAsync(options.Console) : null;
        if (options.Uncontained)
            Messages.Write("uncontained: a stop does not reach what this agent starts");
        var cage = options.Uncontained ? new NoCage() : Mechanisms.Choose(options.Mechanism, proxy?.Socket).Create!();
        if (proxy is not null)
            command = ["/bin/sh", "-c", Bridge.Script(Self(), Bubblewrap.OutletInside, DotnetRoot(), Path.GetDirectoryName(Bubblewrap.OutletInside)!), "sh", .. command];
        try
        {
            using var run = new Run(options, key, inherited, cage, proxy, records, signals);
            return await run.RunAsync(command);
        }
        catch (OperationCanceledException) when (signals.Interrupted.IsCancellationRequested)
        {
            return signals.ExitCode;
        }
        finally
        {
            leftBehind.CancelAfter(TimeSpan.FromSeconds(5));
            await telling;
        }
    }

    /// <summary>How this program was started: by its own name, or as a library of <c>dotnet</c>.</summary>
    private static string[] Self() =>
        Path.GetFileName(Environment.ProcessPath) == "dotnet" ? [Environment.ProcessPath!, typeof(RunCommand).Assembly.Location] : [Environment.ProcessPath!];

    // ROOT/shared/Microsoft.NETCore.App/VERSION/
    private static string DotnetRoot() => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
}
