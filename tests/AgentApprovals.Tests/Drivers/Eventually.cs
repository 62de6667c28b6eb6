using System.Diagnostics;
using Xunit;

namespace AgentApprovals.Tests.Drivers;

/// <summary>Looks for an end state until it is there, or the time is up.</summary>
public static class Eventually
{
    public static async Task IsAsync(Func<Task<bool>> holds, double seconds = 10)
    {
        for (var began = Stopwatch.GetTimestamp(); !await holds();)
        {
            Assert.True(Stopwatch.GetElapsedTime(began).TotalSeconds < seconds, $"It did not come to this within {seconds} s.");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
