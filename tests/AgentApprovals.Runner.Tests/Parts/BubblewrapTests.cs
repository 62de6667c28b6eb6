using AgentApprovals.Runner.Cages;
using AgentApprovals.Runner.Host;

namespace AgentApprovals.Runner.Tests.Parts;

public sealed class BubblewrapTests
{
    private static readonly Launch Plain = new()
    {
        Command = ["/usr/bin/python3", "agent.py"],
        Environment = new Dictionary<string, string>(),
        WorkingDirectory = "/home/dana/agent",
        Hidden = ["/home/dana/key", "/home/dana/.local/state/agent-approvals/runner"],
    };

    private static readonly HostView Host = new()
    {
        IsRoot = false,
        Mounts = MountTable.Parse("""
            24 22 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw
            25 22 0:26 / /srv/old/cgroup rw - cgroup2 cgroup2 rw
            26 22 0:21 / /srv/chroot/proc rw - proc proc rw
            """),
        RunnerFolder = "/opt/runner",
        Home = "/home/dana",
        BoundSockets = ["/run/docker.sock", "/home/dana/agent/dev.sock", "/tmp/.X11-unix/X0"],
        IsFolder = p => !p.Contains("key", StringComparison.Ordinal) && !p.EndsWith(".sock", StringComparison.Ordinal),
        IsGivable = p => !p.EndsWith(".sock", StringComparison.Ordinal),
    };

    [Fact]
    public void The_child_sees_no_control_groups_no_other_processes_and_no_sockets_of_services_wherever_they_are_mounted()
    {
        var line = Line(Plain, Host);
        foreach (var expected in new[] { "--tmpfs /sys", "--tmpfs /run", "--tmpfs /srv/old/cgroup", "--tmpfs /srv/chroot/proc", "--unshare-pid", "--cap-drop ALL", "--new-session", "--die-with-parent" })
            Assert.Contains($" {expected} ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("--unshare-net", line, StringComparison.Ordinal);
        Assert.DoesNotContain("--tmpfs /tmp", line, StringComparison.Ordinal);
        Assert.EndsWith("--chdir /home/dana/agent -- /usr/bin/python3 agent.py", line, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_hidden_is_hidden_after_everything_that_is_shown()
    {
        var line = Line(Plain with { WorkingDirectory = "/run/work", Hidden = ["/run/work/key"] }, Host);
        Assert.True(line.IndexOf("--bind /run/work /run/work", StringComparison.Ordinal) is > 0 and var shown && shown < line.IndexOf("--ro-bind /dev/null /run/work/key", StringComparison.Ordinal));
        // What lies in an emptied folder is gone already, and could not even be covered.
        Assert.DoesNotContain("/run/other/key", Line(Plain with { Hidden = ["/run/other/key"] }, Host), StringComparison.Ordinal);
    }

    [Fact]
    public void A_root_cannot_write_what_the_host_will_run_later()
    {
        Assert.Contains("--ro-bind-try /etc /etc", Line(Plain, Host with { IsRoot = true }), StringComparison.Ordinal);
        Assert.Contains("--ro-bind /opt/runner /opt/runner", Line(Plain, Host), StringComparison.Ordinal);
    }

    [Fact]
    public void An_isolated_child_has_one_socket_and_what_its_command_line_names()
    {
        var line = Line(Plain with { Outlet = "/tmp/agent-outlet-1/console.sock", WorkingDirectory = "/tmp/work", Command = ["/tmp/tools/run", "/tmp/data", "/tmp/host.sock", "/tmp"] }, Host);
        foreach (var expected in new[] { "--unshare-net --bind /tmp/agent-outlet-1/console.sock /run/agent-approvals/console.sock", "--tmpfs /tmp", "--tmpfs /var", "--bind /tmp/work /tmp/work", "--bind /tmp/tools/run /tmp/tools/run", "--bind /tmp/data /tmp/data", "--tmpfs /home/dana/.ssh", "--ro-bind /dev/null /home/dana/agent/dev.sock" })
            Assert.Contains(expected, line, StringComparison.Ordinal);
        foreach (var unexpected in new[] { "--bind /tmp/host.sock", "--bind /tmp /tmp", "docker.sock", "X11" })
            Assert.DoesNotContain(unexpected, line, StringComparison.Ordinal);
    }

    private static string Line(Launch launch, HostView host) => string.Join(' ', Bubblewrap.Arguments(launch, host, 9));
}
