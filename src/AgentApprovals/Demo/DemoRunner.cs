using System.ComponentModel;
using System.Diagnostics;

namespace AgentApprovals.Demo;

/// <summary>
/// The runner that holds the demo's agent: built beside the console, or where <c>Demo:Runner</c> names it. It counts only where it says itself that it
/// can hold a process on this host.
/// </summary>
public sealed partial class DemoRunner
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Lazy<Task<string?>> _program;

    public DemoRunner(IConfiguration configuration, ILogger<DemoRunner> log)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var place = configuration["Demo:Runner"] ?? Path.Combine(AppContext.BaseDirectory, "runner", "agent-runner");
        _program = new(() => TryAsync(place, log));
    }

    /// <summary>Its program; null where it is not at hand, or has no way to hold a process here.</summary>
    public Task<string?> ProgramAsync() => _program.Value;

    private static async Task<string?> TryAsync(string program, ILogger log)
    {
        if (!File.Exists(program))
        {
            Log.NotBuilt(log, program);
            return null;
        }

        try
        {
            using var doctor = Process.Start(new ProcessStartInfo(program, ["doctor"]) { RedirectStandardOutput = true })!;
            var said = await doctor.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
            await doctor.WaitForExitAsync();
            if (doctor.ExitCode == 0)
                return program;
            Log.CannotHold(log, said);
        }
        catch (Exception e) when (e is Win32Exception or TimeoutException)
        {
            Log.DidNotSay(log, program, e);
        }

        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(1702, LogLevel.Information, "The demo's agents run without a runner: there is none at {Program}")]
        public static partial void NotBuilt(ILogger logger, string program);

        [LoggerMessage(1703, LogLevel.Information, "The demo's agents run without a runner: this host has no way to hold a process.\n{Said}")]
        public static partial void CannotHold(ILogger logger, string said);

        [LoggerMessage(1704, LogLevel.Warning, "The demo's agents run without a runner: {Program} did not say whether it can hold a process")]
        public static partial void DidNotSay(ILogger logger, string program, Exception exception);
    }
}
