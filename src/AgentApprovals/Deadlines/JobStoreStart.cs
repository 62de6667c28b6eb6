using System.Data.Common;
using System.Linq.Expressions;
using AgentApprovals.Hosting;
using Hangfire;

namespace AgentApprovals.Deadlines;

/// <summary>
/// Hangfire's tables at a node's start. Nodes that fill empty ones at the same moment get in each other's way; whoever comes second finds it done.
/// </summary>
internal static class JobStoreStart
{
    private const int MostTries = 5;
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(200);

    /// <summary>Makes the tables where they are missing.</summary>
    /// <exception cref="StartRefusedException">They can't be used.</exception>
    public static async Task OpenAsync(IServiceProvider services)
    {
        try
        {
            await BesideOthersAsync(() => services.GetRequiredService<JobStorage>());
        }
        catch (DbException e)
        {
            var place = services.GetRequiredService<DatabasePlace>();
            throw new StartRefusedException($"Database:ConnectionString: the job store in the database {place.Name} can't be used. {e.Message} Run db/{place.Engine}/agent-approvals.sql on it.");
        }
    }

    /// <summary>Writes down a job that is done again and again.</summary>
    /// <param name="queue">Whose workers do it.</param>
    public static Task KeepAsync<T>(this IRecurringJobManagerV2 jobs, string name, Expression<Func<T, Task>> work, string cron, string queue = "default") =>
        BesideOthersAsync(() => jobs.AddOrUpdate(name, queue, work, cron));

    private static async Task BesideOthersAsync(Action write)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                write();
                return;
            }
            catch (DbException) when (tries < MostTries)
            {
                await Task.Delay(Breath * tries);
            }
        }
    }
}
