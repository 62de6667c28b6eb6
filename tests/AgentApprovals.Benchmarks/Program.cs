using System.Globalization;
using AgentApprovals.Benchmarks;
using AgentApprovals.Benchmarks.Limits;

// dotnet run -c Release --project tests/AgentApprovals.Benchmarks -- VERB: a short run of a few seconds each.
// … -- soak VERB: five rounds and full sizes, which is where ratios are judged.
if (args is ["serve", var limit, var database, var answer])
    return await Limit.ServeAsync(limit, database, answer);

if (args is ["load", var seconds, var connections])
    return await Submissions.LoadAsync(TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)), int.Parse(connections, CultureInfo.InvariantCulture));

var isSoak = args is ["soak", ..];
var verb = (isSoak ? args[1..] : args) is [var first, ..] ? first : "";
var benchmarks = new Dictionary<string, (string What, Func<Task> Run)>
{
    ["submissions"] = ("durable submissions per second, latency at half load, many connections (rows 1 to 4)",
        () => new Submissions(isSoak ? 5 : 1, TimeSpan.FromSeconds(isSoak ? 4 : 2)).RunAsync()),
};

var chosen = verb == "all" ? benchmarks.ToList() : [.. benchmarks.Where(b => b.Key == verb)];
if (chosen.Count == 0)
{
    Console.WriteLine("usage: [soak] all | " + string.Join(" | ", benchmarks.Keys));
    foreach (var (name, (what, _)) in benchmarks)
        Console.WriteLine($"  {name,-14} {what}");
    Console.WriteLine("       load SECONDS CONNECTIONS   the product alone, for a profiler");
    return verb.Length == 0 ? 0 : 64;
}

foreach (var (_, (_, run)) in chosen)
    await run();
return 0;
