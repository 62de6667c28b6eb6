using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentApprovals.Runner.Host;

/// <summary>One process, whatever becomes of its number: a pid may be given to another process, a pidfd never is (pidfd_open(2)).</summary>
internal sealed partial class PidFd : SafeHandleZeroOrMinusOneIsInvalid
{
    private const long SysPidFdSendSignal = 424, SysPidFdOpen = 434;
    private const short PollIn = 1;

    private PidFd(nint handle) : base(ownsHandle: true) => SetHandle(handle);

    /// <summary>Null where there is no such process any more.</summary>
    public static PidFd? Open(int pid)
    {
        var fd = SystemCall(SysPidFdOpen, pid, 0, 0, 0);
        return fd < 0 ? null : new((nint)fd);
    }

    public bool Send(int signal) => SystemCall(SysPidFdSendSignal, handle, signal, 0, 0) == 0;

    /// <summary>Whether it ended within the time given; the init of a PID namespace ends last, after everything in it.</summary>
    public bool WaitEnd(TimeSpan limit)
    {
        var until = Linux.BootTime() + limit;
        while (true)
        {
            var poll = new PollFd { Fd = (int)handle, Events = PollIn };
            var left = until - Linux.BootTime();
            var ready = Poll(ref poll, 1, (int)Math.Max(0, Math.Ceiling(left.TotalMilliseconds)));
            if (ready > 0)
                return true;
            if (left <= TimeSpan.Zero)
                return false;
        }
    }

    protected override bool ReleaseHandle() => Close((int)handle) == 0;

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Fd;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SystemCall(long number, long a, long b, long c, long d);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollFd fds, nuint count, int timeout);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int fd);
}
