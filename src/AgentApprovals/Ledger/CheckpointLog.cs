using AgentApprovals.Data.Ledger;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Ledger;

/// <summary>Writes every checkpoint into the log, which leaves the machine, whoever took it.</summary>
internal sealed partial class CheckpointLog(Feed feed, TimeProvider time, ILogger<CheckpointLog> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        for (var after = feed.Position; !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                await foreach (var entry in feed.FollowAsync(after, stoppingToken))
                {
                    after = entry.Sequence;
                    if (entry.Kind == Kinds.LedgerCheckpoint && Checkpoints.In(entry) is var taken)
                        Log.Taken(log, taken.Sequence, taken.Hash, taken.At.ToString(), taken.KeyId, taken.Signature);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Goes on from where it was: none is left out.
                Log.Broke(log, e);
                await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken));
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1502, LogLevel.Error, "The ledger could not be followed for checkpoints; it is tried again")]
        public static partial void Broke(ILogger logger, Exception exception);

        [LoggerMessage(1501, LogLevel.Information, "Checkpoint: {{\"sequence\":{Sequence},\"hash\":\"{Hash}\",\"at\":\"{At}\",\"keyId\":\"{KeyId}\",\"signature\":\"{Signature}\"}}")]
        public static partial void Taken(ILogger logger, long sequence, string hash, string at, string keyId, string signature);
    }
}
