using System.Diagnostics;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Domain.Stops;

namespace AgentApprovals.Stops;

/// <summary>
/// Brings spooled stops into the ledger, as soon as its database is there: before a start lets anybody in, and before the node lets
/// agents in again. Until then what they stopped stays stopped here.
/// </summary>
public sealed partial class SpoolKeeper(StopSpool spool, Data.Ledger.Ledger ledger, StopReceipts receipts, ILogger<SpoolKeeper> log) : BackgroundService
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var stop in spool.Kept)
            receipts.Act(stop.Ahead, Stopwatch.GetTimestamp());
        while (!spool.IsEmpty)
        {
            await EnterAsync();
            if (!spool.IsEmpty)
                await Task.Delay(Rest, cancellationToken);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await EnterAsync();
            await Task.WhenAny(Task.Delay(Rest, stoppingToken));
        }
    }

    private async Task EnterAsync()
    {
        foreach (var stop in spool.Kept)
        {
            try
            {
                if ((await ledger.CommitAsync(new EnterSpooled(stop))).Refusal is not { } refusal)
                {
                    spool.Entered(stop.Id);
                    receipts.Release(stop.Id);
                    Log.Entered(log, stop.Id.Value);
                    continue;
                }

                Log.Refused(log, stop.Id.Value, refusal.Code);
                spool.SetAside(stop.Id);
                receipts.Release(stop.Id);
            }
            catch (LedgerUnavailableException)
            {
                return;
            }
            catch (RuleException e)
            {
                // Our bug must not keep the node shut for ever: what the stop holds here stays held until the process ends.
                Log.Broke(log, stop.Id.Value, e);
                spool.SetAside(stop.Id);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1322, LogLevel.Warning, "The spooled stop {Stop} is in the ledger now")]
        public static partial void Entered(ILogger logger, Guid stop);

        [LoggerMessage(1323, LogLevel.Error, "The spooled stop {Stop} was refused ({Code}); its file is set aside")]
        public static partial void Refused(ILogger logger, Guid stop, string code);

        [LoggerMessage(1324, LogLevel.Critical, "The spooled stop {Stop} can't be entered; it holds on this node until its process ends, and its file is set aside")]
        public static partial void Broke(ILogger logger, Guid stop, Exception exception);
    }
}
