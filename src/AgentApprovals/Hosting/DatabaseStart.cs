using System.Data.Common;
using AgentApprovals.Data.Storage;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Hosting;

/// <summary>The console can't be started as it is configured, or on this database; the process ends with 78 (EX_CONFIG).</summary>
public sealed class StartRefusedException(string message) : Exception(message);

/// <summary>Before anything else: this process alone writes the file, where it is one, and the schema is the one it knows.</summary>
internal sealed class DatabaseStart(DatabasePlace place, IDbContextFactory<LedgerContext> contexts) : IDisposable
{
    private FileStream? _lock;

    public void Dispose() => _lock?.Dispose();

    private const string Migrate = "Run: dotnet run --project src/AgentApprovals -- migrate";

    /// <summary>Takes the file for this process; brings the schema up to date, or refuses where it may not.</summary>
    public async Task PrepareAsync(bool mayMigrate)
    {
        if (place.File is { } file)
            _lock = TakeLock(file);
        try
        {
            await using var db = await contexts.CreateDbContextAsync();
            var applied = (await db.Database.GetAppliedMigrationsAsync()).ToList();
            var known = db.Database.GetMigrations().ToList();
            if (applied.Except(known).FirstOrDefault() is { } foreign)
                throw new StartRefusedException($"The database {place.Name} has the migration {foreign}, which this version does not know. Start the version that made it.");
            if (applied.Count == known.Count)
                return;
            if (!mayMigrate)
                throw new StartRefusedException(applied.Count == 0
                    ? $"The database {place.Name} has no schema of ours (Database:MigrateOnStart is false). {Migrate}"
                    : $"The database {place.Name} lacks migrations: it is an older version's (Database:MigrateOnStart is false). {Migrate}");
            await db.Database.MigrateAsync();
        }
        catch (DbException e)
        {
            throw new StartRefusedException($"Database:ConnectionString: the database {place.Name} can't be used. {e.Message}");
        }
    }

    private static FileStream TakeLock(string file)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            return new FileStream(file + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException) && File.Exists(file + ".lock"))
        {
            throw new StartRefusedException($"Another process uses the database {file}. SQLite takes one process: stop the other, or set Database:ConnectionString.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"Database:ConnectionString: {file} can't be written. {e.Message}");
        }
    }
}
