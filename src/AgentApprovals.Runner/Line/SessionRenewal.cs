using AgentApprovals.Client;
using AgentApprovals.Runner.Host;

namespace AgentApprovals.Runner.Line;

/// <summary>Renews the session when half of what it has left is over, reckoned from the console's own times: the host's clock may be wrong.</summary>
internal static class SessionRenewal
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromDays(1);

    public static async Task RunAsync(ConsoleApi api, string key, SessionDocument opened, Action<Fate> follow, CancellationToken cancellation)
    {
        var until = opened.ExpiresAt;
        var left = opened.ExpiresAt - opened.StartedAt;
        try
        {
            while (true)
            {
                var began = Linux.BootTime();
                await Task.Delay(TimeSpan.FromTicks(Math.Clamp(left.Ticks / 2, Shortest.Ticks, Longest.Ticks)), cancellation);
                left -= Linux.BootTime() - began;
                var (answered, fate) = await api.RenewAsync(key, opened.Id, cancellation);
                follow(fate);
                if (fate is Fate.Stopped or Fate.Over || answered <= until)
                    return;
                if (answered is { } later)
                    (left, until) = (left + (later - until), later);
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }
}
