using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Tests.Drivers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Setup;

/// <summary>The ledger as people read it, check it and take it elsewhere.</summary>
public sealed class LedgerTests : IAsyncLifetime
{
    private readonly TestConsole _console = new();
    private string _action = "";
    private string _session = "";

    public async ValueTask InitializeAsync()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        _session = run.Id;
        _action = (await run.Submitted()).Text("id");
        await (await scene.SessionAsync()).Submitted(Scene.Post(payload: new { other = true }));
    }

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task Entries_come_in_order_page_by_page_and_of_one_action_or_session()
    {
        var all = (await _console.Admin.Get("ledger?limit=200")).Is(HttpStatusCode.OK)["items"]!.AsArray();
        Assert.Equal(Enumerable.Range(1, all.Count), all.Select(e => (int)e!["sequence"]!));
        var seen = new List<int>();
        string? cursor = null;
        do
        {
            var page = (await _console.Admin.Get($"ledger?limit=3&cursor={cursor}")).Is(HttpStatusCode.OK);
            seen.AddRange(page["items"]!.AsArray().Select(e => (int)e!["sequence"]!));
            cursor = (string?)page["nextCursor"];
        }
        while (cursor is not null);
        Assert.Equal(Enumerable.Range(1, all.Count), seen);
        Assert.Equal(4, (int)(await _console.Admin.Get("ledger?after=3&limit=1")).Is(HttpStatusCode.OK)["items"]![0]!["sequence"]!);

        var ofAction = (await _console.Admin.Get($"ledger?actionId={_action}")).Is(HttpStatusCode.OK)["items"]!.AsArray();
        Assert.Equal(["action.submitted"], ofAction.Select(e => e!.Text("kind")));
        var ofSession = (await _console.Admin.Get($"ledger?sessionId={_session}")).Is(HttpStatusCode.OK)["items"]!.AsArray();
        Assert.Equal(["session.started", "action.submitted"], ofSession.Select(e => e!.Text("kind")));
        Assert.Empty((await _console.Admin.Get($"ledger?actionId={Guid.NewGuid()}")).Is(HttpStatusCode.OK)["items"]!.AsArray());
        foreach (var bad in new[] { "after=-1", "after=x", "limit=0", "limit=201", "actionId=x", "sessionId=1", "cursor=x" })
            (await _console.Admin.Get($"ledger?{bad}")).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task The_chain_is_valid_and_a_changed_byte_is_found_where_it_is()
    {
        var report = (await _console.Admin.Get("ledger/verify")).Is(HttpStatusCode.OK);
        var head = (int)report["head"]!["sequence"]!;
        Assert.Equal((true, head), ((bool)report["valid"]!, (int)report["entries"]!));
        Assert.Null(report["firstInvalid"]);
        Assert.Equal(3, (int)(await _console.Admin.Get("ledger/verify?from=2&to=4")).Is(HttpStatusCode.OK)["entries"]!);
        foreach (var bad in new[] { "from=0", "from=5&to=4", $"from={head + 1}", "to=0", "from=x" })
            (await _console.Admin.Get($"ledger/verify?{bad}")).IsRefused(HttpStatusCode.BadRequest, "invalid_request");

        await using var db = await _console.Services.GetRequiredService<IDbContextFactory<LedgerContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        await db.EditAsync(e => e.Kind == Kinds.AgentRegistered, "forum-helper", "forum-hacker");
        var broken = (await _console.Admin.Get("ledger/verify")).Is(HttpStatusCode.OK);
        Assert.Equal((false, "agent.registered"), ((bool)broken["valid"]!, await KindAsync(db, (int)broken["firstInvalid"]!)));
    }

    [Fact]
    public async Task The_export_holds_every_entry_and_is_checked_without_the_console()
    {
        using var answer = await _console.Admin.Client.GetAsync("ledger/export", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, "application/x-ndjson"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        var lines = (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var previous = new string('0', 64);
        for (var i = 0; i < lines.Length; i++)
        {
            var entry = JsonNode.Parse(lines[i])!.AsObject();
            Assert.Equal((i + 1, previous), ((int)entry["sequence"]!, entry.Text("previousHash")));
            previous = entry.Text("hash");
            entry.Remove("hash");
            Assert.Equal(previous, Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(entry.ToJsonString())))));
        }

        var head = (await _console.Admin.Get("ledger/verify")).Is(HttpStatusCode.OK)["head"]!;
        Assert.Equal((lines.Length, previous), ((int)head["sequence"]!, head.Text("hash")));
    }

    private static async Task<string> KindAsync(LedgerContext db, long sequence) =>
        (await db.Entries.AsNoTracking().SingleAsync(e => e.Sequence == sequence, TestContext.Current.CancellationToken)).Kind;
}
