using System.Diagnostics;
using Xunit;

namespace AgentApprovals.Browser.Tests.Drivers;

/// <summary>Waits for an end state, never for time.</summary>
internal static class Poll
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        for (var since = Stopwatch.StartNew(); !await holds(); await Task.Delay(50))
            Assert.True(since.Elapsed < Patience, $"Within {Patience.TotalSeconds} s it did not come to this: {what}");
    }
}
