using System.Globalization;

namespace AgentApprovals.Runner.Host;

/// <summary>What <c>/proc</c> tells about processes. Between two reads they come and go: a figure is of its moment.</summary>
internal static class ProcessTable
{
    public static IEnumerable<int> All() =>
        Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(n => n![0] is >= '1' and <= '9').Select(n => int.Parse(n!, CultureInfo.InvariantCulture));

    /// <summary>The children, the children's children and so on.</summary>
    public static IReadOnlyList<int> Descendants(int pid)
    {
        var found = new List<int>();
        var look = new Queue<int>([pid]);
        while (look.TryDequeue(out var parent))
            foreach (var child in Children(parent))
            {
                found.Add(child);
                look.Enqueue(child);
            }

        return found;
    }

    public static IReadOnlyList<int> Children(int pid)
    {
        try
        {
            return [.. Directory.EnumerateDirectories($"/proc/{pid}/task").SelectMany(task => File.ReadAllText($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(p => int.Parse(p, CultureInfo.InvariantCulture))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Processes that run as this user; a zombie no longer runs.</summary>
    public static IReadOnlyList<int> OfUser(uint user) => [.. All().Where(pid => Status(pid) is { } s && s.Users.Contains(user) && s.State is not ('Z' or 'X'))];

    public static bool IsAlive(int pid, string startTime) => StartTime(pid) == startTime;

    /// <summary>In clock ticks since the machine started; with the pid, the name of one process for good (proc_pid_stat(5), field 22). Null where there is no such process.</summary>
    public static string? StartTime(int pid)
    {
        // The second field is the program's name in brackets and may hold anything; what is sure begins after the last bracket.
        var stat = Read($"/proc/{pid}/stat");
        return stat?[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
    }

    /// <summary>The pid it has in the innermost PID namespace.</summary>
    public static int? InnerPid(int pid) => Status(pid)?.InnerPid;

    /// <summary>Such as <c>pid:[4026531836]</c>.</summary>
    public static string? PidNamespace(int pid)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/ns/pid").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private sealed record ProcessStatus(char State, uint[] Users, int InnerPid);

    private static ProcessStatus? Status(int pid)
    {
        if (Read($"/proc/{pid}/status") is not { } text)
            return null;
        char state = '?';
        uint[] users = [];
        var inner = pid;
        foreach (var line in text.Split('\n'))
        {
            var values = line.Split('\t', StringSplitOptions.RemoveEmptyEntries);
            if (line.StartsWith("State:", StringComparison.Ordinal))
                state = values[1][0];
            else if (line.StartsWith("Uid:", StringComparison.Ordinal))
                users = [.. values.Skip(1).Select(v => uint.Parse(v, CultureInfo.InvariantCulture))];
            else if (line.StartsWith("NSpid:", StringComparison.Ordinal))
                inner = int.Parse(values[^1], CultureInfo.InvariantCulture);
        }

        return new(state, users, inner);
    }

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
