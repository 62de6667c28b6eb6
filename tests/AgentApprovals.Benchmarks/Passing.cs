using System.Diagnostics;
using System.Text;
using AgentApprovals.Benchmarks.Load;

namespace AgentApprovals.Benchmarks;

/// <summary>Reads that the gateway lets pass, against YARP's forwarder alone, before one target.</summary>
internal sealed class Passing(int rounds, TimeSpan each)
{
    private const int Connections = 64;

    public async Task RunAsync()
    {
        await using var target = await ProxyAsync("");
        var address = $"http://127.0.0.1:{target.Port}/";
        await using var plain = await ProxyAsync(address);
        await using var product = await (await Product.StartAsync()).SetSceneAsync();
        using (var admin = product.Admin())
        {
            await Product.SendAsync(admin, HttpMethod.Post, "connectors", new
            {
                name = "target",
                kind = "http",
                baseAddress = address,
                credential = new { placement = "header", name = "X-Api-Key", value = "the-key-of-the-target" },
                rules = new object[] { new { methods = new[] { "POST" }, path = "/threads/*/posts", actionType = "forum.post", resource = "forum://threads/{1}" }, new { methods = new[] { "GET" }, path = "/**", pass = true } },
            });
        }

        (string Name, int Port, string Path)[] servers = [("target", target.Port, "/threads/8841"), ("plain YARP", plain.Port, "/threads/8841"), ("gateway", product.Port, "/gateway/target/threads/8841")];
        foreach (var (_, port, path) in servers)
            await LoadAsync(port, path, product.Tokens);
        var speed = new Rounds("per s");
        for (var i = 0; i < rounds; i++)
        {
            speed.Begin();
            foreach (var (name, port, path) in servers)
                speed.Add(name, await LoadAsync(port, path, product.Tokens));
        }

        speed.Print($"Reads that pass, {Connections} connections", [new("gateway / plain YARP ≥ 0.70", "gateway", "plain YARP", 0.7)]);
    }

    private async Task<double> LoadAsync(int port, string path, IReadOnlyList<string> tokens)
    {
        var start = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, Connections).Select(i => Task.Run(async () =>
        {
            using var connection = await HttpConnection.OpenAsync(port);
            var request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {tokens[i % tokens.Count]}\r\n\r\n");
            var answered = 0;
            for (; Stopwatch.GetElapsedTime(start) < each; answered++)
            {
                if (await connection.SendAsync(request) is var status && status != 200)
                    throw new InvalidOperationException($"{path}: {status} {connection.Answer}");
            }

            return answered;
        })));
        return counts.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static Task<ServerProcess> ProxyAsync(string target) => ServerProcess.StartAsync(typeof(Passing).Assembly.Location, ["proxy", target]);
}
