using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AgentApprovals.Demo;

/// <summary>
/// What an agent does that would not be ended: it traps every signal that can be trapped, and forks into sessions of their own. Only under a
/// runner: where nothing holds them, its helpers would outlive the demo.
/// </summary>
internal sealed class DugIn : IDisposable
{
    private const int Helpers = 4;

    // Each ends by itself after ten minutes, should all else fail.
    private const string Helper = "trap '' TERM HUP INT QUIT; i=0; while [ $i -lt 600 ]; do i=$((i + 1)); sleep 1; done";

    private readonly List<PosixSignalRegistration> _traps =
        [.. new[] { PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGINT, PosixSignal.SIGQUIT }.Select(s => PosixSignalRegistration.Create(s, c => c.Cancel = true))];

    /// <param name="mark">By what its processes are known in a list of processes.</param>
    public static async Task<DugIn> StartAsync(IReadOnlyList<string> mark, Func<string, Task> say)
    {
        var dug = new DugIn();
        for (var i = 0; i < Helpers; i++)
        {
            using var helper = Process.Start("setsid", ["--fork", "sh", "-c", Helper, .. mark]);
            await helper.WaitForExitAsync();
        }

        await say($"I trap TERM, HUP, INT and QUIT, and have forked {Helpers} helpers into sessions of their own.");
        return dug;
    }

    public void Dispose() => _traps.ForEach(t => t.Dispose());
}
