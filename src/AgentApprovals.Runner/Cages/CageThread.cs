using System.Diagnostics;
using System.Globalization;

namespace AgentApprovals.Runner.Cages;

/// <summary>
/// The thread that starts the child and then waits for its end. It lives as long as the child does, for a parent's death signal (bwrap's
/// <c>--die-with-parent</c>) follows the thread that started the child, not the process: from a thread of the pool the child would die at random.
/// </summary>
internal sealed class CageThread
{
    private readonly TaskCompletionSource<int> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<int> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly System.Text.StringBuilder complaints = new();

    /// <summary>The exit code of what was started: 128 and the signal where a signal ended it.</summary>
    public Task<int> Ended => ended.Task;

    public string Complaints
    {
        get
        {
            lock (complaints)
                return complaints.ToString().Trim();
        }
    }

    /// <summary>Starts it and answers its pid.</summary>
    public int Start(IReadOnlyList<string> command, Launch launch)
    {
        var info = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = launch.WorkingDirectory,
            RedirectStandardInput = launch.Trial,
            RedirectStandardOutput = launch.Trial,
            RedirectStandardError = launch.Trial,
        };
        info.Environment.Clear();
        foreach (var (name, value) in launch.Environment)
            info.Environment[name] = value;
        new Thread(() => Run(info)) { IsBackground = true, Name = "cage" }.Start();
        return started.Task.GetAwaiter().GetResult();
    }

    private void Run(ProcessStartInfo info)
    {
        try
        {
            using var process = new Process { StartInfo = info };
            process.Start();
            if (info.RedirectStandardError)
            {
                process.ErrorDataReceived += (_, line) => Complain(line.Data);
                process.BeginErrorReadLine();
            }

            started.SetResult(process.Id);
            // With a limit, for without one it would also wait for whoever else holds the streams.
            while (!process.WaitForExit(int.MaxValue))
                continue;
            ended.SetResult(process.ExitCode);
        }
        catch (Exception e)
        {
            if (!started.TrySetException(e))
                ended.TrySetException(e);
        }
    }

    private void Complain(string? line)
    {
        lock (complaints)
            if (complaints.Length < 2_000 && line is not null)
                complaints.AppendLine(CultureInfo.InvariantCulture, $"{line}");
    }
}
