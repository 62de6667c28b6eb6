using System.Globalization;
using AgentApprovals.Runner.Host;

namespace AgentApprovals.Runner.Cages;

/// <summary>The command line of bwrap(1): what the child sees of the host, and what not.</summary>
internal static class Bubblewrap
{
    /// <summary>Where an isolated child finds its one way out.</summary>
    public const string OutletInside = "/run/agent-approvals/console.sock";

    /// <summary>Folders where a host keeps its sockets: whoever reaches the bus, the container daemon or systemd has others start programs outside of any cage.</summary>
    private static readonly string[] Sockets = ["/run"];

    /// <summary>Where else an isolated child could meet other programs of the host.</summary>
    private static readonly string[] Meeting = ["/tmp", "/var", "/mnt", "/media"];

    /// <summary>What root owns and others run: with it open to write, an agent that is root would have cron start its programs outside.</summary>
    private static readonly string[] System = ["/etc", "/usr", "/boot", "/var/spool"];

    /// <summary>In the user's home: agents of keys, and the sockets that ssh leaves for its next call.</summary>
    private static readonly string[] Keyrings = [".ssh", ".gnupg", ".docker"];

    public static string? Program => Tool.Find("bwrap");

    /// <summary>Says how to get it, where it is missing.</summary>
    public const string Missing = "bubblewrap is not installed: apt-get install bubblewrap (dnf, apk, pacman: the same name)";

    /// <summary>The view that a cage gives: its own processes, no control groups, no sockets of the host's services, no capability.</summary>
    /// <param name="statusFd">The inherited descriptor that bwrap tells the pid of its inner init on.</param>
    public static IEnumerable<string> Arguments(Launch launch, HostView host, int statusFd)
    {
        string[] emptied = launch.Outlet is null ? Sockets : [.. Sockets, .. Meeting];
        string[] given = [.. Given(launch, host, emptied)];
        var stays = (string path) => !Vanished(path, emptied) || given.Any(g => MountTable.IsUnder(path, g));
        return [
            "--bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/sys",
            .. emptied.Where(host.IsFolder).SelectMany(Empty),
            .. host.IsFolder("/var") && launch.Outlet is not null ? ["--dir", "/var/tmp", "--symlink", "/run", "/var/run"] : Array.Empty<string>(),
            .. ControlElsewhere(host.Mounts).SelectMany(Empty),
            "--ro-bind-try", "/run/systemd/resolve", "/run/systemd/resolve", "--ro-bind-try", "/run/current-system", "/run/current-system",
            .. host.IsRoot ? System.Where(f => !emptied.Any(e => MountTable.IsUnder(f, e))).SelectMany(f => new[] { "--ro-bind-try", f, f }) : [],
            .. given.SelectMany(p => new[] { "--bind", p, p }),
            "--ro-bind", host.RunnerFolder, host.RunnerFolder,
            .. launch.Outlet is { } outlet ? ["--unshare-net", "--bind", outlet, OutletInside] : Array.Empty<string>(),
            .. launch.Outlet is null ? [] : Keyrings.Select(k => $"{host.Home}/{k}").Where(host.IsFolder).SelectMany(Empty),
            .. launch.Outlet is null ? [] : host.BoundSockets.Where(stays).SelectMany(Blind),
            .. launch.Hidden.Where(stays).SelectMany(p => host.IsFolder(p) ? Empty(p) : Blind(p)),
            "--unshare-pid", "--unshare-ipc", "--unshare-cgroup-try", "--cap-drop", "ALL", "--new-session", "--die-with-parent",
            "--json-status-fd", statusFd.ToString(CultureInfo.InvariantCulture), "--chdir", launch.WorkingDirectory, "--", .. launch.Command];
    }

    /// <summary>Hides the files alone, for a child that nothing contains.</summary>
    public static IEnumerable<string> MaskOnly(Launch launch, HostView host, int statusFd) => [
        "--dev-bind", "/", "/", .. launch.Hidden.SelectMany(p => host.IsFolder(p) ? Empty(p) : Blind(p)), "--cap-drop", "ALL", "--new-session", "--die-with-parent",
        "--json-status-fd", statusFd.ToString(CultureInfo.InvariantCulture), "--chdir", launch.WorkingDirectory, "--", .. launch.Command];

    /// <summary>What the command line names, and where it starts, is given to the child although the folder around it was emptied.</summary>
    private static IEnumerable<string> Given(Launch launch, HostView host, string[] emptied) =>
        launch.Command.Append(launch.WorkingDirectory).Where(p => p.StartsWith('/') && !emptied.Contains(p.TrimEnd('/')) && Vanished(p, emptied) && host.IsGivable(p)).Distinct();

    private static bool Vanished(string path, string[] emptied) => emptied.Any(e => MountTable.IsUnder(path, e));

    /// <summary>A control group or a view of processes that is mounted somewhere else as well.</summary>
    private static IEnumerable<string> ControlElsewhere(MountTable mounts) =>
        mounts.Mounts.Where(m => m.FileSystem is "cgroup" or "cgroup2" or "proc" && !MountTable.IsUnder(m.Point, "/sys") && !MountTable.IsUnder(m.Point, "/proc") && !MountTable.IsUnder(m.Point, "/run"))
            .Select(m => m.Point).Distinct();

    private static string[] Empty(string folder) => ["--tmpfs", folder];

    private static string[] Blind(string file) => ["--ro-bind", "/dev/null", file];
}
