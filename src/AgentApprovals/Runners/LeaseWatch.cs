using AgentApprovals.Data.Ledger;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Hosting;

namespace AgentApprovals.Runners;

/// <summary>
/// Judges leases a few times a second, only over time in which this console was itself ready: after its start, after an outage and after
/// it stood still, a full lease begins anew.
/// </summary>
public sealed partial class LeaseWatch(RunnerLeases leases, RunnerReceipts receipts, Data.Ledger.Ledger ledger, Intake intake, ILogger<LeaseWatch> log) : BackgroundService
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(200);

    /// <summary>How often other nodes' leases are looked at: well within the shortest, so that nobody is judged by an old one.</summary>
    private static readonly TimeSpan Learning = TimeSpan.FromSeconds(1);

    /// <summary>A look that comes so late means that the process, or the machine, stood still.</summary>
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(3);

    private readonly BootTime _machine = new();

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await leases.StartAsync();
        await receipts.StartAsync();
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (wasReady, learned) = (false, 0L);
        for (var last = _machine.GetTimestamp(); !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                var isReady = ledger.IsReady && intake.ClosedBecause is null;
                if (isReady && (!wasReady || _machine.GetElapsedTime(last) > Standstill))
                    leases.BeginAnew();
                wasReady = isReady;
                last = _machine.GetTimestamp();
                if (isReady)
                {
                    if (_machine.GetElapsedTime(learned) > Learning)
                    {
                        learned = _machine.GetTimestamp();
                        await leases.LearnAsync();
                    }

                    await leases.JudgeAsync();
                    await receipts.SettleAsync();
                }
            }
            catch (Exception e) when (e is LedgerUnavailableException or System.Data.Common.DbException)
            {
                wasReady = false;
                Log.NotJudged(log, e);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Log.Broke(log, e);
            }

            await Task.WhenAny(Task.Delay(Rest, stoppingToken));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1604, LogLevel.Warning, "Leases can't be judged while the database can't be reached; they begin anew when it is back")]
        public static partial void NotJudged(ILogger logger, Exception exception);

        [LoggerMessage(1605, LogLevel.Error, "Judging leases broke; it is tried again")]
        public static partial void Broke(ILogger logger, Exception exception);
    }
}
