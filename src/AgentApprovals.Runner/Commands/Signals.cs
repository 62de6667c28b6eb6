using System.Runtime.InteropServices;
using AgentApprovals.Runner.Host;

namespace AgentApprovals.Runner.Commands;

/// <summary>Passes on what the runner is sent: to the child once there is one, before that to whoever waits for the start.</summary>
internal sealed class Signals : IDisposable
{
    private readonly CancellationTokenSource interrupted = new();
    private readonly List<PosixSignalRegistration> registrations = [];
    private readonly Lock gate = new();
    private Action<int>? child;
    private int? early;

    public Signals()
    {
        foreach (var (signal, number) in new[] { (PosixSignal.SIGTERM, Linux.SigTerm), (PosixSignal.SIGINT, Linux.SigInt), (PosixSignal.SIGHUP, 1), (PosixSignal.SIGQUIT, 3) })
            registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Pass(number);
            }));
    }

    /// <summary>Cancelled by a signal that no child was there to take.</summary>
    public CancellationToken Interrupted => interrupted.Token;

    /// <summary>As a shell has it: 128 and the signal.</summary>
    public int ExitCode { get; private set; } = 128 + Linux.SigTerm;

    /// <summary>From now on they are the child's, also one that came while it was being started; null: nobody's again.</summary>
    public void PassTo(Action<int>? takes)
    {
        int? missed;
        lock (gate)
        {
            child = takes;
            missed = takes is null ? null : early;
        }

        if (missed is { } number)
            takes!(number);
    }

    public void Dispose()
    {
        registrations.ForEach(r => r.Dispose());
        interrupted.Dispose();
    }

    private void Pass(int number)
    {
        Action<int>? takes;
        lock (gate)
        {
            takes = child;
            early ??= number;
        }

        if (takes is not null)
        {
            takes(number);
            return;
        }

        ExitCode = 128 + number;
        interrupted.Cancel();
    }
}
