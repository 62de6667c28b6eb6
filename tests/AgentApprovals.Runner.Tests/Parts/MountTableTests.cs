using AgentApprovals.Runner.Cages;
using AgentApprovals.Runner.Host;

namespace AgentApprovals.Runner.Tests.Parts;

public sealed class MountTableTests
{
    private const string Usual = """
        22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
        23 22 0:21 / /proc rw,nosuid - proc proc rw
        24 22 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate
        """;

    private const string Hybrid = """
        31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
        39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
        41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
        """;

    [Theory]
    [InlineData(Usual, "0::/user.slice/user-0.slice/session-3.scope\n",
        "/sys/fs/cgroup/user.slice/user-0.slice/session-3.scope|/sys/fs/cgroup/user.slice/user-0.slice|/sys/fs/cgroup")]
    [InlineData(Usual, "0::/\n", "/sys/fs/cgroup")]
    [InlineData(Hybrid, "9:name=systemd:/\n8:pids:/\n0::/agents/one\n", "/sys/fs/cgroup/unified/agents/one|/sys/fs/cgroup/unified/agents|/sys/fs/cgroup/unified")]
    [InlineData(Hybrid, "0::/../elsewhere\n", "/sys/fs/cgroup/unified")]
    [InlineData("22 1 8:1 / / rw - ext4 /dev/sda1 rw\n", "0::/\n", "")]
    [InlineData("24 22 0:26 /kube/pod1 /sys/fs/cgroup ro - cgroup2 cgroup2 rw\n", "0::/kube/pod1/a\n", "/sys/fs/cgroup/a|/sys/fs/cgroup")]
    public void Room_for_a_group_is_looked_for_where_this_host_mounts_the_hierarchy(string mounts, string own, string places) =>
        Assert.Equal(places.Split('|', StringSplitOptions.RemoveEmptyEntries), CgroupPlace.Candidates(MountTable.Parse(mounts), own));

    [Fact]
    public void Optional_fields_may_be_none_or_many_and_spaces_are_octal()
    {
        var table = MountTable.Parse("""
            36 35 98:0 /a\040b /mnt\134x\011y rw shared:1 master:2 propagate_from:3 - ext4 /dev/b rw
            not a line
            """);
        Assert.Equal(new Mount("98:0", "/a b", "/mnt\\x\ty", "ext4"), Assert.Single(table.Mounts));
    }

    [Fact]
    public void A_file_is_known_by_each_of_its_names()
    {
        var table = MountTable.Parse("""
            22 1 8:1 / / rw - ext4 /dev/sda1 rw
            25 22 8:1 /etc/agent /srv/chroot/keys rw - ext4 /dev/sda1 rw
            26 22 8:1 /home /data/home rw - ext4 /dev/sda1 rw
            27 22 8:2 / /var rw - ext4 /dev/sda2 rw
            28 22 8:2 /lib /mnt/lib rw - ext4 /dev/sda2 rw
            """);
        Assert.Equal(["/srv/chroot/keys/key"], table.Aliases("/etc/agent/key"));
        Assert.Equal(["/mnt/lib/agent/key"], table.Aliases("/var/lib/agent/key"));
        Assert.Empty(table.Aliases("/etc/agents-key"));
    }
}
