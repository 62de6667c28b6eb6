using System.Net;
using AgentApprovals.Data.Storage;
using AgentApprovals.Tests.Drivers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StandardWebhooks;
using Xunit;

namespace AgentApprovals.Tests.Webhooks;

/// <summary>What is told, to whom, and that it is one delivery an endpoint and event whatever happens in between.</summary>
public sealed class DeliveryTests : IAsyncDisposable
{
    private readonly WebhookStage _it = new();

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task Every_event_is_told_as_it_was_signed_by_the_standard_and_without_what_is_kept_here()
    {
        await using var receiver = await Receiver.StartAsync();
        var webhook = await _it.RegisterAsync(receiver.Url, [.. AgentApprovals.Domain.Webhooks.WebhookEvents.All]);
        var told = await EveryEvent.LiveAsync(_it);
        await _it.SendDueAsync();
        Assert.Equal(told, receiver.All.Select(r => r.Type));

        var standard = new StandardWebhook(webhook.Text("secret"));
        foreach (var one in receiver.All)
        {
            Assert.Equal(standard.Sign(one.Id, DateTimeOffset.FromUnixTimeSeconds(one.Timestamp), one.Text), one.Signature.Split(' ')[0]);
            Assert.Equal(("POST", "application/json"), (one.Method, one.Headers.ContentType.ToString()));
            Assert.Equal(["data", "timestamp", "type"], one.Json.AsObject().Select(m => m.Key).Order());
            Assert.DoesNotContain(EveryEvent.Planted, one.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("ghp_0123456789", one.Text, StringComparison.Ordinal);
            Assert.Empty(one.Json["data"]!.AsObject().Select(m => m.Key).Intersect(["payload", "messages", "purged", "token", "secret"]));
            if (one.Type.StartsWith("action.", StringComparison.Ordinal))
                Assert.False(one.Json["data"]!.AsObject().ContainsKey("reason"));
        }

        // As it stood then, although all of it was sent at the end.
        foreach (var status in new[] { "approved", "released", "denied", "expired", "cancelled", "stopped", "executing", "completed", "failed" })
            Assert.Equal(status, receiver.Of($"action.{status}")[0].Json["data"]!.Text("status"));
        Assert.Equal("pending", receiver.Of("action.submitted")[0].Json["data"]!.Text("status"));
        Assert.Equal("active", receiver.Of("session.started")[0].Json["data"]!.Text("state"));
        Assert.Equal(("agent", "Enough"), (receiver.Of("agent.stopped")[0].Json["data"]!.Text("scope"), receiver.Of("agent.stopped")[0].Json["data"]!.Text("reason")));
    }

    [Fact]
    public async Task An_endpoint_hears_of_its_agent_and_its_events_alone()
    {
        await using var receiver = await Receiver.StartAsync();
        var first = await Scene.SetAsync(_it.Console, name: "first");
        var (other, key) = await first.AgentAsync("other");
        await _it.Admin.RegisterAsync(new Uri(receiver.Address, "/other").ToString(), other, "action.submitted", "session.started");
        await _it.Admin.RegisterAsync(new Uri(receiver.Address, "/all").ToString(), null, "action.submitted");
        await (await first.SessionAsync()).Submitted();
        await (await first.SessionAsync(key: key)).Submitted();
        await _it.SendDueAsync();
        Assert.Equal(["session.started other", "action.submitted other"], Told("/other"));
        Assert.Equal(["action.submitted first", "action.submitted other"], Told("/all"));

        IEnumerable<string> Told(string path) => receiver.All.Where(r => r.Path == path).Select(r => $"{r.Type} {r.Json["data"]!["agent"]!["name"]}");
    }

    [Fact]
    public async Task A_restart_in_between_loses_nothing_and_tells_nothing_twice()
    {
        await using var receiver = await Receiver.StartAsync();
        var folder = Directory.CreateTempSubdirectory("agent-approvals-").FullName;
        var asked = new List<string>();
        await using (var before = new WebhookStage(folder, _it.Clock))
        {
            await before.RegisterAsync(receiver.Url, "action.submitted");
            var run = await (await Scene.SetAsync(before.Console)).SessionAsync();
            for (var i = 0; i < 20; i++)
                asked.Add((await run.Submitted(Scene.Post(payload: new { i }))).Text("id"));
            // Half of it is written down to be sent, and of that nothing was sent.
            await before.LookedThroughAsync();
            await SetPositionAsync(before.Console, 0.5);
        }

        await using var after = new WebhookStage(folder, _it.Clock);
        await after.SendDueAsync();
        Assert.Equal(asked, receiver.All.Select(r => (string)r.Json["data"]!["id"]!));
        Assert.Distinct(receiver.All.Select(r => r.Id));
        await after.PassUntilAsync(_it.Clock.GetUtcNow().AddDays(1));
        Assert.Equal(20, receiver.All.Count);
    }

    [Fact]
    public async Task What_two_nodes_look_through_at_once_is_taken_once()
    {
        await _it.RegisterAsync("https://93.184.216.34/", "action.submitted");
        await (await (await Scene.SetAsync(_it.Console)).SessionAsync()).Submitted();
        await _it.LookedThroughAsync();
        var position = await _it.Deliveries.PositionAsync();
        var webhook = Assert.Single(await _it.Deliveries.WaitingAsync());
        var there = Assert.Single(await _it.Deliveries.PendingAsync(webhook, 0, 10));
        var same = there with { Id = Guid.NewGuid() };
        var more = there with { Id = Guid.NewGuid(), EntrySequence = there.EntrySequence - 1 };
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _it.Deliveries.TakeAsync(position, position!.Value + 1, [same, more])));
        Assert.Single(taken, t => t);
        Assert.Equal([more.Id, there.Id], (await _it.Deliveries.PendingAsync(webhook, 0, 10)).Select(d => d.Id));
    }

    [Fact]
    public async Task Hangfire_tells_at_once_and_again_after_five_seconds()
    {
        await using var console = new TestConsole(settings: WebhookStage.Allowing());
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = _ => receiver.All.Count <= 1 ? 500 : 200;
        var webhook = await console.Admin.RegisterAsync(receiver.Url, null, "action.submitted");
        await (await (await Scene.SetAsync(console)).SessionAsync()).Submitted();
        await Eventually.IsAsync(() => Task.FromResult(receiver.All.Count >= 1), 3);
        await Eventually.IsAsync(async () => (await console.Admin.DeliveriesAsync(webhook))[0].Text("state") == "delivered", 15);
        Assert.Equal(2, receiver.All.Count);
        Assert.Equal(receiver.All[0].Id, receiver.All[1].Id);
        Assert.InRange(receiver.All[1].Timestamp - receiver.All[0].Timestamp, 4, 9);
        Assert.All(receiver.All, r => Assert.True(r.IsSignedBy(webhook.Text("secret"), DateTimeOffset.UtcNow)));
    }

    [Fact]
    public async Task A_start_finds_in_the_data_alone_what_is_to_be_sent()
    {
        await using var receiver = await Receiver.StartAsync();
        var folder = Directory.CreateTempSubdirectory("agent-approvals-").FullName;
        await using (var before = new TestConsole(timer: false, hangfire: false, folder: folder, settings: WebhookStage.Allowing()))
        {
            await before.Admin.RegisterAsync(receiver.Url, null, "action.submitted");
            await (await (await Scene.SetAsync(before)).SessionAsync()).Submitted();
            Assert.Empty(receiver.All);
        }

        // The job store was in the first one's memory: it is lost.
        await using var after = new TestConsole(folder: folder, settings: WebhookStage.Allowing());
        _ = after.Address;
        await Eventually.IsAsync(() => Task.FromResult(receiver.All.Count == 1));
    }

    [Fact]
    public async Task What_is_done_is_forgotten_after_a_month_and_what_waits_is_not()
    {
        await using var receiver = await Receiver.StartAsync();
        var scene = await Scene.SetAsync(_it.Console);
        var (told, waiting) = (await _it.RegisterAsync(receiver.Url, "session.started"), await _it.RegisterAsync("http://127.0.0.1:9/", "session.started"));
        await scene.SessionAsync();
        await _it.SendDueAsync();
        _it.Clock.Advance(TimeSpan.FromDays(30) + TimeSpan.FromMilliseconds(1));
        await _it.Console.Services.GetRequiredService<AgentApprovals.Webhooks.WebhookJobs>().ForgetAsync(TestContext.Current.CancellationToken);
        Assert.Empty(await _it.Admin.DeliveriesAsync(told));
        Assert.Single(await _it.Admin.DeliveriesAsync(waiting));
    }

    [Fact]
    public async Task A_checkpoint_of_the_ledger_leaves_the_machine_as_it_was_signed()
    {
        await using var receiver = await Receiver.StartAsync();
        await _it.RegisterAsync(receiver.Url, "ledger.checkpoint");
        var taken = (await _it.Admin.Post("ledger/checkpoints")).Is(HttpStatusCode.Created);
        await _it.SendDueAsync();
        Assert.Equal(Members(taken), Members(Assert.Single(receiver.All).Json["data"]!));

        static IEnumerable<string> Members(System.Text.Json.Nodes.JsonNode node) => node.AsObject().Select(m => $"{m.Key} {m.Value}").Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task However_many_events_there_are_few_jobs_send_them_and_in_their_order()
    {
        await using var console = new TestConsole(settings: WebhookStage.Allowing());
        await using var receiver = await Receiver.StartAsync();
        await console.Admin.RegisterAsync(receiver.Url, null, "action.submitted");
        var run = await (await Scene.SetAsync(console)).SessionAsync();
        var asked = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => run.Submitted(Scene.Post(payload: new { i }))));
        await Eventually.IsAsync(() => Task.FromResult(receiver.All.Count >= 200), 30);
        Assert.Equal(asked.Select(a => a.Text("id")).Order(StringComparer.Ordinal), receiver.All.Select(r => (string)r.Json["data"]!["id"]!));
        var jobs = console.Services.GetRequiredService<Hangfire.JobStorage>().GetMonitoringApi();
        Assert.InRange(jobs.EnqueuedCount("webhooks") + jobs.ScheduledCount(), 0, 3);
        Assert.InRange(jobs.SucceededListCount(), 1, 150);
    }

    /// <summary>As it is where the machine stopped before it was written down how far everything was looked through.</summary>
    private static async Task SetPositionAsync(TestConsole console, double part)
    {
        await using var db = await console.Services.GetRequiredService<IDbContextFactory<LedgerContext>>().CreateDbContextAsync();
        var entries = await db.Deliveries.OrderBy(d => d.EntrySequence).Select(d => d.EntrySequence).ToListAsync();
        var at = entries[(int)(entries.Count * part)];
        await db.Positions.ExecuteUpdateAsync(s => s.SetProperty(p => p.Sequence, entries[0]));
        await db.Deliveries.Where(d => d.EntrySequence > at).ExecuteDeleteAsync();
    }
}
