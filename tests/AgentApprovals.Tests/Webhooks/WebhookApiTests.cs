using System.Net;
using AgentApprovals.Data.Storage;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Webhooks;

/// <summary>The routes about webhooks, and what the record says of them.</summary>
public sealed class WebhookApiTests : IAsyncDisposable
{
    private readonly WebhookStage _it = new();

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task An_endpoint_is_registered_shown_and_deleted_and_its_secret_is_told_once()
    {
        var answer = await _it.Admin.Post("webhooks", new { url = "https://93.184.216.34/hook", events = new[] { "action.submitted", "agent.stopped", "action.submitted" } });
        var made = answer.Is(HttpStatusCode.Created);
        var secret = made.Text("secret");
        Assert.Matches("^whsec_[A-Za-z0-9+/]{43}=$", secret);
        Assert.Equal($"/api/v1/webhooks/{made["id"]}", answer.Response.Headers.Location!.ToString());
        Assert.Equal("""["action.submitted","agent.stopped"]""", made["events"]!.ToJsonString());
        Assert.Equal(("active", null), (made.Text("state"), made["agentId"]));
        foreach (var path in new[] { $"webhooks/{made["id"]}", "webhooks", "ledger?limit=200", "ledger/export" })
            Assert.DoesNotContain("whsec_", await _it.Admin.Client.GetStringAsync(path), StringComparison.Ordinal);
        Assert.Equal("https://93.184.216.34/hook", (await _it.Admin.Get($"webhooks/{made["id"]}")).Text("url"));

        var gone = await _it.Admin.Delete($"webhooks/{made["id"]}");
        Assert.Equal((HttpStatusCode.NoContent, null), (gone.Status, gone.Body));
        Assert.Empty((await _it.Admin.Get("webhooks")).Is(HttpStatusCode.OK)["items"]!.AsArray());
        foreach (var again in new[] { await _it.Admin.Get($"webhooks/{made["id"]}"), await _it.Admin.Delete($"webhooks/{made["id"]}"),
            await _it.Admin.Get($"webhooks/{made["id"]}/deliveries"), await _it.Admin.Post($"webhooks/{made["id"]}/test"), await _it.Admin.Post($"webhooks/{made["id"]}/rotate") })
        {
            again.IsRefused(HttpStatusCode.NotFound, "not_found");
        }
    }

    [Fact]
    public async Task The_record_does_not_hold_the_secret_and_a_deleted_endpoint_leaves_none()
    {
        var made = await _it.RegisterAsync("https://93.184.216.34/", "webhook.test");
        (await _it.Admin.Post($"webhooks/{made["id"]}/rotate")).Is(HttpStatusCode.OK);
        Assert.Equal(2, (await SecretsAsync()).Count(s => s is { Length: > 40 }));
        Assert.Empty(await Replay.DifferencesAsync(_it.Console.Services.GetRequiredService<IDbContextFactory<LedgerContext>>()));
        await using (var db = await ContextAsync())
        {
            var secret = made.Text("secret")["whsec_".Length..];
            Assert.DoesNotContain(await db.Entries.Select(e => e.Bytes).ToListAsync(), e => System.Text.Encoding.UTF8.GetString(e).Contains(secret, StringComparison.Ordinal));
        }

        // Replaced twice, the first one signs nothing any more.
        (await _it.Admin.Post($"webhooks/{made["id"]}/rotate")).Is(HttpStatusCode.OK);
        await Eventually.IsAsync(async () => (await SecretsAsync()).Count(s => s is null) == 1 && (await SecretsAsync()).Count == 3);

        await _it.Admin.Delete($"webhooks/{made["id"]}");
        await Eventually.IsAsync(async () => (await SecretsAsync()).All(s => s is null));
    }

