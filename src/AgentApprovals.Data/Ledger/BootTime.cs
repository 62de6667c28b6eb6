using System.Runtime.InteropServices;

namespace AgentApprovals.Data.Ledger;

/// <summary>
/// The machine's time, with timestamps that go on while the machine sleeps (<c>CLOCK_BOOTTIME</c>, clock_gettime(2)): what elapsed
/// is what a lease or a window has lost, whether or not anybody was awake.
/// </summary>
public sealed partial class BootTime : TimeProvider
{
    private const int ClockBoottime = 7;

    // Windows counts suspension by itself; elsewhere than on Linux there is no more than the monotonic clock.
    public override long GetTimestamp() => OperatingSystem.IsLinux() && GetTime(ClockBoottime, out var time) == 0
        ? (time.Seconds * 1_000_000_000) + time.Nanoseconds
        : (long)(base.GetTimestamp() * (1e9 / base.TimestampFrequency));

    public override long TimestampFrequency => 1_000_000_000;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
