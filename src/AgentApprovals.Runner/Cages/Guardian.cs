using System.Diagnostics;
using System.Globalization;

namespace AgentApprovals.Runner.Cages;

/// <summary>
/// A process that outlives the runner by the time it takes to empty the cage: it reads a pipe that only the runner holds, and the pipe's end, which the kernel
/// brings about however the runner died, is its order to kill. So is silence: a runner that was stopped or hangs renews no lease, and can't kill at the end of
/// two. It is deaf to what a terminal sends.
/// </summary>
internal sealed class Guardian : IDisposable
{
    // A line is how many seconds to wait for the next; each is read by a process of its own, for the shell's read knows no limit.
    private const string Watch = """
        exec >/dev/null 2>&1
        trap '' HUP INT QUIT TERM
        limit=1200
        while word=$(timeout "$limit" sh -c 'read -r word && echo "$word"'); do
          [ "$word" = done ] && exit 0
          limit=$word
        done

        """;

    /// <summary>What the runner itself is given before the guardian acts: it can tell the console what was done.</summary>
    private static readonly TimeSpan Precedence = TimeSpan.FromSeconds(2);

    private readonly Process process;

    private Guardian(Process process) => this.process = process;

    /// <param name="onEnd">The shell's text to run at the pipe's end.</param>
    /// <param name="arguments"><c>$1</c> and so on in it.</param>
    public static Guardian Start(string onEnd, params IEnumerable<string> arguments)
    {
        var process = new Process
        {
            StartInfo = new("/bin/sh", ["-c", Watch + onEnd, "guardian", .. arguments]) { RedirectStandardInput = true, WorkingDirectory = "/" },
        };
        process.StartInfo.Environment.Clear();
        process.StartInfo.Environment["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin";
        process.Start();
        return new(process);
    }

    /// <summary>The lease was renewed.</summary>
    public void Renewed(TimeSpan lease) => Write(((2 * lease) + Precedence).TotalSeconds.ToString("0", CultureInfo.InvariantCulture));

    /// <summary>The cage is empty: nothing to guard any more.</summary>
    public void Dispose()
    {
        Write("done");
        process.Dispose();
    }

    private void Write(string line)
    {
        try
        {
            process.StandardInput.Write(line + "\n");
            process.StandardInput.Flush();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It was killed; there is nothing left to tell it.
        }
    }
}
