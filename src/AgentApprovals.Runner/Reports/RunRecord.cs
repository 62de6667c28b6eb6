using System.Text.Json;
using AgentApprovals.Client.Runner;
using AgentApprovals.Runner.Host;

namespace AgentApprovals.Runner.Reports;

/// <summary>What a runner leaves on disk for the next one: whose run it was, and what was done to the child that the console has not heard of.</summary>
/// <param name="StartTime">With the pid, which process the runner was.</param>
/// <param name="User">The id that only this run's child has, where that is its mechanism.</param>
/// <param name="Report">Null while the child runs, or where the runner was killed before it could write one.</param>
internal sealed record RunRecord(string Console, Guid SessionId, string RunnerToken, string Mechanism, int Pid, string StartTime, CageReport? Report, uint? User = null)
{
    public bool IsLeftBehind => !ProcessTable.IsAlive(Pid, StartTime);

    public override string ToString() => $"run of session {SessionId}";
}

/// <summary>The runs of this user, a file each, readable by nobody else: they hold runner tokens.</summary>
internal sealed class RunRecords(string folder)
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Folder => folder;

    public static RunRecords OfThisUser()
    {
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } set && Path.IsPathRooted(set) ? set
            : Linux.IsRoot ? "/var/lib"
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local/state");
        var folder = Path.Combine(state, "agent-approvals", "runner");
        Directory.CreateDirectory(folder, Own | UnixFileMode.UserExecute);
        return new(folder);
    }

    /// <summary>On disk when it returns, whole or not at all.</summary>
    public void Write(RunRecord run)
    {
        var path = PathOf(run);
        using (var file = new FileStream(path + ".new", new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = Own }))
        {
            JsonSerializer.Serialize(file, run, JsonSerializerOptions.Web);
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path, overwrite: true);
    }

    public void Remove(RunRecord run) => File.Delete(PathOf(run));

    /// <summary>Those whose runner is gone.</summary>
    public IReadOnlyList<RunRecord> LeftBehind() => [.. All().Where(r => r.IsLeftBehind)];

    /// <summary>Whether a runner that lives uses this id now.</summary>
    public bool IsInUse(uint user) => All().Any(r => r.User == user && !r.IsLeftBehind);

    // A file that can't be read is none of a runner's.
    private IEnumerable<RunRecord> All() => Directory.EnumerateFiles(folder, "*.json").Select(Read).OfType<RunRecord>();

    private string PathOf(RunRecord run) => Path.Combine(folder, $"{run.SessionId}.json");

    private static RunRecord? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<RunRecord>(File.ReadAllText(path), JsonSerializerOptions.Web);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
