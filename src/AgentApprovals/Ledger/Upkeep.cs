using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Hosting;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AgentApprovals.Ledger;

/// <summary>
/// What has to be done to the ledger now and then, looked at each hour: once a day the whole chain is checked and a checkpoint
/// taken, and what is older than <c>Retention:PayloadDays</c> loses its words.
/// </summary>
public sealed partial class Upkeep(
    Reader reader, Data.Ledger.Ledger ledger, ChainCheck check, Checkpoints checkpoints, IOptions<RetentionSettings> retention, ILogger<Upkeep> log)
{
    private const int Batch = 100;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>The last check of the whole chain by this process; null before the first.</summary>
    public ChainReport? Checked { get; private set; }

    /// <summary>Run twice, or late, it does the same.</summary>
    [AutomaticRetry(Attempts = 0)]
    [DisableConcurrentExecution(timeoutInSeconds: 1)]
    public async Task RunAsync(CancellationToken cancel)
    {
        await PurgeAsync(cancel);
        var last = (await checkpoints.LastAsync())?.At ?? await reader.LookAsync(db => db.Consoles.Select(c => c.CreatedAt).SingleAsync(cancel));
        if (reader.Now - last < Day)
            return;
        Checked = await check.RunAsync(1, null, cancel);
        if (Checked.Valid)
            (await ledger.CommitAsync(new RecordCheckpoint(new SystemActor("ledger"), await checkpoints.SignAsync()))).Require();
        else
            Log.Broken(log, Checked.FirstInvalid ?? 0);
    }

    /// <summary>How many actions lost their words.</summary>
    public async Task<int> PurgeAsync(CancellationToken cancel)
    {
        if (retention.Value.PayloadDays is not { } days)
            return 0;
        var before = reader.Now.PlusSeconds(-86_400L * days);
        var all = 0;
        while (!cancel.IsCancellationRequested)
        {
            var due = await reader.LookAsync(async db =>
            {
                var actions = await db.Actions.Where(a => a.EndedAt < before && a.PurgedAt == null).OrderBy(a => a.EndedAt).Take(Batch).Select(a => a.Sequence).ToListAsync(cancel);
                return await db.Entries.Where(e => e.ActionSequence != null && actions.Contains(e.ActionSequence.Value))
                    .Select(e => new { Action = e.ActionSequence!.Value, e.Sequence }).ToListAsync(cancel);
            });
            if (due.Count == 0)
                break;
            var contents = due.GroupBy(e => e.Action).ToDictionary(g => g.Key, g => (IReadOnlyList<long>)[.. g.Select(e => e.Sequence)]);
            var purged = (await ledger.CommitAsync(new PurgeActions(contents, before))).Require();
            if (purged == 0)
                break;
            all += purged;
        }

        return all;
    }

    private static partial class Log
    {
        [LoggerMessage(1511, LogLevel.Critical, "The ledger's chain is broken at entry {Sequence}: it was changed from outside, or entries are missing. No checkpoint was taken")]
        public static partial void Broken(ILogger logger, long sequence);
    }
}
