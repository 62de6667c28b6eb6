using System.Globalization;
using System.Text;

namespace AgentApprovals.Runner.Tests.Drivers;

/// <summary>
/// An agent's processes, counted past the runner and its mechanisms: each carries a mark in its environment that only the agent's own script sets, and <c>/proc</c>
/// of the host shows it wherever the process has gone.
/// </summary>
public sealed class Marked : IDisposable
{
    public string Mark { get; } = $"aa-mark-{Guid.NewGuid():n}";

    public IReadOnlyList<int> Alive() => [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(n => char.IsAsciiDigit(n![0]))
        .Select(n => int.Parse(n!, CultureInfo.InvariantCulture)).Where(IsMarked)];

    /// <summary>Ends what a test left, also what is born meanwhile.</summary>
    public void Dispose()
    {
        for (var clean = 0; clean < 3;)
        {
            var alive = Alive();
            clean = alive.Count == 0 ? clean + 1 : 0;
            foreach (var pid in alive)
                Kill(pid);
        }
    }

    public static void Kill(int pid, string signal = "KILL")
    {
        try
        {
            TestHost.Run("/bin/sh", "-c", $"kill -{signal} {pid}");
        }
        catch (InvalidOperationException)
        {
            // It was faster.
        }
    }

    private bool IsMarked(int pid)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid}/environ")).Contains(Mark, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
