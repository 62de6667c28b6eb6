using AgentApprovals.Data.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AgentApprovals.Hosting;

/// <summary>The database can't be used as it is; the process ends with 78 (EX_CONFIG).</summary>
public sealed class StartRefusedException(string message) : Exception(message);

/// <summary>Before anything else: this process alone writes the file, and the schema is the one it knows.</summary>
internal sealed class DatabaseStart(DatabasePlace place, IOptions<DatabaseSettings> settings, IDbContextFactory<LedgerContext> contexts) : IHostedService, IDisposable
{
    private FileStream? _lock;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _lock = TakeLock();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var applied = (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList();
        var known = db.Database.GetMigrations().ToList();
        if (applied.Except(known).FirstOrDefault() is { } foreign)
            throw new StartRefusedException($"The database {place.File} has the migration {foreign}, which this version does not know. Start the version that made it.");
        if (applied.Count == known.Count)
            return;
        if (!settings.Value.MigrateOnStart)
            throw new StartRefusedException($"The database {place.File} lacks migrations. Run: dotnet run --project src/AgentApprovals -- migrate");
        await db.Database.MigrateAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _lock?.Dispose();

    private FileStream TakeLock()
    {
        try
        {
            return new FileStream(place.File + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new StartRefusedException($"Another process uses the database {place.File}. SQLite takes one process: stop the other, or set Database:ConnectionString.");
        }
    }
}
