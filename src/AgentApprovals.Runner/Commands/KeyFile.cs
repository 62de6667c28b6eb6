using AgentApprovals.Runner.Host;

namespace AgentApprovals.Runner.Commands;

/// <summary>The agent key, and under which names its file could be read again.</summary>
internal sealed record KeyFile(string Key, IReadOnlyList<string> Paths)
{
    public override string ToString() => "key";

    public static KeyFile Read(string path, MountTable mounts)
    {
        try
        {
            using var file = File.OpenRead(path);
            var key = new StreamReader(file).ReadToEnd().Trim();
            if (!key.StartsWith("aak_", StringComparison.Ordinal) || key.Any(char.IsWhiteSpace))
                throw new RefusedException($"{path} holds no agent key (aak_…)");
            // A pipe has been read once and for all.
            return file.CanSeek ? new(key, Names(path, mounts)) : new(key, []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"the key file can't be read: {e.Message}");
        }
    }

    private static IReadOnlyList<string> Names(string path, MountTable mounts)
    {
        var real = Tool.Run("readlink", "-e", "--", path).Output.TrimEnd('\n');
        if (real.Length == 0)
            throw new RefusedException($"{path} can't be resolved");
        if (Tool.Run("stat", "-c", "%h", "--", real).Output.Trim() != "1")
            throw new RefusedException($"{real} has a second name (a hard link) under which the child could read it");
        return [real, .. mounts.Aliases(real).Where(File.Exists)];
    }
}
