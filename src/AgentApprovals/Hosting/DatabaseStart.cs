using System.Data.Common;
using AgentApprovals.Data.Storage;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Hosting;

/// <summary>The console can't be started as it is configured, or on this database; the process ends with 78 (EX_CONFIG).</summary>
public sealed class StartRefusedException(string message) : Exception(message);

/// <summary>Before anything else: this process alone writes the file, and the schema is the one it knows.</summary>
internal sealed class DatabaseStart(DatabasePlace place, IDbContextFactory<LedgerContext> contexts) : IDisposable
{
    private FileStream? _lock;

    public void Dispose() => _lock?.Dispose();

    /// <summary>Takes the file for this process; brings its schema up to date, or refuses where it may not.</summary>
    public async Task PrepareAsync(bool mayMigrate)
    {
        _lock = TakeLock();
        try
        {
            await using var db = await contexts.CreateDbContextAsync();
            var applied = (await db.Database.GetAppliedMigrationsAsync()).ToList();
            var known = db.Database.GetMigrations().ToList();
            if (applied.Except(known).FirstOrDefault() is { } foreign)
                throw new StartRefusedException($"The database {place.File} has the migration {foreign}, which this version does not know. Start the version that made it.");
            if (applied.Count == known.Count)
                return;
            if (!mayMigrate)
                throw new StartRefusedException($"The database {place.File} lacks migrations (Database:MigrateOnStart is false). Run: dotnet run --project src/AgentApprovals -- migrate");
            await db.Database.MigrateAsync();
        }
        catch (DbException e)
        {
            throw new StartRefusedException($"Database:ConnectionString: the database {place.File} can't be used. {e.Message}");
        }
    }

    private FileStream TakeLock()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(place.File)!);
            return new FileStream(place.File + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException) && File.Exists(place.File + ".lock"))
        {
            throw new StartRefusedException($"Another process uses the database {place.File}. SQLite takes one process: stop the other, or set Database:ConnectionString.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"Database:ConnectionString: {place.File} can't be written. {e.Message}");
        }
    }
}
