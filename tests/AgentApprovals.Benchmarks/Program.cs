using System.Globalization;
using AgentApprovals.Benchmarks;
using AgentApprovals.Benchmarks.Limits;
using AgentApprovals.Data.Storage;

// dotnet run -c Release --project tests/AgentApprovals.Benchmarks -- VERB: a short run of a few seconds each.
// … -- soak VERB: five rounds and full sizes, which is where ratios are judged.
if (args is ["serve", var limit, var engine, var database, var answer])
    return await Limit.ServeAsync(limit, Enum.Parse<DatabaseEngine>(engine), database, answer);

if (args is ["proxy", var target])
    return await PlainProxy.ServeAsync(target);

if (args is ["load", var seconds, var connections])
    return await Submissions.LoadAsync(TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)), int.Parse(connections, CultureInfo.InvariantCulture));

if (args is ["seed", var agents, var actions, .. var place])
{
    return await Views.SeedAsync(place is [var folder, ..] ? folder : Directory.CreateTempSubdirectory("agent-approvals-seed-").FullName,
        int.Parse(agents, CultureInfo.InvariantCulture), int.Parse(actions, CultureInfo.InvariantCulture));
}

var isSoak = args is ["soak", ..];
var verb = (isSoak ? args[1..] : args) is [var first, ..] ? first : "";
var benchmarks = new Dictionary<string, (string What, Func<Task> Run)>
{
    ["submissions"] = ("durable submissions per second, latency at half load, many connections (rows 1 to 4), on SQLite and PostgreSQL",
        () => new Submissions(isSoak ? 5 : 1, TimeSpan.FromSeconds(isSoak ? 4 : 2)).RunAsync()),
    ["gateway"] = ("reads that the gateway lets pass, against YARP's forwarder alone", () => new Passing(isSoak ? 5 : 1, TimeSpan.FromSeconds(isSoak ? 4 : 2)).RunAsync()),
    ["nodes"] = ("two nodes on one PostgreSQL against one (row 13)", () => new Nodes(isSoak ? 5 : 1, TimeSpan.FromSeconds(isSoak ? 4 : 2), isSoak ? 300 : 50).RunAsync()),
    ["longpolls"] = ("from a decision to the agent's long-poll (row 6)", () => new LongPolls(isSoak ? 1000 : 200, isSoak ? 500 : 100).RunAsync()),
    ["deadlines"] = ("many windows that end at one instant (row 7)", () => new Deadlines(isSoak ? 10_000 : 1000).RunAsync()),
    ["stops"] = ("stops under full load (row 8)", () => new Stops(isSoak ? 50 : 8, isSoak ? 100_000 : 2000, isSoak ? 1000 : 100).RunAsync()),
    ["memory"] = ("memory of the process and of what waits (row 9)", () => new Footprint(isSoak ? 100_000 : 5000, TimeSpan.FromSeconds(isSoak ? 60 : 5), TimeSpan.FromSeconds(isSoak ? 4 : 2)).RunAsync()),
    ["start"] = ("from start to ready, published (row 10)", () => new Start(isSoak ? 9 : 3).RunAsync()),
    ["views"] = ("what managers look at, over many agents (row 11)", () => new Views(isSoak ? 100_000 : 2000, isSoak ? 1_000_000 : 20_000, isSoak ? 200 : 20).RunAsync()),
    ["verify"] = ("checking the hash chain (row 12)", () => new Verification(isSoak ? 200_000 : 5000).RunAsync()),
};

var chosen = verb == "all" ? benchmarks.ToList() : [.. benchmarks.Where(b => b.Key == verb)];
if (chosen.Count == 0)
{
    Console.WriteLine("usage: [soak] all | " + string.Join(" | ", benchmarks.Keys));
    foreach (var (name, (what, _)) in benchmarks)
        Console.WriteLine($"  {name,-14} {what}");
    Console.WriteLine("       seed AGENTS ACTIONS [FOLDER]   a database with so many of them");
    Console.WriteLine("       load SECONDS CONNECTIONS   the product alone, for a profiler");
    return verb.Length == 0 ? 0 : 64;
}

foreach (var (_, (_, run)) in chosen)
    await run();
return 0;
