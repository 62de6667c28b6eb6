using System.Diagnostics;
using AgentApprovals.Benchmarks.Load;
using static System.Console;

namespace AgentApprovals.Benchmarks;

/// <summary>Row 6: from a decision's answer to that of the agent's long-poll, with many polls open.</summary>
internal sealed class LongPolls(int polls, int decisions)
{
    public static readonly object[] AtOnce =
    [
        new { name = "At once", mode = "review", confirmationWindowSeconds = 0, holdAfterApprovalSeconds = 0, expiresAfterSeconds = 86400, secondPerson = false },
    ];

    public async Task RunAsync()
    {
        await using var product = await Product.StartAsync(settings: new Dictionary<string, string> { ["Policy__MinimumWindowSeconds"] = "0" });
        await product.SetSceneAsync(agents: 2, sessionsOfEach: 1, rules: AtOnce);
        using var agent = product.Client(product.Tokens[0]);
        using var admin = product.Admin();
        var late = await LatenessAsync(agent, admin, polls, decisions);
        var (p50, p99) = (late[late.Count / 2], late[(int)(late.Count * 0.99)]);
        WriteLine($"6. {polls} polls open, {decisions} decisions: the poll answers p50 {p50:0.0} ms ({(p50 <= 3 ? "holds" : "MISSED")}: ≤ 3), p99 {p99:0.0} ms ({(p99 <= 20 ? "holds" : "MISSED")}: ≤ 20) after the decision's answer");
    }

    /// <summary>How many milliseconds after a decision's answer the poll for it was answered, in order of size.</summary>
    /// <param name="agent">Asks and polls, at the node that it is to be seen on.</param>
    /// <param name="admin">Decides, at the node that decides.</param>
    public static async Task<List<double>> LatenessAsync(HttpClient agent, HttpClient admin, int polls, int decisions)
    {
        var actions = new List<(string Id, string Digest)>();
        for (var i = 0; i < polls; i++)
        {
            var action = await Product.SendAsync(agent, HttpMethod.Post, "actions", new { type = "forum.post", resource = $"forum://{i}", summary = "Wait", payload = new { i } });
            actions.Add((action["id"]!.ToString(), action["payloadDigest"]!.ToString()));
        }

        var waiting = actions.ConvertAll(a => PollAsync(agent, a.Id));
        // Open, not only sent: the last of them has been at the server for as long as a look takes.
        await Product.SendAsync(agent, HttpMethod.Get, "sessions/current");
        await Task.Delay(TimeSpan.FromSeconds(1));

        var late = new List<double>();
        for (var i = 0; i < decisions; i++)
        {
            await Product.SendAsync(admin, HttpMethod.Post, $"actions/{actions[i].Id}/decisions", new { verdict = "approve", payloadDigest = actions[i].Digest });
            var decided = Stopwatch.GetTimestamp();
            var (status, at) = await waiting[i];
            if (status != "released")
                throw new InvalidOperationException($"The poll answered {status}.");
            late.Add(Math.Max(0, Stopwatch.GetElapsedTime(decided, at).TotalMilliseconds));
        }

        late.Sort();
        return late;
    }

    private static async Task<(string Status, long At)> PollAsync(HttpClient agent, string id)
    {
        var action = await Product.SendAsync(agent, HttpMethod.Get, $"actions/{id}?wait=60");
        return (action["status"]!.ToString(), Stopwatch.GetTimestamp());
    }
}
