using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Data.Queries;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Seeding;
using AgentApprovals.Tests.Drivers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Embedded;

/// <summary>The benchmarks' seed, small: what managers are shown of it is what a plain recount of its rows says. <c>AA_SOAK</c> makes it large.</summary>
public sealed class SeedTests(SeedTests.Seeded seeded) : IClassFixture<SeedTests.Seeded>
{
    private static readonly int Agents = Soak.Times(2000);
    private static readonly int Actions = Soak.Times(6000);

    private readonly TestConsole _console = seeded.Console;
    private readonly IReadOnlyList<ActionState> _actions = seeded.Actions;
    private readonly IReadOnlyList<AgentState> _agents = seeded.Agents;
    private readonly IReadOnlyList<StandingRow> _standings = seeded.Standings;

    [Fact]
    public async Task The_figures_are_what_a_plain_recount_says()
    {
        var risk = (await _console.Admin.Get("risk")).Is(HttpStatusCode.OK);
        Assert.Equal(Actions, Int(risk["outcomes"]!["submitted"]));
        foreach (var (name, status) in new[] { ("completed", ActionStatus.Completed), ("failed", ActionStatus.Failed), ("denied", ActionStatus.Denied), ("expired", ActionStatus.Expired) })
            Assert.Equal(_actions.Count(a => a.Status == status), Int(risk["outcomes"]![name]));
        Assert.Equal(_actions.Count(a => a is { Status: ActionStatus.Expired, ReleaseAt: null }), Int(risk["unanswered"]));
        Assert.Equal(_actions.GroupBy(a => a.Type).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key} {g.Count()} {g.Count(a => a.Verdict.RuleName is null)}"),
            risk["types"]!.AsArray().Select(t => $"{t!["type"]} {t["count"]} {t["unruled"]}"));
        Assert.Equal(_actions.GroupBy(a => a.Type).Where(g => g.All(a => a.Verdict.RuleName is null)).Select(g => g.Key).Order(), risk["uncovered"]!.AsArray().Select(t => t!.Text("type")).Order());
        var decided = _actions.Select(a => (a.Approvals is [var yes, ..] ? yes.At : a.Denial?.Person is null ? (Moment?)null : a.Denial.At) - a.SubmittedAt).OfType<TimeSpan>().Order().ToList();
        Assert.Equal(decided.Count, Int(risk["timeToDecide"]!["count"]));
        foreach (var (name, share) in new[] { ("medianSeconds", 0.5), ("p90Seconds", 0.9) })
            Assert.InRange(Int(risk["timeToDecide"]![name]) / decided[(int)(share * decided.Count)].TotalSeconds, 0.8, 1.25);
        Assert.Equal(decided.Count, risk["decisionsByHour"]!.AsArray().Sum(Int));
        Assert.Equal(decided.Count, risk["reviewers"]!.AsArray().Sum(r => Int(r!["decisions"])));
        var week = Moment.From(DateTimeOffset.UtcNow).Day - 6;
        Assert.Equal(_actions.Count(a => a.SubmittedAt.Day >= week), Int(risk["week"]!.AsArray().Single(w => w!.Text("name") == "submitted")!["now"]));
        var here = _agents.Where(a => !a.Retired).ToList();
        Assert.Equal((here.Count(a => a.StoppedBy is not null), here.Count(a => !a.RequiresRunner)), (Int(risk["agents"]!["stopped"]), Int(risk["agents"]!["withoutRunner"])));
        Assert.Equal(here.Count, risk["agents"]!["levels"]!.AsObject().Sum(l => Int(l.Value)));
    }

    [Fact]
    public async Task Lists_hold_who_a_plain_look_finds_in_the_order_that_a_plain_sort_makes()
    {
        var risk = _standings.ToDictionary(s => s.AgentSequence, s => s.Risk);
        foreach (var (query, found) in new (string, Func<AgentState, bool>)[]
        {
            ("q=mail", a => a.Name.StartsWith("mail-", StringComparison.Ordinal)),
            ("q=sort%20TEAM:north", a => a.Name.Contains("-sort", StringComparison.Ordinal) && a.Labels.Contains("team:north")),
            ("q=owner42", a => a.Owner.StartsWith("owner42", StringComparison.Ordinal)),
            ("state=stopped", a => a.StoppedBy is not null),
            ("risk=high", a => RiskAssessment.LevelOf(risk[a.Sequence]) == RiskLevel.High),
            ("without=runner&state=active", a => !a.RequiresRunner && a.Status == AgentStatus.Active),
        })
        {
            var expected = _agents.Where(found).ToList();
            Assert.NotEmpty(expected);
            Assert.Equal(expected.OrderByDescending(a => risk[a.Sequence]).ThenByDescending(a => a.Sequence).Select(a => a.Name), await NamesAsync($"agents?{query}&sort=risk"));
            Assert.Equal(expected.Select(a => a.Name).Order(StringComparer.Ordinal), await NamesAsync($"agents?{query}&sort=name"));
        }
    }

    [Fact]
    public async Task An_agents_figures_are_its_own_and_its_score_is_the_one_it_is_sorted_by()
    {
        foreach (var agent in _agents.OrderByDescending(a => _actions.Count(x => x.AgentSequence == a.Sequence)).Take(20))
        {
            var risk = (await _console.Admin.Get($"agents/{agent.Id}/risk")).Is(HttpStatusCode.OK);
            var own = _actions.Where(a => a.AgentSequence == agent.Sequence).ToList();
            Assert.Equal((own.Count, own.Count(a => a.Status == ActionStatus.Denied)), (Int(risk["outcomes"]!["submitted"]), Int(risk["outcomes"]!["denied"])));
            Assert.Equal(_standings.Single(s => s.AgentSequence == agent.Sequence).Risk, Int(risk["score"]));
            var audit = (await _console.Admin.Get($"agents/{agent.Id}/permissions/audit")).Is(HttpStatusCode.OK);
            Assert.Equal(agent.Permissions.Select(p => $"{p.Type} {own.Count(a => a.PermissionKey == p.Key)} {own.Where(a => a.PermissionKey == p.Key).Select(a => a.SubmittedAt.ToString()).Max()}"),
                audit["permissions"]!.AsArray().Select(p => $"{p!["type"]} {p["uses"]} {p["lastUsedAt"]}"));
            Assert.Equal(own.Count(a => a.PermissionKey is null), audit["beyond"]!.AsArray().Sum(b => Int(b!["count"])));
        }
    }

    private async Task<IReadOnlyList<string>> NamesAsync(string path)
    {
        var names = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await _console.Admin.Get(string.Create(CultureInfo.InvariantCulture, $"{path}&limit=200&cursor={cursor}"))).Is(HttpStatusCode.OK);
            names.AddRange(page["items"]!.AsArray().Select(a => a!.Text("name")));
            cursor = (string?)page["nextCursor"];
        }

        return names;
    }

    private static int Int(JsonNode? node) => (int)node!;

    /// <summary>A console over a seeded database, and its rows as they are.</summary>
    public sealed class Seeded : IAsyncLifetime
    {
        public TestConsole Console { get; private set; } = null!;

        public IReadOnlyList<ActionState> Actions { get; private set; } = [];

        public IReadOnlyList<AgentState> Agents { get; private set; } = [];

        public IReadOnlyList<StandingRow> Standings { get; private set; } = [];

        public async ValueTask InitializeAsync()
        {
            string folder;
            IReadOnlyDictionary<Type, TableMap> tables;
            await using (var empty = new TestConsole())
            {
                _ = empty.Address;
                folder = empty.Folder;
                await using var db = await empty.Services.GetRequiredService<IDbContextFactory<LedgerContext>>().CreateDbContextAsync();
                tables = TableMap.Of(db.Model);
            }

            FleetSeed.Run(Path.Combine(folder, "test.db"), tables, SeedTests.Agents, SeedTests.Actions, Moment.From(DateTimeOffset.UtcNow));
            Console = new(folder: folder);
            _ = Console.Address;
            var reader = Console.Services.GetRequiredService<Reader>();
            (Actions, Agents, Standings) = await reader.LookAsync(async db => (await db.Actions.ToListAsync(), await db.Agents.ToListAsync(), await db.Standings.ToListAsync()));
        }

        public ValueTask DisposeAsync() => Console.DisposeAsync();
    }
}
