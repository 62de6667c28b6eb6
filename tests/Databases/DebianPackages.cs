using System.Diagnostics;

namespace AgentApprovals.Databases;

/// <summary>What tests need beyond the SDK, fetched from Debian's packages where we may.</summary>
internal static class DebianPackages
{
    /// <summary>Installs these where <paramref name="isThere"/> says no, and we are root on a system that has apt.</summary>
    public static void Fetch(Func<bool> isThere, params string[] packages)
    {
        if (isThere() || !Environment.IsPrivilegedProcess || !File.Exists("/usr/bin/apt-get"))
            return;
        // Test programs run side by side; one of them fetches, the others wait for it.
        using var turn = Turn(Path.Combine(Path.GetTempPath(), "agent-approvals-packages.lock"));
        if (isThere())
            return;
        Run("update");
        Run(["install", "--yes", "--no-install-recommends", .. packages]);
    }

    private static FileStream Turn(string path)
    {
        for (var since = Stopwatch.StartNew(); ; Thread.Sleep(200))
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (since.Elapsed < TimeSpan.FromMinutes(10))
            {
                // Somebody else is fetching.
            }
        }
    }

    private static void Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("apt-get", arguments) { RedirectStandardOutput = true };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
    }
}
