using AgentApprovals.Runner.Host;

namespace AgentApprovals.Runner.Cages;

/// <summary>What the command line of a cage depends on besides what is to run: read once, so that the command line itself is a plain function.</summary>
internal sealed record HostView
{
    public required bool IsRoot { get; init; }

    public required MountTable Mounts { get; init; }

    /// <summary>Where the runner's own program lies: the child may run it, never change it.</summary>
    public required string RunnerFolder { get; init; }

    public required string Home { get; init; }

    /// <summary>Sockets of other programs that have a path.</summary>
    public required IReadOnlyList<string> BoundSockets { get; init; }

    public required Func<string, bool> IsFolder { get; init; }

    /// <summary>A file or a folder, and no socket or device.</summary>
    public required Func<string, bool> IsGivable { get; init; }

    public static HostView Current() => new()
    {
        IsRoot = Linux.IsRoot,
        Mounts = MountTable.Current(),
        RunnerFolder = AppContext.BaseDirectory.TrimEnd('/'),
        Home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile).TrimEnd('/'),
        BoundSockets = Sockets(File.ReadAllText("/proc/net/unix")),
        IsFolder = p => Directory.Exists(p) && new DirectoryInfo(p).LinkTarget is null,
        IsGivable = p => Directory.Exists(p) || (File.Exists(p) && (File.GetAttributes(p) & FileAttributes.Device) == 0 && IsPlain(p)),
    };

    /// <summary>The paths in <c>/proc/net/unix</c> that are still there; abstract names (<c>@</c>) end at the network namespace.</summary>
    internal static IReadOnlyList<string> Sockets(string table) =>
        [.. table.Split('\n').Select(l => l.IndexOf(" /", StringComparison.Ordinal) is >= 0 and var at ? l[(at + 1)..] : null).OfType<string>().Distinct().Where(File.Exists)];

    private static bool IsPlain(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return file.CanSeek;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
