using System.Collections.Immutable;
using System.Text.Json;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Hosting;

namespace AgentApprovals.Stops;

/// <summary>
/// Stops that are in force and not on record yet, a file for each in a folder that only this user may open (<c>Stop:SpoolPath</c>).
/// A file that was kept is on disk when <see cref="Keep"/> returns, so it is there again after the process was killed.
/// </summary>
public sealed partial class StopSpool(StopSettings settings, ILogger<StopSpool> log)
{
    private ImmutableDictionary<StopId, SpooledStop> _kept = ImmutableDictionary<StopId, SpooledStop>.Empty;

    public string Folder => settings.SpoolPath;

    /// <summary>Asked with every request of an agent: without a lock.</summary>
    public bool IsEmpty => Volatile.Read(ref _kept).IsEmpty;

    /// <summary>Those that are kept, as they were ordered.</summary>
    public IReadOnlyList<SpooledStop> Kept => [.. _kept.Values.OrderBy(s => s.OrderedAt)];

    public SpooledStop? Find(StopId id) => _kept.GetValueOrDefault(id);

    /// <summary>Makes the folder and reads what an earlier process left; what can't be read is set aside, and told.</summary>
    public void Open()
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(Folder);
        else
            Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in Directory.EnumerateFiles(Folder, "*.json"))
        {
            try
            {
                var stop = JsonSerializer.Deserialize<SpooledStop>(File.ReadAllBytes(file), RowFacts.Json)!;
                Hold(stop);
            }
            catch (JsonException e)
            {
                Log.Unreadable(log, file, e);
                File.Move(file, file + ".unreadable", overwrite: true);
            }
        }
    }

    /// <exception cref="IOException">It could not be kept.</exception>
    public void Keep(SpooledStop stop)
    {
        ArgumentNullException.ThrowIfNull(stop);
        DurableFile.Write(FileOf(stop.Id), JsonSerializer.SerializeToUtf8Bytes(stop, RowFacts.Json));
        Hold(stop);
    }

    /// <summary>It is on record.</summary>
    public void Entered(StopId id)
    {
        File.Delete(FileOf(id));
        ImmutableInterlocked.TryRemove(ref _kept, id, out _);
    }

    /// <summary>It can't be entered, for its target is not there, or a rule broke: the file stays for people to look at.</summary>
    public void SetAside(StopId id)
    {
        File.Move(FileOf(id), FileOf(id) + ".refused", overwrite: true);
        ImmutableInterlocked.TryRemove(ref _kept, id, out _);
    }

    private void Hold(SpooledStop stop) => ImmutableInterlocked.AddOrUpdate(ref _kept, stop.Id, stop, (_, _) => stop);

    private string FileOf(StopId id) => Path.Combine(Folder, $"{id}.json");

    private static partial class Log
    {
        [LoggerMessage(1321, LogLevel.Error, "The spooled stop {File} can't be read; it is set aside")]
        public static partial void Unreadable(ILogger logger, string file, Exception exception);
    }
}
