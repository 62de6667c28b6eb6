using System.ComponentModel;
using System.Diagnostics;

namespace AgentApprovals.Databases;

internal static class Docker
{
    private static readonly Lazy<bool> Answers = new(Ask);

    /// <summary>Whether a Docker that may start containers answers here.</summary>
    public static bool Runs => Answers.Value;

    private static bool Ask()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("docker", ["info"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            // No such program.
            return false;
        }
    }
}
