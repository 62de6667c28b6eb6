namespace AgentApprovals.Tests.Drivers;

/// <summary>How often to try: enough for each build, and <c>AA_SOAK</c> times as often where that is set.</summary>
public static class Soak
{
    public static int Times(int inCi) => int.TryParse(Environment.GetEnvironmentVariable("AA_SOAK"), out var factor) ? inCi * factor : inCi;

    /// <summary>Tries it that often, so many at once.</summary>
    public static Task RunAsync(int times, int atOnce, Func<int, Task> one) =>
        Parallel.ForEachAsync(Enumerable.Range(0, times), new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (i, _) => await one(i));
}
