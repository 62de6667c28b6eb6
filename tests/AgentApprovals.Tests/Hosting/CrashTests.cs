using System.Collections.Concurrent;
using System.Net;
using AgentApprovals.Tests.Drivers;
using Microsoft.Data.Sqlite;
using Xunit;

namespace AgentApprovals.Tests.Hosting;

/// <summary>
/// The published server is killed (SIGKILL) under load, again and again: what it answered is there, no decision is there twice,
/// the chain holds.
/// </summary>
public sealed class CrashTests(PublishedConsole published) : IClassFixture<PublishedConsole>
{
    private static readonly int Kills = Soak.Times(20);
    private readonly string _folder = Directory.CreateTempSubdirectory("agent-approvals-").FullName;

    /// <summary>What the console answered for: actions, and the verdict of each decision.</summary>
    private readonly ConcurrentDictionary<string, string?> _answered = new();
    private int _brokenOff;

    [Fact]
    public async Task Killed_under_load_it_loses_nothing_it_answered_and_doubles_no_decision()
    {
        string agentKey, reviewer;
        await using (var console = await published.ServeAsync(PublishedConsole.Settings(_folder)))
            (agentKey, reviewer) = await SetAsync(console.Admin);
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var console = await published.ServeAsync(PublishedConsole.Settings(_folder));
            using var end = new CancellationTokenSource();
            var load = Enumerable.Range(0, 8).Select(_ => LoadAsync(console, agentKey, reviewer, end.Token)).ToList();
            var enough = _answered.Count + 40 + Random.Shared.Next(40);
            while (_answered.Count < enough && !load.Any(l => l.IsCompleted))
                await Task.Delay(5, TestContext.Current.CancellationToken);
            await console.KillAsync();
            await end.CancelAsync();
            await Task.WhenAll(load);
        }

        var found = await FaultsAsync(_folder);
        Assert.True(found.Count == 0, string.Join('\n', found));
        Assert.True(_brokenOff > 0, "No request was broken off: it was not killed under load.");
        Assert.InRange(_answered.Values.Count(v => v is not null), 10, int.MaxValue);

        // The control: the same look at a copy that lost an action and doubled an approval finds both, and that the chain is broken.
        var copy = Directory.CreateTempSubdirectory("agent-approvals-").FullName;
        Damage(copy);
        Assert.Equal(3, (await FaultsAsync(copy)).Count);
    }

    private static async Task<(string AgentKey, string Reviewer)> SetAsync(Person admin)
    {
        (await admin.Put("policies", new { version = 0, rules = new[] { Scene.Rule(expires: 3600) } })).Is(HttpStatusCode.OK);
        var agent = (await admin.Post("agents", new { name = "busy", owner = "o@example.com", actsFor = new[] { "*" }, limits = new { maxPending = 100_000, maxActionsPerMinute = 1_000_000, maxSessions = 1000 } })).Is(HttpStatusCode.Created).Text("id");
        (await admin.Put($"agents/{agent}/permissions", new { version = 0, items = new[] { new { type = "*", resource = "*" } } })).Is(HttpStatusCode.OK);
        var key = (await admin.Post($"agents/{agent}/keys", new { name = "k" })).Is(HttpStatusCode.Created).Text("key");
        var person = (await admin.Post("people", new { email = "r@example.com", roles = new[] { "Reviewer" } })).Is(HttpStatusCode.Created).Text("id");
        return (key, (await admin.Post($"people/{person}/tokens", new { name = "t", mayDecide = "all" })).Is(HttpStatusCode.Created).Text("token"));
    }

    /// <summary>Asks and decides until the server is gone, and remembers what was answered.</summary>
    private async Task LoadAsync(ServingConsole console, string agentKey, string reviewerToken, CancellationToken end)
    {
        try
        {
            var session = (await console.As(agentKey).Post("sessions", new { onBehalfOf = "d@example.com" })).Is(HttpStatusCode.Created).Text("token");
            var (agent, reviewer) = (console.As(session), console.As(reviewerToken));
            for (var i = 0; !end.IsCancellationRequested; i++)
            {
                var action = (await agent.Post("actions", Scene.Post(payload: new { n = Guid.NewGuid() }))).Is(HttpStatusCode.Created);
                _answered[action.Text("id")] = null;
                var verdict = i % 2 == 0 ? "approve" : "deny";
                (await reviewer.Post($"actions/{action["id"]}/decisions", new { verdict, comment = "No", payloadDigest = action.Text("payloadDigest") })).Is(HttpStatusCode.OK);
                _answered[action.Text("id")] = verdict;
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            Interlocked.Increment(ref _brokenOff);
        }
    }

    /// <summary>What a console on this folder's database lacks of what was answered, has twice, or can't vouch for.</summary>
    private async Task<List<string>> FaultsAsync(string folder)
    {
        await using var console = await published.ServeAsync(PublishedConsole.Settings(folder));
        var kept = new Dictionary<string, string>();
        await EachAsync(console.Admin, "actions?limit=200", a => kept[a.Text("id")] = a.Text("status"));
        var decisions = new Dictionary<string, int>();
        await EachAsync(console.Admin, "ledger?limit=200", e =>
        {
            if (e.Text("kind") is "action.approval" or "action.approved" or "action.denied")
                decisions[e.Text("actionId")] = decisions.GetValueOrDefault(e.Text("actionId")) + 1;
        });
        var verified = (await console.Admin.Get("ledger/verify")).Is(HttpStatusCode.OK);
        var faults = new List<string>();
        if (!(bool)verified["valid"]!)
            faults.Add($"The chain is broken: {verified}");
        foreach (var (id, verdict) in _answered)
        {
            if (!kept.TryGetValue(id, out var status))
                faults.Add($"{id} was answered and is lost.");
            else if ((verdict == "approve" && status is not ("approved" or "released" or "expired")) || (verdict == "deny" && status != "denied"))
                faults.Add($"{id} was answered to be decided ({verdict}) and is {status}.");
        }

        faults.AddRange(decisions.Where(d => d.Value > 1).Select(d => $"{d.Key} was decided {d.Value} times."));
        return faults;
    }

    private static async Task EachAsync(Person admin, string path, Action<System.Text.Json.Nodes.JsonNode> look)
    {
        string? cursor = "";
        do
        {
            var page = (await admin.Get(cursor.Length == 0 ? path : $"{path}&cursor={cursor}")).Is(HttpStatusCode.OK);
            foreach (var item in page["items"]!.AsArray())
                look(item!);
            cursor = (string?)page["nextCursor"];
        }
        while (cursor is not null);
    }

    private void Damage(string copy)
    {
        foreach (var file in Directory.GetFiles(_folder, "ledger.*").Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        using var connection = new SqliteConnection($"Data Source={Path.Combine(copy, "ledger.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        // The last one answered is dropped; the last approval takes the place of the session's opening, so it is there twice.
        command.CommandText = """
            PRAGMA foreign_keys=OFF;
            DELETE FROM actions WHERE Id = $lost;
            UPDATE entries SET (Kind, Bytes, ActionSequence) = (SELECT Kind, Bytes, ActionSequence FROM entries WHERE Kind = 'action.approved' ORDER BY Sequence LIMIT 1)
            WHERE Sequence = (SELECT min(Sequence) FROM entries WHERE Kind = 'session.started');
            """;
        // Ids sort by creation. What was committed and never answered is nobody's loss, so it is taken from what was answered.
        command.Parameters.AddWithValue("$lost", Guid.Parse(_answered.Keys.Max(StringComparer.Ordinal)!).ToByteArray(bigEndian: true));
        command.ExecuteNonQuery();
    }
}
