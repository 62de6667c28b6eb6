using System.Runtime.InteropServices;

namespace AgentApprovals.Runner.Host;

/// <summary>The few calls of the kernel that .NET has no name for.</summary>
internal static partial class Linux
{
    public const int SigInt = 2, SigKill = 9, SigTerm = 15;

    private const int ClockBootTime = 7;
    private const int PrSetDumpable = 4;
    private const long SysCloseRange = 436;
    private const uint CloseRangeCloexec = 4;

    /// <summary>Time since the machine started, suspend included (Stopwatch leaves it out).</summary>
    public static TimeSpan BootTime()
    {
        if (ClockGetTime(ClockBootTime, out var time) != 0)
            throw new InvalidOperationException("CLOCK_BOOTTIME can't be read");
        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / 100);
    }

    public static bool Kill(int pid, int signal) => KillCall(pid, signal) == 0;

    public static bool IsRoot => GetEffectiveUserId() == 0;

    /// <summary>
    /// Closes what a child could otherwise inherit (a key given as <c>--key-file &lt;(…)</c> is an open descriptor), and bars other processes of the same
    /// user from this one's memory and <c>/proc</c> entries, where key and runner token are.
    /// </summary>
    public static void KeepToOneself()
    {
        if (SystemCall(SysCloseRange, 3, uint.MaxValue, CloseRangeCloexec) != 0)
            foreach (var fd in Directory.EnumerateFileSystemEntries("/proc/self/fd").Select(p => int.Parse(Path.GetFileName(p), System.Globalization.CultureInfo.InvariantCulture)).Where(f => f > 2).ToList())
                _ = FileControl(fd, 2, 1);
        _ = ProcessControl(PrSetDumpable, 0, 0, 0, 0);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int KillCall(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SystemCall(long number, long first, long last, long flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControl(int fd, int command, int value);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int ProcessControl(int option, nuint a, nuint b, nuint c, nuint d);
}
