using System.Diagnostics;
using Xunit;

namespace AgentApprovals.Tests.Drivers;

/// <summary>Looks for an end state until it is there, or the time is up.</summary>
public static class Eventually
{
    /// <param name="said">What was there instead, for whoever reads that it failed.</param>
    public static async Task IsAsync(Func<Task<bool>> holds, double seconds = 10, Func<string?>? said = null)
    {
        for (var began = Stopwatch.GetTimestamp(); !await holds();)
        {
            Assert.True(Stopwatch.GetElapsedTime(began).TotalSeconds < seconds, $"It did not come to this within {seconds} s. {said?.Invoke()}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
