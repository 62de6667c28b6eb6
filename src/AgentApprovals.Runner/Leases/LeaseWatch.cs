using AgentApprovals.Runner.Host;

namespace AgentApprovals.Runner.Leases;

/// <summary>
/// Looks at the lease twenty times a second, on a thread of its own: no connection's events, no full thread pool and no hanging call stands between the end of
/// a lease and what follows from it.
/// </summary>
internal sealed class LeaseWatch : IDisposable
{
    private readonly ManualResetEventSlim done = new();
    private readonly Thread thread;

    public LeaseWatch(LeaseClock clock, Action<LeaseState> changed)
    {
        thread = new(() => Watch(clock, changed)) { IsBackground = true, Name = "lease", Priority = ThreadPriority.Highest };
        thread.Start();
    }

    public void Dispose() => done.Set();

    private void Watch(LeaseClock clock, Action<LeaseState> changed)
    {
        var last = LeaseState.Held;
        while (!done.IsSet && last != LeaseState.Over)
        {
            var now = clock.At(Linux.BootTime());
            if (now != last)
                changed(now);
            last = now;
            done.Wait(50);
        }
    }
}
