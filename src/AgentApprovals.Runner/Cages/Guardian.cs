using System.Diagnostics;

namespace AgentApprovals.Runner.Cages;

/// <summary>
/// A process that outlives the runner by the time it takes to empty the cage: it reads a pipe that only the runner holds, and the pipe's end, which the kernel
/// brings about however the runner died, is its order to kill. It is deaf to what a terminal sends.
/// </summary>
internal sealed class Guardian : IDisposable
{
    private const string Watch = """
        exec >/dev/null 2>&1
        trap '' HUP INT QUIT TERM
        while read -r word; do [ "$word" = done ] && exit 0; done

        """;

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

    /// <summary>The cage is empty: nothing to guard any more.</summary>
    public void Dispose()
    {
        try
        {
            process.StandardInput.Write("done\n");
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It was killed; there is nothing left to tell it.
        }

        process.Dispose();
    }
}
