using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Client;
using AgentApprovals.Demo;
using AgentApprovals.Tests.Client;
using AgentApprovals.Tests.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AgentApprovals.Tests.Demo;

/// <summary>Incident B, steps 1 to 3 and 6, as the demo plays it: the agent in a process of its own, over the public API.</summary>
public sealed class IncidentBTests : IAsyncLifetime
{
    // In the test's hand, and from now on: Summer's phone keeps her cookie by the machine's own clock.
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly TestConsole _console;
    private Person _ana = null!;
    private Person _ada = null!;
    private string _agent = "";

    public IncidentBTests() => _console = new(_clock, environment: "Development");

    private DemoPlayer Player => _console.Services.GetRequiredService<DemoPlayers>().B;

    public async ValueTask InitializeAsync()
    {
        _ana = await _console.DemoPersonAsync("ana@example.com");
        _ada = await _console.DemoPersonAsync(DemoSeed.Administrator);
        _agent = (await _ana.Get("agents?q=inbox-keeper")).Is(HttpStatusCode.OK)["items"]!.AsArray().Single()!.Text("id");
    }

    public ValueTask DisposeAsync()
    {
        // What the agent said, for whoever has to find out why this failed.
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', Player.Said));
        return _console.DisposeAsync();
    }

    [Fact]
    public async Task The_agents_forgetting_changes_nothing_and_its_owner_cuts_it_off_from_a_page_without_script()
    {
        Assert.Null(await Player.PlayAsync());
        await HeldAsync(12);

        // 1. Each deletion is held by the rule, whatever was compacted away; nothing was deleted.
        var entries = await EntriesAsync();
        Assert.Contains(entries, e => e.Text("kind") == "session.compacted");
        Assert.DoesNotContain(entries, e => e.Text("kind") is "action.approved" or "action.released" or "action.executing" or "action.completed");
        var asked = await AskedAsync();
        Assert.True(asked.Count >= 12);
        Assert.All(asked, a => Assert.Equal(("email.delete", "pending", "Deletions wait for a person"), (a.Text("type"), a.Text("status"), a["policy"]!.Text("rule"))));

        // 2. From the eleventh on they are gathered into one card, those before it too; it waits for nobody, and each try to go ahead is refused.
        var gathered = Assert.Single((await AskedAsync()).Select(a => (string?)a["burstId"]).Distinct());
        var burst = (await _ana.Get($"bursts/{gathered}")).Is(HttpStatusCode.OK);
        Assert.Equal(("email.delete", "inbox-keeper", "open"), (burst.Text("type"), burst["agent"]!.Text("name"), burst.Text("state")));
        Assert.True((int)burst["count"]! >= 12);
        Assert.Equal(1, entries.Count(e => e.Text("kind") == "burst.opened"));
        Assert.True(Player.Said.Count(s => s.EndsWith("pending. Going ahead all the same: not_released", StringComparison.Ordinal)) >= 11);

        // 1. The old digest was refused, and the text handed over again.
        Assert.Contains(entries, e => e.Text("kind") == "action.refused" && e["data"]!.ToJsonString().Contains("instructions_stale", StringComparison.Ordinal));
        Assert.Contains(Player.Said, s => s.Contains("instructions_stale", StringComparison.Ordinal) && s.Contains("Confirm with Summer before you delete any e-mail.", StringComparison.Ordinal));

        // What else stops have to take away: something approved, something released.
        var (key, run) = await SecondRunAsync();
        var released = await ApprovedAsync(run);
        _clock.Advance(TimeSpan.FromSeconds(61));
        var approved = await ApprovedAsync(run);
        var waiting = (await run.Submitted(Deletion(run))).Text("id");
        Assert.Equal(["released", "approved", "pending"], await StatusesAsync(released, approved, waiting));

        // 3. Summer holds no role; she owns the agent, and has a phone that runs no script.
        using var summer = await Scriptless.SignedInAsync(_console, "summer@example.com", DemoSeed.Password, $"/stop?agent={_agent}");
        Assert.DoesNotContain("<script", summer.Page, StringComparison.OrdinalIgnoreCase);
        await summer.SendAsync(summer.Path, ("target", $"agent:{_agent}"), ("reason", ""));
        Assert.Matches("^/stops/[0-9a-f-]{36}$", summer.Path);
        Assert.DoesNotContain("<script", summer.Page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("cut off", summer.Page, StringComparison.Ordinal);

        // 6. Nothing that waited, was approved or released survives; the agent's next call is refused, and so is a new session.
        await Eventually.IsAsync(() => Task.FromResult(!Player.IsPlaying), 20);
        Assert.Contains(Player.Said, s => s.EndsWith(": session_stopped", StringComparison.Ordinal));
        Assert.Contains("A new session instead: agent_stopped", Player.Said);
        Assert.Matches(@"deleted 0\. I end: session_stopped\.$", Player.Said[^1]);
        foreach (var id in new[] { released, approved, waiting })
            (await run.Agent.Post($"actions/{id}/redeem")).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        (await run.Submit(Deletion(run))).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        (await _console.As(key).Post("sessions", new { onBehalfOf = "summer@example.com" })).IsRefused(HttpStatusCode.Forbidden, "agent_stopped");
        Assert.All(await AskedAsync(), a => Assert.Equal("stopped", a.Text("status")));
        entries = await EntriesAsync();
        Assert.DoesNotContain(entries, e => e.Text("kind") is "action.executing" or "action.completed");
        Assert.True((bool)(await _ada.Get("ledger/verify")).Is(HttpStatusCode.OK)["valid"]!);
    }

    [Fact]
    public async Task Played_again_it_is_resumed_first_and_keeps_its_key()
    {
        Assert.Null(await Player.PlayAsync());
        Assert.False(Player.HadToResume);
        Assert.Null(await Player.PlayAsync());
        await HeldAsync(1);
        (await _ada.Post("stop", new { reason = "Drill" })).Is(HttpStatusCode.Accepted);
        (await _ada.Post($"agents/{_agent}/stop", new { })).Is(HttpStatusCode.Accepted);
        await Eventually.IsAsync(() => Task.FromResult(!Player.IsPlaying), 20);

        Assert.Null(await Player.PlayAsync());
        Assert.True(Player.HadToResume);
        await HeldAsync(1);
        Assert.Single((await _ada.Get($"agents/{_agent}/keys")).Is(HttpStatusCode.OK)["items"]!.AsArray());
    }

    /// <summary>The control: with every guard off it deletes all. A burst's first ten go as a rule allows; a budget lets pass as many as it says.</summary>
    [Theory]
    [InlineData(10_000, null, 20)]
    [InlineData(10, null, 10)]
    [InlineData(10_000, 7, 7)]
    public async Task Where_a_rule_allows_it_and_nobody_stops_it_the_same_agent_deletes(int burst, int? budget, int deleted)
    {
        await using var console = new TestConsole();
        var rule = Scene.Rule("allow", extra: new { burst = new { count = burst }, budget = budget is null ? null : new { count = budget } });
        var scene = await Scene.SetAsync(console, new[] { rule }, new { requiresInstructionsDigest = true });
        using var client = new AgentApprovalsClient(console.Options());
        var played = await new InboxKeeper(client, scene.Key, _ => Task.CompletedTask) { Pause = TimeSpan.Zero, Turns = 20, ReportsCompaction = false }.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(new Played(20, deleted, null), played);
    }

    [Fact]
    public async Task Where_the_console_hears_of_the_compaction_the_same_agent_deletes_nothing_under_the_same_rule()
    {
        await using var console = new TestConsole();
        var scene = await Scene.SetAsync(console, new[] { Scene.Rule("allow") }, new { requiresInstructionsDigest = true });
        using var client = new AgentApprovalsClient(console.Options());
        var played = await new InboxKeeper(client, scene.Key, _ => Task.CompletedTask) { Pause = TimeSpan.Zero, Turns = 20 }.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(new Played(20, 0, null), played);
    }

    private Task HeldAsync(int atLeast) => Eventually.IsAsync(async () => (await AskedAsync()).Count(a => a.Text("status") == "pending") >= atLeast, 30);

    private async Task<List<JsonNode>> AskedAsync() =>
        [.. (await _ana.Get($"actions?agentId={_agent}&limit=200")).Is(HttpStatusCode.OK)["items"]!.AsArray().Select(a => a!)];

    private async Task<List<JsonNode>> EntriesAsync()
    {
        var all = new List<JsonNode>();
        for (var after = "0"; ; after = ((long)all[^1]["sequence"]!).ToString(CultureInfo.InvariantCulture))
        {
            var page = (await _ada.Get($"ledger?after={after}&limit=200")).Is(HttpStatusCode.OK)["items"]!.AsArray();
            if (page.Count == 0)
                return all;
            all.AddRange(page.Select(e => e!));
        }
    }

    /// <summary>Another session of the same agent, in the test's hand.</summary>
    private async Task<(string Key, Run Run)> SecondRunAsync()
    {
        var key = (await _ada.Post($"agents/{_agent}/keys", new { name = "Second" })).Is(HttpStatusCode.Created).Text("key");
        var session = (await _console.As(key).Post("sessions", new { onBehalfOf = "summer@example.com" })).Is(HttpStatusCode.Created);
        return (key, new(_console.As(session.Text("token")), session.Text("id"), session));
    }

    private async Task<string> ApprovedAsync(Run run)
    {
        var asked = await run.Submitted(Deletion(run));
        (await _ana.Post($"actions/{asked.Text("id")}/decisions", new { verdict = "approve", payloadDigest = asked.Text("payloadDigest") })).Is(HttpStatusCode.OK);
        return asked.Text("id");
    }

    private async Task<string[]> StatusesAsync(params string[] ids) =>
        await Task.WhenAll(ids.Select(async id => (await _ana.Get($"actions/{id}")).Is(HttpStatusCode.OK).Text("status")));

    private static object Deletion(Run run) => new
    {
        type = "email.delete",
        resource = "mailbox://summer/archive",
        summary = "One more",
        payload = new { messages = new[] { $"<{Guid.NewGuid()}@mail.example.com>" } },
        instructionsDigest = run.Opened["instructions"]!.Text("digest"),
    };
}
