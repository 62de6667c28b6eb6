using System.Collections;
using AgentApprovals.Client;
using AgentApprovals.Client.Runner;
using AgentApprovals.Runner.Cages;
using AgentApprovals.Runner.Host;
using AgentApprovals.Runner.Isolation;
using AgentApprovals.Runner.Leases;
using AgentApprovals.Runner.Line;
using AgentApprovals.Runner.Reports;

namespace AgentApprovals.Runner.Commands;

/// <summary>One agent's run, from its session's opening to the last word about its processes.</summary>
internal sealed class Run(RunOptions options, KeyFile key, IDictionary inherited, Cage cage, ConsoleProxy? proxy, RunRecords records, Signals signals) : IOrders, IDisposable
{
    /// <summary>As a shell shows it of a program that was killed.</summary>
    public const int StoppedExitCode = 137;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20), DeliveryLimit = TimeSpan.FromSeconds(60), SecondDeliveryLimit = TimeSpan.FromSeconds(5);

    private readonly ConsoleApi api = new(options.Console);
    private readonly TaskCompletionSource<LeaseClock> firstLease = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SessionDocument session = null!;
    private RunRecord? record;
    private Keeper keeper = null!;
    private volatile bool ordered;

    public async Task<int> RunAsync(IReadOnlyList<string> command)
    {
        session = await api.OpenAsync(key.Key, Opening(), signals.Interrupted);
        using var over = new CancellationTokenSource();
        keeper = new(cage, () => proxy?.Cut());
        var line = new RunnerLine(options.Console, session.RunnerToken!, this);
        var talking = line.RunAsync(over.Token);
        try
        {
            record = Remember();
            using var watch = await StartAsync(command);
            _ = SessionRenewal.RunAsync(api, key.Key, session, Follow, over.Token);
            signals.PassTo(cage.Signal);
            await Task.WhenAny(cage.Ended, keeper.Stopped);
            return keeper.IsKilling ? await StoppedAsync(line, over, talking) : await EndedAsync(line);
        }
        finally
        {
            signals.PassTo(null);
            cage.Dispose();
            await over.CancelAsync();
            await talking;
        }
    }

    public void Dispose() => api.Dispose();

    public CageReport Stop()
    {
        ordered = true;
        return keeper.Stop();
    }

    public CageReport Pause() => keeper.Pause();

    public CageReport Continue() => keeper.Continue();

    public void Renewed(TimeSpan sent, Lease lease)
    {
        var length = TimeSpan.FromSeconds(lease.LeaseSeconds);
        if (!firstLease.TrySetResult(new(sent, length)) && !firstLease.Task.Result.Renew(sent, Linux.BootTime(), length))
            return;
        cage.Renewed(firstLease.Task.Result.Length);
        keeper.Renewed(sent, lease.Paused);
    }

    public async Task RefusedAsync() => Follow(await api.FateAsync(session.Token!));

    private OpenSessionRequest Opening() => new(
        options.OnBehalfOf, options.Purpose, new(Name: Path.GetFileName(options.Command[0]), Host: Environment.MachineName), new(Environment.MachineName, cage.Mechanism, proxy is not null));

    // The child does not start before the console has been heard on the runner's own line: from its first moment on a stop reaches it.
    private async Task<LeaseWatch> StartAsync(IReadOnlyList<string> command)
    {
        try
        {
            await Task.WhenAny(firstLease.Task, keeper.Stopped).WaitAsync(StartLimit, signals.Interrupted);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            await AbandonAsync();
            throw e is TimeoutException ? new RefusedException($"the console gave no lease at {options.Console}{RunnerHub.Path.TrimStart('/')} within {StartLimit.TotalSeconds} s") : e;
        }

        try
        {
            proxy?.SessionToken = session.Token;
            cage.Start(new()
            {
                Command = command,
                Environment = ChildEnvironment.Build(inherited, proxy is null ? options.Console.ToString().TrimEnd('/') : Bridge.Url, session, key.Key, proxy is not null),
                WorkingDirectory = Environment.CurrentDirectory,
                Hidden = [.. key.Paths, records.Folder],
                Outlet = proxy?.Socket,
            });
        }
        catch (RefusedException) when (!keeper.IsKilling)
        {
            await AbandonAsync();
            throw;
        }

        if (cage is UserCage { User: var user } && record is not null)
            records.Write(record = record with { User = user });
        cage.Renewed(firstLease.Task.Result.Length);
        Messages.Write($"session {session.Id}, held by {cage.Mechanism}{(proxy is null ? "" : ", isolated")}");
        return new(firstLease.Task.Result, state =>
        {
            if (state == LeaseState.Lapsed)
                Messages.Write($"the console has not been heard for a whole lease: the agent is {(cage.CanFreeze ? "frozen" : "killed")}");
            keeper.LeaseChanged(state);
        });
    }

    private async Task<int> EndedAsync(RunnerLine line)
    {
        var exitCode = cage.Ended.Result;
        var report = keeper.End() with { ExitCode = exitCode };
        if (report.Count > 0)
            Messages.Write($"the agent ended and left {report.Count} processes, which were killed; {report.Left?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "nobody knows how many"} left");
        if (await line.TellAsync(report))
            Forget();
        else
            Keep(report);
        await api.EndAsync(session.Token!);
        return exitCode;
    }

    private async Task<int> StoppedAsync(RunnerLine line, CancellationTokenSource over, Task talking)
    {
        var report = await keeper.Stopped;
        Messages.Write($"stopped ({report.Cause}): {report.Count} processes killed in {report.Milliseconds} ms, {report.Left?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "unknown how many"} left");
        signals.PassTo(null);
        if (ordered ? await line.ConfirmAsync(report) : await line.TellAsync(report))
        {
            Forget();
            return StoppedExitCode;
        }

        Keep(report);
        await over.CancelAsync();
        await talking;
        if (await Delivery.TryAsync(options.Console, session.RunnerToken!, report, report.Cause == "lease" ? DeliveryLimit : SecondDeliveryLimit, signals.Interrupted))
            Forget();
        return StoppedExitCode;
    }

    private void Follow(Fate fate)
    {
        if (fate == Fate.Stopped)
            keeper.Stop();
    }

    private async Task AbandonAsync()
    {
        Forget();
        await api.EndAsync(session.Token!);
    }

    // What nothing contains could read the record, and the token in it.
    private RunRecord? Remember()
    {
        if (cage.Mechanism == "none")
            return null;
        var pid = Environment.ProcessId;
        var run = new RunRecord(options.Console.ToString(), session.Id, session.RunnerToken!, cage.Mechanism, pid, ProcessTable.StartTime(pid)!, null);
        records.Write(run);
        return run;
    }

    private void Keep(CageReport report)
    {
        if (record is not null)
            records.Write(record with { Report = report });
    }

    private void Forget()
    {
        if (record is not null)
            records.Remove(record);
    }
}
