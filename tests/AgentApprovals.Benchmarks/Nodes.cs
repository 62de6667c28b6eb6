using AgentApprovals.Benchmarks.Load;
using static System.Console;

namespace AgentApprovals.Benchmarks;

/// <summary>Row 13: two nodes on one PostgreSQL against one, and how soon a decision at one is seen at the other.</summary>
internal sealed class Nodes(int rounds, TimeSpan each, int decisions)
{
    private const int Connections = 64;

    public async Task RunAsync()
    {
        using var server = new ServerPlace();
        await ThroughputAsync(server);
        await SeenAsync(server);
    }

    private async Task ThroughputAsync(IPlace server)
    {
        await using var one = await (await Product.StartAsync(place: server)).SetSceneAsync();
        await using var two = await one.StartAnotherAsync();
        var speed = new Rounds("per s");
        for (var i = -1; i < rounds; i++)
        {
            var alone = await AtAsync(Connections, one.Port);
            var shared = await AtAsync(Connections / 2, one.Port, two.Port);
            var full = await AtAsync(Connections, one.Port, two.Port);
            // The first of them only warms both up.
            if (i < 0)
                continue;
            speed.Begin();
            speed.Add("one node", alone);
            speed.Add("two, 32 at each", shared);
            speed.Add("two, 64 at each", full);
        }

        speed.Print($"Submissions by two nodes, one with {Connections} connections",
            [new("13. two nodes, 64 at each / one node ≥ 0.80", "two, 64 at each", "one node", 0.8), new("    two nodes, 32 at each / one node (only shown)", "two, 32 at each", "one node", 0)]);

        async Task<double> AtAsync(int connections, params int[] ports) =>
            (await Task.WhenAll(ports.Select(port => HttpLoad.RunAsync(port, one.Tokens, connections, each)))).Sum(t => t.Require().PerSecond);
    }

    private async Task SeenAsync(IPlace server)
    {
        await using var one = await Product.StartAsync(settings: new Dictionary<string, string> { ["Policy__MinimumWindowSeconds"] = "0" }, place: server);
        await one.SetSceneAsync(agents: 2, sessionsOfEach: 1, rules: LongPolls.AtOnce);
        await using var two = await one.StartAnotherAsync();
        using var agent = one.Client(one.Tokens[0], two.Port);
        using var admin = one.Admin();
        var late = await LongPolls.LatenessAsync(agent, admin, decisions, decisions);
        var p95 = late[(int)(late.Count * 0.95)];
        WriteLine($"13. {decisions} decisions at one node: the other's poll answers p50 {late[late.Count / 2]:0.0} ms, p95 {p95:0.0} ms ({(p95 <= 300 ? "holds" : "MISSED")}: ≤ 300) after the decision's answer");
    }
}
