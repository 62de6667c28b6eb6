using System.Globalization;
using System.Net;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Deadlines;

/// <summary>What was written down of an action, and when.</summary>
internal static class Written
{
    /// <summary>Ledger times of the action's entries of a kind.</summary>
    public static async Task<IReadOnlyList<DateTimeOffset>> OfAsync(TestConsole console, string actionId, string kind)
    {
        var entries = (await console.Admin.Get($"ledger?limit=200&actionId={actionId}")).Is(HttpStatusCode.OK)["items"]!.AsArray();
        return [.. entries.Where(e => e!.Text("kind") == kind).Select(e => Time(e!.Text("at")))];
    }

    /// <summary>When the entry was written; waits for it, and fails where it does not come.</summary>
    public static async Task<DateTimeOffset> SoonAsync(TestConsole console, string actionId, string kind)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            if (await OfAsync(console, actionId, kind) is [var at, ..])
                return at;
            Assert.False(patience.IsCancellationRequested, $"{kind} of {actionId} was not written down.");
            await Task.Delay(25);
        }
    }

    /// <summary>Until the machine's clock has passed a time, where no clock can be put in the test's hand.</summary>
    public static async Task UntilAsync(DateTimeOffset time)
    {
        while (DateTimeOffset.UtcNow is var now && now < time)
            await Task.Delay(time - now + TimeSpan.FromMilliseconds(1));
    }

    public static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
