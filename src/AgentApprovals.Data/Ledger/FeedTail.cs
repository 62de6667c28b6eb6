using AgentApprovals.Data.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentApprovals.Data.Ledger;

/// <summary>Looks at the database four times a second: whether it is there, and where the ledger stands.</summary>
public sealed partial class FeedTail(IDbContextFactory<LedgerContext> contexts, Contact contact, ILogger<FeedTail> log) : BackgroundService
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(250);

    /// <summary>A look that takes longer has failed; the next one is made on another connection.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private bool _isOut;

    /// <summary>In the tail's own thread: contact was lost (true) or is there again.</summary>
    public event Action<bool>? Changed;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            var began = contact.Begin();
            try
            {
                await LookAsync(stoppingToken).WaitAsync(Patience, stoppingToken);
                contact.Reached(began);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (!_isOut)
                    Log.LookFailed(log, e);
                contact.Failed();
            }

            Tell();
            await Task.WhenAny(Task.Delay(Rest, stoppingToken));
        }
    }

    private void Tell()
    {
        var isOut = contact.IsLost;
        if (isOut == _isOut)
            return;
        _isOut = isOut;
        if (isOut)
            Log.Lost(log, Contact.Longest.TotalSeconds);
        else
            Log.Back(log);
        Changed?.Invoke(isOut);
    }

    private async Task LookAsync(CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        await db.Heads.AsNoTracking().Select(h => h.Sequence).SingleOrDefaultAsync(cancel);
    }

    private static partial class Log
    {
        [LoggerMessage(1021, LogLevel.Warning, "The database did not answer a look")]
        public static partial void LookFailed(ILogger logger, Exception exception);

        [LoggerMessage(1022, LogLevel.Error, "The database was not reached for {Seconds} s: agents are refused and cut off; stops are taken and kept in the spool")]
        public static partial void Lost(ILogger logger, double seconds);

        [LoggerMessage(1023, LogLevel.Warning, "The database is reached again")]
        public static partial void Back(ILogger logger);
    }
}
