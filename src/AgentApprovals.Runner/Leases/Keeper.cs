using AgentApprovals.Client.Runner;
using AgentApprovals.Runner.Cages;
using AgentApprovals.Runner.Host;

namespace AgentApprovals.Runner.Leases;

/// <summary>Decides what happens to the cage, whoever asks: a person by the console, the lease, or the child's own end. The last two words are kill and dead.</summary>
internal sealed class Keeper(Cage cage, Action cutNetwork)
{
    /// <summary>How long after an order to pause an answer that does not know of it yet may still arrive.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly TaskCompletionSource<CageReport> stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool killing;
    private bool paused;
    private bool lapsed;
    private TimeSpan pausedAt;

    /// <summary>Ends when the child was killed by order or by lease, with the proof.</summary>
    public Task<CageReport> Stopped => stopped.Task;

    /// <summary>Whether the child's end is this keeper's doing.</summary>
    public bool IsKilling => killing;

    /// <summary>The child ended by itself: what it left behind goes too.</summary>
    public CageReport End()
    {
        var report = cage.Kill("exit");
        cutNetwork();
        return cage.HasOutlet ? report with { NetworkCut = true } : report;
    }

    /// <summary>A person's stop. The answer says whether anything is left.</summary>
    public CageReport Stop() => Kill("stop");

    public CageReport Pause()
    {
        lock (gate)
        {
            pausedAt = Linux.BootTime();
            paused = true;
            return cage.Freeze(true, "pause");
        }
    }

    public CageReport Continue()
    {
        lock (gate)
        {
            paused = false;
            // Past its lease it stays still until the console has been heard.
            return lapsed ? new(0, null, 0, cage.Mechanism, "continue") : cage.Freeze(false, "continue");
        }
    }

    /// <summary>The console was heard: a pause that it knows of, and that this runner slept through, holds now.</summary>
    public void Renewed(TimeSpan sent, bool isPaused)
    {
        lock (gate)
        {
            if (isPaused && !paused)
                Pause();
            else if (!isPaused && paused && sent > pausedAt + Settling)
                Continue();
        }
    }

    public void LeaseChanged(LeaseState state)
    {
        switch (state)
        {
            case LeaseState.Held:
                lock (gate)
                {
                    lapsed = false;
                    if (!paused && cage.CanFreeze)
                        cage.Freeze(false, "lease");
                }

                break;
            case LeaseState.Lapsed when cage.CanFreeze:
                lock (gate)
                {
                    lapsed = true;
                    // A group that would not freeze is not left running.
                    if (cage.Freeze(true, "lease") is { Left: > 0, Count: 0 })
                        Kill("lease");
                }

                break;
            default:
                Kill("lease");
                break;
        }
    }

    private CageReport Kill(string cause)
    {
        killing = true;
        var report = cage.Kill(cause);
        // After the kill, which must not wait for it: with no process left nobody uses the way out in between.
        cutNetwork();
        if (cage.HasOutlet)
            report = report with { NetworkCut = true };
        stopped.TrySetResult(report);
        return report;
    }
}
