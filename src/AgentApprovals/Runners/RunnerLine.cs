using AgentApprovals.Client.Runner;
using AgentApprovals.Domain.Runners;
using AgentApprovals.Domain.Sessions;
using Microsoft.AspNetCore.SignalR;

namespace AgentApprovals.Runners;

/// <summary>A runner's connection on this node.</summary>
/// <param name="heard">When it connected, by <see cref="TimeProvider.GetTimestamp"/>.</param>
public sealed class RunnerLine(SessionState session, string connection, Action abort, long heard)
{
    private readonly Lock _lock = new();
    private long _heard = heard;
    private Task<CageEnd?>? _stop;

    /// <summary>As it was when the runner connected: its sequence, its agent and what its runner is do not change.</summary>
    public SessionState Session { get; } = session;

    public string Connection { get; } = connection;

    public long Heard
    {
        get => Interlocked.Read(ref _heard);
        set => Interlocked.Exchange(ref _heard, value);
    }

    /// <summary>Another has taken its place.</summary>
    public bool IsDisplaced { get; set; }

    /// <summary>What a person has ordered and the ledger does not know yet.</summary>
    public bool? PausedAhead { get; set; }

    public void Abort() => abort();

    /// <summary>Tells the runner to kill. Whoever asks while it does, waits for the same answer; one that did not prove it is asked again.</summary>
    public Task<CageEnd?> StopAsync(Func<RunnerLine, Task<CageEnd?>> tell)
    {
        lock (_lock)
        {
            if (_stop is null || (_stop.IsCompleted && _stop.Result is not { Left: 0 }))
                _stop = tell(this);
            return _stop;
        }
    }
}

/// <summary>Runners' words, as the domain takes them: nothing of what they say is larger than it can be.</summary>
internal static class Reports
{
    public static CageEnd Read(CageReport report, string? cause = null, long? afterMs = null) => new(
        default,
        Math.Clamp(report.Count, 0, 1_000_000),
        report.Left is { } left ? Math.Clamp(left, 0, 1_000_000) : null,
        Math.Clamp(report.Milliseconds, 0, 86_400_000),
        cause ?? (report.Cause is "exit" or "lease" ? report.Cause : "stop"),
        report.NetworkCut,
        report.ExitCode,
        afterMs);

    /// <summary>Why the hub refuses, by the code that the API refuses with.</summary>
    public static HubException Refused(Domain.Ledger.Refusal refusal) => new(refusal.Code);
}
