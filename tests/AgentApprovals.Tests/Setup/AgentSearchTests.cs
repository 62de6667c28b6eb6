using System.Net;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Setup;

/// <summary>Finding agents by how words of theirs begin, in each order, page by page.</summary>
public sealed class AgentSearchTests(SetupConsole console) : IClassFixture<SetupConsole>
{
    [Theory]
    [InlineData("mail", "a b")]
    [InlineData("MAILR", "a")]
    [InlineData("assistant", "a b")]
    [InlineData("post assist", "b")]
    [InlineData("ail", "")]
    [InlineData("owner-a", "a")]
    [InlineData("grü", "b")]
    [InlineData("team:blue", "b")]
    [InlineData("blue", "b")]
    [InlineData("(assistant)", "a b")]
    [InlineData("%", "a b")]
    [InlineData("_ail", "")]
    public async Task An_agent_is_found_by_how_its_words_begin(string query, string found)
    {
        var mark = Mark();
        await AgentAsync(mark, "a", "Mailroom assistant", $"owner-a.{mark}@example.com", []);
        await AgentAsync(mark, "b", "Mail & post (assistant)", "else@example.com", ["team:blue", "Grün"]);
        var names = await NamesAsync(console.Admin, $"agents?sort=name&q={Uri.EscapeDataString($"{mark} {query}")}");
        Assert.Equal(found.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => $"{mark}-{n}"), names);
    }

    [Fact]
    public async Task What_is_changed_is_found_by_its_new_words_and_no_more_by_its_old_ones()
    {
        var mark = Mark();
        var id = await AgentAsync(mark, "a", "Before", "owner@example.com", ["old"]);
        (await console.Admin.Patch($"agents/{id}", new { displayName = "After", labels = new[] { "new" } })).Is(HttpStatusCode.OK);
        foreach (var (query, isFound) in new[] { ("after", true), ("new", true), ("before", false), ("old", false), ("owner", true) })
            Assert.Equal(isFound, (await NamesAsync(console.Admin, $"agents?q={mark}%20{query}")).Count == 1);
    }

    [Theory]
    [InlineData("newest")]
    [InlineData("name")]
    [InlineData("risk")]
    public async Task Pages_of_each_order_hold_every_agent_once(string sort)
    {
        var mark = Mark();
        for (var i = 0; i < 7; i++)
        {
            var id = await AgentAsync(mark, $"{(i * 3) % 7}", "One", "owner@example.com", []);
            (await console.Admin.Put($"agents/{id}/permissions", new { version = 0, items = Enumerable.Range(0, i % 3).Select(n => new { type = "secret.read", resource = $"s://{n}" }) })).Is(HttpStatusCode.OK);
        }

        var whole = await NamesAsync(console.Admin, $"agents?q={mark}&sort={sort}");
        var paged = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await console.Admin.Get($"agents?q={mark}&sort={sort}&limit=2&cursor={cursor}")).Is(HttpStatusCode.OK);
            paged.AddRange(page["items"]!.AsArray().Select(a => a!.Text("name")));
            cursor = (string?)page["nextCursor"];
        }

        Assert.Equal(whole, paged);
        Assert.Equal(7, paged.Distinct().Count());
        if (sort == "name")
            Assert.Equal(paged.Order(StringComparer.Ordinal), paged);
        if (sort != "risk")
            return;
        var scores = new List<int>();
        foreach (var agent in (await console.Admin.Get($"agents?q={mark}&sort=risk")).Is(HttpStatusCode.OK)["items"]!.AsArray())
            scores.Add((int)(await console.Admin.Get($"agents/{agent!["id"]}/risk")).Is(HttpStatusCode.OK)["score"]!);
        Assert.Equal(scores.OrderDescending(), scores);
        Assert.True(scores[0] > scores[^1]);
    }

    [Fact]
    public async Task What_tells_of_risk_is_for_managers_and_whoever_has_no_role_finds_their_own()
    {
        var mark = Mark();
        var email = $"{mark}@example.com";
        await AgentAsync(mark, "own", "One", email, []);
        await AgentAsync(mark, "other", "One", "owner@example.com", []);
        var (nobody, _, _) = await console.Scene.PersonAsync([], email: email);
        var (reviewer, _, _) = await console.Scene.PersonAsync(["Reviewer"]);
        var (manager, _, _) = await console.Scene.PersonAsync(["Manager"]);
        Assert.Equal([$"{mark}-own"], await NamesAsync(nobody, "agents"));
        Assert.Equal(2, (await NamesAsync(reviewer, $"agents?q={mark}&sort=name")).Count);
        foreach (var query in (string[])["sort=risk", "risk=high", "without=runner"])
        {
            (await reviewer.Get($"agents?{query}&limit=0")).IsRefused(HttpStatusCode.Forbidden, "forbidden");
            (await manager.Get($"agents?{query}")).Is(HttpStatusCode.OK);
        }

        foreach (var query in (string[])["sort=shoe-size", "risk=low,high", "without=shoes", "state=gone"])
            (await manager.Get($"agents?{query}")).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        Assert.Equal([$"{mark}-other", $"{mark}-own"], await NamesAsync(manager, $"agents?q={mark}&without=runner"));
        Assert.Empty(await NamesAsync(manager, $"agents?q={mark}&without=use"));
        Assert.Equal(2, (await NamesAsync(manager, $"agents?q={mark}&without=activity&risk=low")).Count);
    }

    private static string Mark() => $"m{Guid.NewGuid():N}"[..12];

    private async Task<string> AgentAsync(string mark, string name, string displayName, string owner, string[] labels) =>
        (await console.Admin.Post("agents", new { name = $"{mark}-{name}", displayName, owner, labels })).Is(HttpStatusCode.Created).Text("id");

    private static async Task<IReadOnlyList<string>> NamesAsync(Person person, string path) =>
        [.. (await person.Get(path)).Is(HttpStatusCode.OK)["items"]!.AsArray().Select(a => a!.Text("name"))];
}
