using System.Text;

namespace AgentApprovals.Runner.Host;

/// <param name="Device">Such as <c>8:1</c>: the same for each mount of one file system.</param>
/// <param name="Root">Which folder of that file system is mounted.</param>
/// <param name="Point">Where.</param>
internal sealed record Mount(string Device, string Root, string Point, string FileSystem);

/// <summary>What is mounted where: <c>/proc/self/mountinfo</c> (proc_pid_mountinfo(5)).</summary>
internal sealed class MountTable(IReadOnlyList<Mount> mounts)
{
    public IReadOnlyList<Mount> Mounts => mounts;

    public static MountTable Current() => Parse(File.ReadAllText("/proc/self/mountinfo"));

    public static MountTable Parse(string text)
    {
        var mounts = new List<Mount>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // "36 35 98:0 /root /point options optional... - type source superoptions": the number of optional fields is open, the dash ends them.
            var fields = line.Split(' ');
            var dash = fields.Length > 6 ? Array.IndexOf(fields, "-", 6) : -1;
            if (dash > 0 && dash + 1 < fields.Length)
                mounts.Add(new(fields[2], Unescape(fields[3]), Unescape(fields[4]), fields[dash + 1]));
        }

        return new(mounts);
    }

    /// <summary>Each other path under which the same file can be reached: another mount of its file system. The path given must hold no symbolic link.</summary>
    public IReadOnlyList<string> Aliases(string path)
    {
        // Of two mounts at one point the later hides the earlier.
        var own = mounts.Where(m => IsUnder(path, m.Point)).OrderBy(m => m.Point.Length).LastOrDefault();
        if (own is null)
            return [];
        var inner = Join(own.Root, path[own.Point.TrimEnd('/').Length..]);
        return [.. mounts.Where(m => m.Device == own.Device && IsUnder(inner, m.Root)).Select(m => Join(m.Point, inner[m.Root.TrimEnd('/').Length..])).Where(p => p != path).Distinct()];
    }

    public static bool IsUnder(string path, string folder) =>
        folder == "/" || path == folder || path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static string Join(string folder, string rest) => rest.Length == 0 ? folder : folder.TrimEnd('/') + "/" + rest.TrimStart('/');

    // Space, tab, newline and backslash are written as three octal digits.
    private static string Unescape(string field)
    {
        if (!field.Contains('\\'))
            return field;
        var bytes = new List<byte>();
        var raw = Encoding.UTF8.GetBytes(field);
        for (var i = 0; i < raw.Length; i++)
            if (raw[i] == '\\' && i + 3 < raw.Length)
            {
                bytes.Add((byte)(((raw[i + 1] - '0') << 6) | ((raw[i + 2] - '0') << 3) | (raw[i + 3] - '0')));
                i += 3;
            }
            else
                bytes.Add(raw[i]);

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
