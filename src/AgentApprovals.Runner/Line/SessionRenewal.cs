namespace AgentApprovals.Runner.Line;

/// <summary>Renews the session when half of what it has left is over.</summary>
internal static class SessionRenewal
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5), Longest = TimeSpan.FromDays(1), Retry = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(ConsoleApi api, string key, OpenedSession session, Action<Fate> follow, CancellationToken cancellation)
    {
        var wait = Half(session.ExpiresAt - session.StartedAt);
        while (!cancellation.IsCancellationRequested)
            try
            {
                await Task.Delay(wait, cancellation);
                var (left, fate) = await api.RenewAsync(key, session.Id, cancellation);
                follow(fate);
                if (fate is Fate.Stopped or Fate.Over)
                    return;
                wait = left is { } time ? Half(time) : Retry;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                wait = Retry;
            }
    }

    private static TimeSpan Half(TimeSpan left) => TimeSpan.FromTicks(Math.Clamp(left.Ticks / 2, Shortest.Ticks, Longest.Ticks));
}
