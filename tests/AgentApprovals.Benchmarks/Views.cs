using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using AgentApprovals.Benchmarks.Load;
using AgentApprovals.Console.Risk;
using AgentApprovals.Data.Queries;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Seeding;
using Microsoft.EntityFrameworkCore;
using static System.Console;

namespace AgentApprovals.Benchmarks;

/// <summary>Row 11: what managers look at, over a database with many agents and what they did in thirty days.</summary>
internal sealed class Views(int agents, int actions, int times)
{
    /// <summary>A database in <paramref name="folder"/>, made by the product and filled by the seed.</summary>
    public static async Task<int> SeedAsync(string folder, int agents, int actions)
    {
        Directory.CreateDirectory(folder);
        await using (var product = await Product.StartAsync(folder))
            product.KeepFolder = true;
        var clock = Stopwatch.GetTimestamp();
        var file = Path.Combine(folder, "product.db");
        await using (var db = new LedgerContext(new DbContextOptionsBuilder<LedgerContext>().UseLedger(DatabaseEngine.Sqlite, $"Data Source={file}").Options))
            FleetSeed.Run(file, TableMap.Of(db.Model), agents, actions, Moment.From(TimeProvider.System.GetUtcNow()));
        WriteLine($"{agents:N0} agents and {actions:N0} actions in {Stopwatch.GetElapsedTime(clock).TotalSeconds:0} s: {file}, {new FileInfo(file).Length / 1048576:N0} MB");
        return 0;
    }

