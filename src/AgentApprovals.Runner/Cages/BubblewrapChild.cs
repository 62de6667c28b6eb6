using System.Globalization;
using System.IO.Pipes;
using System.Text.Json;
using AgentApprovals.Runner.Host;

namespace AgentApprovals.Runner.Cages;

/// <summary>A bwrap that runs: its outer process, and inside the namespace the init that holds all the others.</summary>
internal sealed class BubblewrapChild : IDisposable
{
    /// <summary>What bwrap says where a host bars ordinary users from namespaces.</summary>
    private static readonly string[] Barred = ["uid map", "user namespace", "new namespace"];

    private readonly StreamReader status;

    private BubblewrapChild(int outer, int init, StreamReader status)
    {
        Outer = outer;
        Init = init;
        this.status = status;
        Handle = PidFd.Open(init);
        StartTime = ProcessTable.StartTime(init);
    }

    /// <summary>The process that waits outside for the exit code.</summary>
    public int Outer { get; }

    /// <summary>Pid 1 inside: with it ends everything in there.</summary>
    public int Init { get; }

    /// <summary>Null where it was gone before it could be held.</summary>
    public PidFd? Handle { get; }

    public string? StartTime { get; }

    /// <summary>Starts bwrap, by way of <paramref name="before"/> (a shell that first joins a group), and waits until its namespace stands.</summary>
    /// <param name="thread">Starts and outlives it.</param>
    /// <param name="before">Command words that end in <c>exec "$@"</c> of what follows.</param>
    /// <param name="arguments">Of bwrap, for a descriptor to tell its status on.</param>
    public static BubblewrapChild Start(CageThread thread, Launch launch, IEnumerable<string> before, Func<int, IEnumerable<string>> arguments)
    {
        var program = Bubblewrap.Program ?? throw new RefusedException(Bubblewrap.Missing);
        var pipe = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
        var fd = (int)pipe.ClientSafePipeHandle.DangerousGetHandle();
        // In a session of its own: what a terminal sends to the runner's group must not end bwrap, and with it the child.
        var outer = thread.Start([.. before, Tool.Find("setsid") ?? throw new RefusedException("setsid is not installed (util-linux)"), program, .. arguments(fd)], launch);
        pipe.DisposeLocalCopyOfClientHandle();

        // The read end stays open until the end: bwrap writes the exit code there too, and would die of a closed pipe.
        var status = new StreamReader(pipe);
        while (status.ReadLine() is { } line)
            if (JsonDocument.Parse(line).RootElement.TryGetProperty("child-pid", out var pid))
            {
                var child = new BubblewrapChild(outer, pid.GetInt32(), status);
                if (!launch.Trial || child.WaitLeader(thread))
                    return child;
                break;
            }

        status.Dispose();
        throw new RefusedException(Explain(thread));
    }

    /// <summary>The process that was asked for is the first that init started.</summary>
    public int? Leader() => ProcessTable.Children(Init).Where(p => ProcessTable.InnerPid(p) == 2).Select(p => (int?)p).FirstOrDefault();

    // A trial's program lasts: if it is not there, something between the namespace and the program failed.
    private bool WaitLeader(CageThread thread)
    {
        while (Leader() is null && !thread.Ended.Wait(1))
            continue;
        return !thread.Ended.IsCompleted;
    }

    public void Dispose()
    {
        Handle?.Dispose();
        status.Dispose();
    }

    private static string Explain(CageThread thread)
    {
        thread.Ended.Wait(TimeSpan.FromSeconds(1));
        var why = thread.Complaints;
        return Barred.Any(w => why.Contains(w, StringComparison.Ordinal))
            ? $"{why} (this host bars ordinary users from namespaces: an AppArmor profile for bwrap, or sysctl kernel.apparmor_restrict_unprivileged_userns=0, or user.max_user_namespaces above 0)"
            : string.Create(CultureInfo.InvariantCulture, $"bubblewrap did not start: {(why.Length == 0 ? "it said nothing" : why)}");
    }
}
