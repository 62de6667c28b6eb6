using System.Globalization;
using AgentApprovals.Databases;

namespace AgentApprovals.Tests.Nodes;

/// <summary>
/// A wall clock for processes of a test, by Debian's libfaketime: so far ahead of the machine's, or behind it, as the test says, also while
/// they run. What elapses is the machine's.
/// </summary>
public sealed class FakeClock : IDisposable
{
    public const string Missing = "There is no libfaketime here, and no right to fetch it with apt-get.";

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"agent-approvals-clock-{Guid.NewGuid():N}");

    /// <param name="ahead">Of the machine's clock.</param>
    public FakeClock(TimeSpan ahead) => Set(ahead);

    /// <summary>What a process is to be started with, in the edition for many threads; null: it is not here.</summary>
    public static string? Library { get; } = Fetched();

    /// <summary>What its processes are started with, beside their own environment.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["LD_PRELOAD"] = Library ?? throw new InvalidOperationException(Missing),
        ["FAKETIME_TIMESTAMP_FILE"] = _file,
        ["FAKETIME_NO_CACHE"] = "1",
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        // On in Debian's build: what waits by the monotonic clock, as .NET does, would be woken at once, or never.
        ["FAKETIME_FORCE_MONOTONIC_FIX"] = "0",
    };

    /// <summary>What it says now.</summary>
    public DateTimeOffset Now => TimeProvider.System.GetUtcNow() + Ahead;

    /// <summary>Of the machine's clock.</summary>
    public TimeSpan Ahead { get; private set; }

    /// <summary>From now on, for all its processes at once.</summary>
    public void Set(TimeSpan ahead)
    {
        Ahead = ahead;
        File.WriteAllText(_file + ".next", string.Create(CultureInfo.InvariantCulture, $"{ahead.TotalSeconds:+0;-0;+0}\n"));
        // A server of another user reads it too.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_file + ".next", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        File.Move(_file + ".next", _file, overwrite: true);
    }

    public void Dispose() => File.Delete(_file);

    private static string? Fetched()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        DebianPackages.Fetch(() => Find() is not null, "libfaketime");
        return Find();
    }

    private static string? Find() => Directory.GetDirectories("/usr/lib").Append("/usr/lib").Select(d => Path.Combine(d, "faketime", "libfaketimeMT.so.1")).FirstOrDefault(File.Exists);
}
