using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Webhooks;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Webhooks;

/// <summary>
/// Follows the ledger and writes down what each endpoint is to be told, with how far it has come, in one commit: so nothing is
/// told twice for having been looked at twice, and nothing is left out over a restart.
/// </summary>
public sealed partial class WebhookFeed(Feed feed, Deliveries deliveries, WebhookJobs jobs, Reader reader, TimeProvider time, ILogger<WebhookFeed> log) : BackgroundService
{
    private const int MostAtOnce = 500;

    /// <summary>So many entries are looked through before what they gave rise to is written down, although more are there already.</summary>
    private const int MostLooked = 100;

    /// <summary>Where nothing is to be told the position is written down this seldom.</summary>
    private const int MostUnwritten = 1000;

    private const int GraceSeconds = 30;

    private readonly Lock _gate = new();
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<WebhookState> _webhooks = [];
    private long? _written;
    private long _passed;

    /// <summary>Completes when an entry, and all before it, was looked through.</summary>
    public async Task PassedAsync(long sequence, CancellationToken cancel)
    {
        while (true)
        {
            Task moved;
            lock (_gate)
            {
                if (_passed >= sequence)
                    return;
                moved = _moved.Task;
            }

            await moved.WaitAsync(cancel);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                Log.Broke(log, e);
                await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken));
            }
        }
    }

    private async Task FollowAsync(CancellationToken cancel)
    {
        _written = await deliveries.PositionAsync();
        await ReadWebhooksAsync();
        Pass(await StartAsync());
        foreach (var waiting in await deliveries.WaitingAsync())
            jobs.Expect(waiting, await deliveries.NextDueAsync(waiting));
        var (rows, looked) = (new List<DeliveryRow>(), 0);
        await foreach (var entry in feed.FollowAsync(_passed, cancel))
        {
            if (IsOfWebhook(entry) && entry.RowSequence is { } changed)
                await ChangedAsync(changed);
            rows.AddRange(_webhooks.Where(w => w.Sequence < entry.Sequence && IsFor(w, entry)).Select(w => Delivery(w, entry)));
            if (rows.Count == 0 && !IsWorthWriting(entry))
            {
                Pass(entry.Sequence);
                continue;
            }

            // Gathered up to the head, as long as it does not run away.
            if (rows.Count < MostAtOnce && ++looked < MostLooked && entry.Sequence < feed.Position)
                continue;
            await WriteAsync(entry.Sequence, rows);
            (rows, looked) = ([], 0);
        }
    }

    private async Task WriteAsync(long to, List<DeliveryRow> rows)
    {
        if (!await deliveries.TakeAsync(_written, to, rows))
            throw new InvalidOperationException("Another node looked through these entries; begin where it is.");
        _written = to;
        Pass(to);
        foreach (var row in rows.OrderBy(r => r.DueAt!.Value).DistinctBy(r => r.WebhookSequence))
            jobs.Expect(row.WebhookSequence, row.DueAt);
    }

    /// <summary>Where to begin: no endpoint is told of what was before it, so without any it is the head.</summary>
    private async Task<long> StartAsync()
    {
        var first = _webhooks.Count == 0
            ? await reader.LookAsync(db => db.Heads.Select(h => h.Sequence).SingleOrDefaultAsync())
            : _webhooks.Min(w => w.Sequence);
        return Math.Max(first, _written ?? 0);
    }

    private static bool IsOfWebhook(Entry entry) => entry.Kind.StartsWith("webhook.", StringComparison.Ordinal);

    private bool IsWorthWriting(Entry entry) => IsOfWebhook(entry) || (_webhooks.Count > 0 && entry.Sequence - (_written ?? 0) > MostUnwritten);

    private static bool IsFor(WebhookState webhook, Entry entry) => entry.Kind == Kinds.WebhookTest
        ? entry.Data.GetProperty("webhookId").GetGuid() == webhook.Id.Value
        : webhook.Wants(entry.Kind, entry.Subject.Agent);

    private async Task ChangedAsync(long sequence)
    {
        var before = _webhooks.Find(w => w.Sequence == sequence);
        await ReadWebhooksAsync();
        var now = await reader.LookAsync(db => db.Webhooks.SingleAsync(w => w.Sequence == sequence));
        if (now.Status == WebhookStatus.Deleted)
            await deliveries.ForgetAsync(now);
        else if (before?.EarlierSecretSequence is { } replaced && now.EarlierSecretSequence != replaced)
            await deliveries.ForgetSecretsAsync(replaced);
    }

    private async Task ReadWebhooksAsync() =>
        _webhooks = await reader.LookAsync(db => db.Webhooks.Where(w => w.Status != WebhookStatus.Deleted).OrderBy(w => w.Sequence).ToListAsync());

    private DeliveryRow Delivery(WebhookState webhook, Entry entry) => new()
    {
        WebhookSequence = webhook.Sequence,
        EntrySequence = entry.Sequence,
        Id = DeliveryRow.IdOf(webhook.Id, entry.Sequence, entry.At, entry.Hash),
        Event = entry.Kind,
        At = entry.At,
        // Whoever asked for a test sends it; only if that fails is it left to the jobs.
        DueAt = entry.Kind == Kinds.WebhookTest ? reader.Now.PlusSeconds(GraceSeconds) : reader.Now,
    };

    private void Pass(long sequence)
    {
        TaskCompletionSource moved;
        lock (_gate)
        {
            _passed = sequence;
            (moved, _moved) = (_moved, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        moved.TrySetResult();
    }

    private static partial class Log
    {
        [LoggerMessage(1611, LogLevel.Error, "Writing down what webhooks are to tell broke; it goes on where it was")]
        public static partial void Broke(ILogger logger, Exception exception);
    }
}
