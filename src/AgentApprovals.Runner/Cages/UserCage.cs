using System.Globalization;
using AgentApprovals.Runner.Host;

namespace AgentApprovals.Runner.Cages;

/// <summary>A user id that nobody else has: what runs as that user is the agent's, and one call of the kernel signals all of it. For root, where neither of the others works.</summary>
internal sealed class UserCage : Cage
{
    /// <summary>From what systemd hands out to services it makes users for; a host's own people lie elsewhere.</summary>
    private const uint First = 61_184, Last = 65_519;

    private const string OnEnd = """
        i=0
        while [ $i -lt 20 ]; do setpriv --reuid "$1" --regid "$1" --clear-groups sh -c 'kill -9 -1'; i=$((i + 1)); done
        rm -rf "$2"
        """;

    private string? home;
    private PidFd? handle;
    private int outer;

    public override string Mechanism => "user";

    public uint User { get; private set; }

    protected override void Begin(Launch launch)
    {
        if (!Linux.IsRoot)
            throw new RefusedException("only root can give an agent a user id of its own");
        if (launch.Outlet is not null)
            throw new RefusedException("a user id of its own does not isolate the network: --isolate needs bubblewrap");
        User = Free();
        home = Directory.CreateTempSubdirectory("agent-home-").FullName;
        var words = Words(User);
        if (Tool.Run("chown", words.Id, home) is { Succeeded: false } chown)
            throw new RefusedException(chown.Complaint);
        foreach (var path in launch.Hidden.Where(p => Tool.Run("setpriv", [.. words.Become, "test", "-r", p]).Succeeded))
            throw new RefusedException($"every user of this host can read {path}: chmod 600 {path}");

        Guardian = Guardian.Start(OnEnd, words.Id, home);
        outer = Child.Start([Tool.Find("setsid")!, Tool.Find("setpriv")!, .. words.Become, .. launch.Command],
            launch with { Environment = new Dictionary<string, string>(launch.Environment) { ["HOME"] = home } });
        handle = PidFd.Open(outer);
        using var never = new ManualResetEventSlim();
        while (launch.Trial && Count() == 0 && !Ended.IsCompleted)
            never.Wait(1);
    }

    /// <summary>Ends what an earlier run of this id left; how many there were, and how many there are.</summary>
    public static (int Count, int Left) Empty(uint user)
    {
        if (user is < First or > Last)
            return (0, 0);
        var count = ProcessTable.OfUser(user).Count;
        for (var tries = 0; tries < 50 && ProcessTable.OfUser(user).Count > 0; tries++)
            KillAll(user);
        return (count, ProcessTable.OfUser(user).Count);
    }

    protected override int? Leader() => outer == 0 ? null : outer;

    protected override int Count() => User == 0 ? 0 : ProcessTable.OfUser(User).Count;

    protected override void OrderKill()
    {
        // In its first moment it is still root's: its own handle reaches it then.
        handle?.Send(Linux.SigKill);
        if (User != 0)
            KillAll(User);
    }

    protected override bool? WaitEmpty(TimeSpan limit)
    {
        // One look may miss a child that is just being born: only two in a row that find nobody count, with the order given again before each.
        var until = Linux.BootTime() + limit;
        var clean = 0;
        while (User != 0 && clean < 2)
        {
            clean = Count() == 0 ? clean + 1 : 0;
            if (clean == 0 && Linux.BootTime() >= until)
                return false;
            if (clean < 2)
                OrderKill();
        }

        return true;
    }

    protected override void Clean()
    {
        handle?.Dispose();
        // Something will not die yet: the guardian goes on where the runner ends.
        if (Count() > 0)
            return;
        Guardian?.Dispose();
        if (Directory.Exists(home))
            Directory.Delete(home, recursive: true);
    }

    private static void KillAll(uint user) => Tool.Run("setpriv", [.. Words(user).Become, "sh", "-c", "kill -9 -1"]);

    private static (string Id, string[] Become) Words(uint user)
    {
        var id = user.ToString(CultureInfo.InvariantCulture);
        return (id, ["--reuid", id, "--regid", id, "--clear-groups", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all", "--"]);
    }

    private static uint Free()
    {
        var taken = File.ReadAllLines("/etc/passwd").Select(l => l.Split(':').ElementAtOrDefault(2)).ToHashSet();
        for (var tries = 0; tries < 100; tries++)
        {
            var user = (uint)Random.Shared.Next((int)First, (int)Last + 1);
            if (!taken.Contains(user.ToString(CultureInfo.InvariantCulture)) && ProcessTable.OfUser(user).Count == 0)
                return user;
        }

        throw new RefusedException("no user id is free");
    }
}
