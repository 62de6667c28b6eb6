using AgentApprovals.Client.Runner;
using AgentApprovals.Runner.Host;

namespace AgentApprovals.Runner.Cages;

/// <summary>What holds an agent so that everything it ever started can be ended at once, whatever it did to get away.</summary>
internal abstract class Cage : IDisposable
{
    /// <summary>How long a kill is waited for. What the kernel itself holds (uninterruptible sleep) is reported as left, never as dead.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Birth = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private CageReport? killed;

    /// <summary>As the console shows it: <c>cgroup</c>, <c>pidNamespace</c>, <c>user</c> or <c>none</c>.</summary>
    public abstract string Mechanism { get; }

    public virtual bool CanFreeze => false;

    /// <summary>Whether the child has a network of its own with one way out.</summary>
    public bool HasOutlet { get; private set; }

    /// <summary>Set once the child is about to start.</summary>
    protected Guardian? Guardian { get; set; }

    protected CageThread Child { get; } = new();

    /// <summary>The child's exit code.</summary>
    public Task<int> Ended => Child.Ended;

    /// <summary>What it complained of, in a trial.</summary>
    public string Complaints => Child.Complaints;

    public void Start(Launch launch)
    {
        lock (gate)
        {
            if (killed is not null)
                throw new RefusedException("stopped before it began");
            // A trial has no bridge, and no way out is cut after it.
            HasOutlet = launch is { Outlet: not null, Trial: false };
            Begin(launch);
        }
    }

    protected abstract void Begin(Launch launch);

    /// <summary>Processes that are the agent's own, those of the cage left out.</summary>
    protected abstract int Count();

    protected abstract void OrderKill();

    /// <summary>Whether nothing is left, waiting for it. Null: this cage can't tell.</summary>
    protected abstract bool? WaitEmpty(TimeSpan limit);

    /// <summary>The process that was asked for, to pass signals on to; null while it isn't there.</summary>
    protected abstract int? Leader();

    protected virtual bool SetFrozen(bool frozen) => false;

    protected abstract void Clean();

    /// <summary>Kills everything in it. Once: a second order gets the report of the first unless that one left something.</summary>
    public CageReport Kill(string cause)
    {
        lock (gate)
        {
            if (killed is { Left: 0 })
                return killed;
            var since = Linux.BootTime();
            var count = CountSafely();
            OrderKill();
            int? left = WaitEmpty(Patience) switch { true => 0, false => Math.Max(1, CountSafely()), null => null };
            return killed = new(Math.Max(count, killed?.Count ?? 0), left, Elapsed(since), Mechanism, cause);
        }
    }

    /// <summary>Stops or lets go on everything in it, without its seeing a signal.</summary>
    public CageReport Freeze(bool frozen, string cause)
    {
        lock (gate)
        {
            var since = Linux.BootTime();
            var done = killed is null && SetFrozen(frozen);
            var count = CountSafely();
            return new(done ? count : 0, count, Elapsed(since), Mechanism, cause);
        }
    }

    /// <summary>The child may go on for another lease: the guardian too waits that long.</summary>
    public void Renewed(TimeSpan lease) => Guardian?.Renewed(lease);

    /// <summary>Passes a signal on to the program that was asked for, which may be a moment from being there.</summary>
    public void Signal(int signal)
    {
        var until = Linux.BootTime() + Birth;
        using var never = new ManualResetEventSlim();
        do
        {
            if (Leader() is { } pid)
            {
                Linux.Kill(pid, signal);
                return;
            }

            never.Wait(5);
        }
        while (!Ended.IsCompleted && Linux.BootTime() < until);
    }

    public void Dispose()
    {
        Kill("exit");
        Clean();
    }

    private static long Elapsed(TimeSpan since) => (long)Math.Ceiling((Linux.BootTime() - since).TotalMilliseconds);

    private int CountSafely()
    {
        try
        {
            // The bridge to the console is the runner's, though it runs inside.
            return Math.Max(0, Count() - (HasOutlet ? 1 : 0));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A figure for people must never keep the kill from being ordered.
            return 0;
        }
    }
}
