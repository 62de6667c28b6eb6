using AgentApprovals.Deadlines;
using AgentApprovals.Security;
using AgentApprovals.Stops;
using Microsoft.AspNetCore.Connections;

namespace AgentApprovals.Hosting;

/// <summary>What the command line can ask for.</summary>
internal static class Verbs
{
    /// <summary>Serves until it is told to end. The way to stop comes first, then the database and the key file: nothing else opens either before they are known to be usable.</summary>
    public static async Task<int> ServeAsync(this WebApplication app)
    {
        await using var _ = app;
        app.Services.GetRequiredService<StopSocket>().Open();
        await app.Services.GetRequiredService<DatabaseStart>().PrepareAsync(app.Services.GetRequiredService<DatabasePlace>().MigrateOnStart, waits: true);
        app.Services.GetRequiredService<KeyFile>();
        await JobStoreStart.OpenAsync(app.Services);
        // Its pages open the job store where they are mapped, which is not before the database is known to be ours.
        app.MapJobs();
        try
        {
            await app.RunAsync();
            return 0;
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new StartRefusedException($"Urls: {e.Message}");
        }
    }

    /// <summary><c>migrate</c>: brings the schema up to date and ends.</summary>
    public static async Task<int> MigrateAsync(this WebApplication app)
    {
        await using var _ = app;
        await app.Services.GetRequiredService<DatabaseStart>().PrepareAsync(mayMigrate: true);
        return 0;
    }
}