    public async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("agent-approvals-benchmark-").FullName;
        await SeedAsync(folder, agents, actions);
        await using var product = await Product.StartAsync(folder);
        using var admin = product.Admin();
        var some = (await Product.SendAsync(admin, HttpMethod.Get, "agents?sort=risk&limit=200"))["items"]!.AsArray().Select(a => a!["id"]!.ToString()).ToList();
        await MeasureAsync(product, admin, "list page, newest first", _ => "agents");
        await MeasureAsync(product, admin, "list page by risk, somewhere in it", i => $"agents?sort=risk&cursor={((long)(i % 40) << 48) + 1_000_000}");
        await MeasureAsync(product, admin, "stopped agents by name", _ => "agents?sort=name&state=stopped");
        await MeasureAsync(product, admin, "search by a rare word's beginning", i => string.Create(CultureInfo.InvariantCulture, $"agents?q={i * 7 % agents:000000}"));
        await MeasureAsync(product, admin, "search by two common ones, by risk", _ => "agents?q=mail%20sort&sort=risk");
        await MeasureAsync(product, admin, "agent page's figures", i => $"agents/{some[i % some.Count]}/risk");
        await MeasureAsync(product, admin, "permission audit", i => $"agents/{some[i % some.Count]}/permissions/audit");
        await MeasureAsync(product, admin, "fleet page's figures, 30 days", _ => "risk");
        await MeasureAsync(product, admin, "fleet page's figures, 90 days", _ => "risk?days=90");
        await MeasureListsAsync(product, admin);
        // The pages themselves, as the server renders them, by the cookie of somebody who signed in.
        using var person = await SignInAsync(product, admin);
        await MeasureAsync(product, person, "/agents", _ => "/agents");
        await MeasureAsync(product, person, "/agents by risk", _ => "/agents?sort=risk");
        await MeasureAsync(product, person, "/agents, a search", i => string.Create(CultureInfo.InvariantCulture, $"/agents?q={i * 7 % agents:000000}"));
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var week = new FigureLinks(new(today.AddDays(-6), today));
        await MeasureAsync(product, person, "/agents of a week", _ => week.Registered);
        await MeasureAsync(product, person, "/agents of a week by risk", _ => $"{week.Registered}&sort=risk");
        await MeasureAsync(product, person, "/stops of a week", _ => week.Stops);
        await MeasureAsync(product, person, "/agents/{id}", i => $"/agents/{some[i % some.Count]}");
        await MeasureAsync(product, person, "/risk", _ => "/risk");
    }

    /// <summary>The lists behind figures: the common, the rare, and those that there are none of.</summary>
    private async Task MeasureListsAsync(Product product, HttpClient admin)
    {
        var people = (await Product.SendAsync(admin, HttpMethod.Get, "people"))["items"]!.AsArray().Select(p => p!["id"]!.ToString()).ToList();
        string Day(int i) => DaySpan.Text(DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-(i % 30)));
        foreach (var seconds in (int[])[0, 60, 460, 1500, 1_000_000])
            await MeasureAsync(product, admin, $"decided after {seconds} s or more", _ => $"actions?decidedAfterSeconds={seconds}");
        foreach (var status in (string[])["completed", "denied", "expired", "cancelled"])
        {
            await MeasureAsync(product, admin, $"{status} on one day", i => $"actions?status={status}&endedFrom={Day(i)}&endedTo={Day(i)}");
            await MeasureAsync(product, admin, $"{status} in thirty days", _ => $"actions?status={status}&endedFrom={Day(29)}");
        }

        await MeasureAsync(product, admin, "undirected in thirty days", _ => $"actions?directed=none&submittedFrom={Day(29)}");
        await MeasureAsync(product, admin, "decisions of thirty days", _ => $"decisions?from={Day(29)}");
        await MeasureAsync(product, admin, "one person's of one day and hour", i => $"decisions?personId={people[i % people.Count]}&from={Day(i)}&to={Day(i)}&hour={i % 24}");
        await MeasureAsync(product, admin, "one person's hurried ones", i => $"decisions?personId={people[i % people.Count]}&only=hurried");
        await MeasureAsync(product, admin, "that a second person differed from", i => $"decisions?personId={people[i % people.Count]}&only=differed");
    }

    private static async Task<HttpClient> SignInAsync(Product product, HttpClient admin)
    {
        var link = (await Product.SendAsync(admin, HttpMethod.Post, "people", new { email = "manager@example.com", displayName = "Manager", roles = new[] { "Manager" } }))["setupUrl"]!.ToString();
        var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri($"http://127.0.0.1:{product.Port}/") };
        var path = new Uri(link).PathAndQuery;
        var page = await http.GetStringAsync(new Uri(path, UriKind.Relative));
        var fields = Regex.Matches(page, "<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"").ToDictionary(m => m.Groups[1].Value, m => WebUtility.HtmlDecode(m.Groups[2].Value));
        fields["password"] = fields["again"] = "only-on-this-machine-for-figures";
        using var form = new FormUrlEncodedContent(fields);
        using var answer = await http.PostAsync(new Uri("/account/setup", UriKind.Relative), form);
        return answer.IsSuccessStatusCode ? http : throw new InvalidOperationException($"Signing in: {(int)answer.StatusCode}");
    }

    private async Task MeasureAsync(Product product, HttpClient http, string what, Func<int, string> path)
    {
        var took = new List<double>();
        var work = TimeSpan.Zero;
        for (var i = 0; i < times + 3; i++)
        {
            var start = Stopwatch.GetTimestamp();
            using var answer = await http.GetAsync(new Uri(path(i), UriKind.Relative));
            var length = (await answer.Content.ReadAsByteArrayAsync()).Length;
            if (!answer.IsSuccessStatusCode || length == 0 || answer.RequestMessage!.RequestUri!.AbsolutePath.StartsWith("/account", StringComparison.Ordinal))
                throw new InvalidOperationException($"{path(i)}: {(int)answer.StatusCode}");
            // The first ones warm up what the others measure.
            if (i == 2)
                work = product.Process.Work;
            if (i >= 3)
                took.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        took.Sort();
        var p95 = took[(int)(0.95 * (took.Count - 1))];
        WriteLine($"11. {what}: p50 {took[took.Count / 2]:0.0} ms, p95 {p95:0.0} ms ({(p95 <= 100 ? "holds" : "MISSED")}: ≤ 100), "
            + $"{(product.Process.Work - work).TotalMilliseconds / took.Count:0.0} ms of processor time each");
    }
}
