using AgentApprovals.Data.Storage;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Hosting;

/// <summary>What the command line can ask for.</summary>
internal static class Verbs
{
    /// <summary>Serves until it is told to end.</summary>
    public static async Task<int> ServeAsync(this WebApplication app)
    {
        await app.RunAsync();
        return 0;
    }

    /// <summary><c>migrate</c>: brings the schema up to date and ends.</summary>
    public static async Task<int> MigrateAsync(this WebApplication app)
    {
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<LedgerContext>>().CreateDbContextAsync();
        await db.Database.MigrateAsync();
        return 0;
    }
}
