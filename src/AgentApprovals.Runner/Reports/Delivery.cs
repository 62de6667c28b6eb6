using AgentApprovals.Client.Runner;
using AgentApprovals.Runner.Cages;
using AgentApprovals.Runner.Host;
using AgentApprovals.Runner.Line;

namespace AgentApprovals.Runner.Reports;

/// <summary>Brings to a console what it has not heard.</summary>
internal static class Delivery
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    /// <summary>A console that still holds the old line for alive refuses a new one for some seconds; one that refuses for longer knows the token no more.</summary>
    private static readonly TimeSpan Refusals = TimeSpan.FromSeconds(10);

    /// <summary>Tries until the console took it, or until the limit or a signal; what it did not take stays on disk.</summary>
    public static async Task<bool> TryAsync(Uri console, string token, CageReport report, TimeSpan limit, CancellationToken cancellation)
    {
        var until = Linux.BootTime() + limit;
        TimeSpan? refused = null;
        while (await RunnerLine.DeliverAsync(console, token, report, cancellation) is not true and var taken)
        {
            refused = taken is null ? refused ?? Linux.BootTime() : null;
            if (Linux.BootTime() - refused > Refusals)
                return true;
            if (Linux.BootTime() >= until || cancellation.IsCancellationRequested)
                return false;
            await Task.WhenAny(Task.Delay(Between, cancellation));
        }

        return true;
    }

    /// <summary>
    /// What runners that are gone left behind, once their cages are empty for sure.
    /// </summary>
    /// <param name="emptied">How many processes outlived their runner and its guardian, and were killed now.</param>
    public static async Task LeftBehindAsync(RunRecords records, int emptied, CancellationToken cancellation)
    {
        foreach (var run in records.LeftBehind())
        {
            var report = run.Report ?? Empty(run, records, emptied);
            // An unknown token for good: nobody will ever want to know.
            if (await RunnerLine.DeliverAsync(new(run.Console), run.RunnerToken, report, cancellation) is not false)
                records.Remove(run);
        }
    }

    // What lived in a group is gone, and what lived in a namespace ended with its runner; an id of its own may still have some.
    private static CageReport Empty(RunRecord run, RunRecords records, int emptied)
    {
        var (count, left) = run.User is { } user ? records.IsInUse(user) ? (0, 0) : UserCage.Empty(user) : (emptied, 0);
        return new(count, left, 0, run.Mechanism, "lease");
    }
}