    [Fact]
    public async Task What_is_not_valid_is_told_all_at_once_and_changes_nothing()
    {
        foreach (var (body, faults) in new (string, string[])[]
        {
            ("{}", ["url", "events"]),
            ("""{"url":"https://93.184.216.34/","events":[]}""", ["events"]),
            ("""{"url":"https://93.184.216.34/","events":["action.submited"]}""", ["events"]),
            ("""{"url":"https://93.184.216.34/","events":"action.submitted"}""", ["events"]),
            ("""{"url":"https://93.184.216.34/","events":["*"]}""", ["events"]),
            ("""{"url":"https://93.184.216.34/","events":["action.submitted"],"agentId":"one"}""", ["agentId"]),
            ("""{"url":"https://93.184.216.34/","events":["action.submitted"],"agentId":"0197c1b2-0000-7000-8000-000000000000"}""", ["agentId"]),
            ("""{"url":7,"events":["action.submitted"]}""", ["url"]),
            ("""{"url":"hooks.example.com","events":["action.submitted"]}""", ["url"]),
            ("""{"url":"ftp://93.184.216.34/","events":["action.submitted"]}""", ["url"]),
            ("""{"url":"http://93.184.216.34/","events":["action.submitted"]}""", ["url"]),
            ("""{"url":"https://10.0.0.1/","events":["nothing"]}""", ["url", "events"]),
        })
        {
            var refused = await _it.Admin.PostRaw("webhooks", body);
            refused.IsRefused(HttpStatusCode.BadRequest, "invalid_request");
            Assert.Equal(faults.Order(), refused.Body!["errors"]!.AsObject().Select(e => e.Key).Order());
        }

        Assert.Empty((await _it.Admin.Get("webhooks")).Is(HttpStatusCode.OK)["items"]!.AsArray());
    }

    [Fact]
    public async Task Lists_are_paged_newest_first()
    {
        await using var receiver = await Receiver.StartAsync();
        var made = new List<string>();
        for (var i = 0; i < 3; i++)
            made.Add((await _it.RegisterAsync(receiver.Url, "webhook.test")).Text("id"));
        Assert.Equal(Enumerable.Reverse(made), await PagesAsync("webhooks"));

        var sent = new List<string>();
        for (var i = 0; i < 3; i++)
            sent.Add((await _it.Admin.Post($"webhooks/{made[0]}/test")).Is(HttpStatusCode.OK).Text("id"));
        Assert.Equal(sent.Order(StringComparer.Ordinal), sent);
        Assert.Equal(Enumerable.Reverse(sent), await PagesAsync($"webhooks/{made[0]}/deliveries"));
        (await _it.Admin.Get("webhooks?limit=0")).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        (await _it.Admin.Get($"webhooks/{made[0]}/deliveries?cursor=x")).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task An_agent_can_register_nothing()
    {
        var run = await (await Scene.SetAsync(_it.Console)).SessionAsync();
        (await run.Agent.Post("webhooks", new { url = "https://93.184.216.34/", events = new[] { "action.submitted" } })).IsRefused(HttpStatusCode.Forbidden, "forbidden");
        (await run.Agent.Get("webhooks")).IsRefused(HttpStatusCode.Forbidden, "forbidden");
    }

    private async Task<List<string>> PagesAsync(string path)
    {
        var ids = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await _it.Admin.Get($"{path}?limit=2&cursor={cursor}")).Is(HttpStatusCode.OK);
            ids.AddRange(page["items"]!.AsArray().Select(i => i!.Text("id")));
            cursor = (string?)page["nextCursor"];
        }

        return ids;
    }

    private async Task<List<byte[]?>> SecretsAsync()
    {
        await using var db = await ContextAsync();
        return await db.Contents.Where(c => c.Part == AgentApprovals.Domain.Ledger.ContentPart.WebhookSecret).Select(c => c.Bytes).ToListAsync();
    }

    private Task<LedgerContext> ContextAsync() => _it.Console.Services.GetRequiredService<IDbContextFactory<LedgerContext>>().CreateDbContextAsync();
}
