using System.Data.Common;
using AgentApprovals.Data.Storage;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Hosting;

/// <summary>The console can't be started as it is configured, or on this database; the process ends with 78 (EX_CONFIG).</summary>
public sealed class StartRefusedException(string message) : Exception(message);

/// <summary>Before anything else: this process alone writes the file, where it is one, and the schema is the one it knows.</summary>
internal sealed partial class DatabaseStart(DatabasePlace place, IDbContextFactory<LedgerContext> contexts, ILogger<DatabaseStart> log) : IDisposable
{
    private const string Migrate = "Run: dotnet run --project src/AgentApprovals -- migrate";

    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(250);

    private FileStream? _lock;

    public void Dispose() => _lock?.Dispose();

    /// <summary>Takes the file for this process; brings the schema up to date, or refuses where it may not.</summary>
    /// <param name="waits">A server that is not there is waited for: what is in force here by a spooled stop holds, and nothing is served.</param>
    public async Task PrepareAsync(bool mayMigrate, bool waits = false)
    {
        if (place.File is { } file)
            _lock = TakeLock(file);
        for (var isTold = false; !await TryPrepareAsync(mayMigrate, waits); isTold = true)
        {
            if (!isTold)
                Log.NotThere(log, place.Name);
            await Task.Delay(Rest);
        }
    }

    /// <summary>False where the server is not there, and is waited for.</summary>
    private async Task<bool> TryPrepareAsync(bool mayMigrate, bool waits)
    {
        try
        {
            await using var db = await contexts.CreateDbContextAsync();
            await PrepareAsync(db, mayMigrate);
            return true;
        }
        catch (DbException e) when (waits && e.IsUnreachable())
        {
            return false;
        }
        catch (DbException e)
        {
            throw new StartRefusedException($"Database:ConnectionString: the database {place.Name} can't be used. {e.Message}");
        }
    }

    private async Task PrepareAsync(LedgerContext db, bool mayMigrate)
    {
        var applied = (await db.Database.GetAppliedMigrationsAsync()).ToList();
        var known = db.Database.GetMigrations().ToList();
        if (applied.Except(known).FirstOrDefault() is { } foreign)
            throw new StartRefusedException($"The database {place.Name} has the migration {foreign}, which this version does not know. Start the version that made it.");
        if (applied.Count < known.Count)
        {
            if (applied.Count == 0 && await db.Database.CanConnectAsync() && await db.HasTablesAsync())
                throw new StartRefusedException($"Database:ConnectionString: the database {place.Name} holds tables of something else. Name one that is empty.");
            if (!mayMigrate)
                throw new StartRefusedException(applied.Count == 0
                    ? $"The database {place.Name} has no schema of ours (Database:MigrateOnStart is false). {Migrate}"
                    : $"The database {place.Name} lacks migrations: it is an older version's (Database:MigrateOnStart is false). {Migrate}");
            await db.Database.MigrateAsync();
            await db.SetUpAsync();
        }

        if (!await db.IsSetUpAsync())
            throw new StartRefusedException($"The database {place.Name} lacks READ_COMMITTED_SNAPSHOT or ALLOW_SNAPSHOT_ISOLATION, without which readers and writers wait for each other. Run db/SqlServer/agent-approvals.sql on it.");
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

    private static partial class Log
    {
        [LoggerMessage(1102, LogLevel.Error, "The database {Name} can't be reached; nothing is served until it can, and agent-approvals stop is heard")]
        public static partial void NotThere(ILogger logger, string name);
    }
}
