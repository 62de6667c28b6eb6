using System.Globalization;
using AgentApprovals.Runner.Host;

namespace AgentApprovals.Runner.Cages;

/// <summary>One group of the kernel's second hierarchy (cgroups(7)). A process is born into its parent's group and leaves it only by writing to another's <c>cgroup.procs</c>.</summary>
internal sealed class Cgroup(string path)
{
    private const string Prefix = "agent-runner-";

    public string Path => path;

    public static Cgroup Create(string parent)
    {
        var pid = Environment.ProcessId;
        var path = System.IO.Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{pid}-{ProcessTable.StartTime(pid)}-{Random.Shared.Next():x8}"));
        Directory.CreateDirectory(path);
        return new(path);
    }

    /// <summary>Groups of runners that are gone, in the parents that this runner would use itself.</summary>
    public static IEnumerable<Cgroup> Stale(IEnumerable<string> parents) =>
        parents.Where(Directory.Exists).SelectMany(p => Directory.EnumerateDirectories(p, Prefix + "*")).Where(p => !IsOwned(System.IO.Path.GetFileName(p), ProcessTable.IsAlive)).Select(p => new Cgroup(p));

    /// <summary>Whether the runner that a group's name tells of is still the process of that number.</summary>
    public static bool IsOwned(string name, Func<int, string, bool> isAlive) =>
        name.Split('-') is [_, _, var pid, var start, ..] && int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && isAlive(number, start);

    /// <summary>Those in groups below it as well.</summary>
    public IReadOnlyList<int> Processes() =>
        [.. Directory.EnumerateDirectories(path, "*", SearchOption.AllDirectories).Append(path).SelectMany(p => File.ReadAllLines(p + "/cgroup.procs"))
            .Select(p => int.Parse(p, CultureInfo.InvariantCulture)).Where(p => p > 0)];

    public void Kill() => File.WriteAllText(path + "/cgroup.kill", "1");

    public void SetFrozen(bool frozen) => File.WriteAllText(path + "/cgroup.freeze", frozen ? "1" : "0");

    public bool WaitPopulated(bool populated, TimeSpan limit) => Wait(populated ? "populated 1" : "populated 0", limit);

    public bool WaitFrozen(bool frozen, TimeSpan limit) => Wait(frozen ? "frozen 1" : "frozen 0", limit);

    /// <summary>Takes the empty group away; one that an agent made below it goes first.</summary>
    public void Remove()
    {
        if (!Directory.Exists(path))
            return;
        foreach (var inner in Directory.EnumerateDirectories(path, "*", SearchOption.AllDirectories).OrderByDescending(p => p.Length).Append(path).ToList())
            Directory.Delete(inner);
    }

    private bool Wait(string state, TimeSpan limit)
    {
        var until = Linux.BootTime() + limit;
        using var never = new ManualResetEventSlim();
        while (!File.ReadAllText(path + "/cgroup.events").Split('\n').Contains(state))
        {
            if (Linux.BootTime() >= until)
                return false;
            never.Wait(1);
        }

        return true;
    }
}
