using AgentApprovals.Benchmarks.Load;
using AgentApprovals.Data.Storage;
using static System.Console;

namespace AgentApprovals.Benchmarks;

/// <summary>
/// Rows 1 to 4 of the goals: durable submissions by the product with everything on, against an empty endpoint, the same rows
/// through a bare writer, and one <c>SaveChanges</c> a request; latency at half the load; many connections.
/// </summary>
internal sealed class Submissions(int rounds, TimeSpan each)
{
    private static readonly int[] Many = [256, 1024];

    public async Task RunAsync()
    {
        await OnAsync(null, overEf: 8);
        using var server = new ServerPlace();
        await OnAsync(server, overEf: 5);
    }

    /// <param name="place">Null: files.</param>
    /// <param name="overEf">So many times as fast as EF it is to be there.</param>
    private async Task OnAsync(IPlace? place, double overEf)
    {
        var engine = place?.Engine ?? DatabaseEngine.Sqlite;
        await using var product = await (await Product.StartAsync(place: place)).SetSceneAsync();
        await HttpLoad.RunAsync(product.Port, product.Tokens, 64, TimeSpan.FromSeconds(1));
        var answer = Path.Combine(product.Folder, "answer.json");
        await File.WriteAllTextAsync(answer, await SampleAsync(product));
        await using var empty = await ServeAsync("empty", engine, product, answer);
        await using var bare = await ServeAsync("bare", engine, product, answer);
        await using var ef = await ServeAsync("ef", engine, product, answer);
        (string Name, int Port)[] servers = [("empty", empty.Port), ("bare", bare.Port), ("EF", ef.Port), ("product", product.Port)];
        foreach (var (_, port) in servers)
            await HttpLoad.RunAsync(port, product.Tokens, 64, each);

        var speed = new Rounds("per s");
        var wide = new Rounds("per s");
        for (var i = 0; i < rounds; i++)
        {
            speed.Begin();
            foreach (var (name, port) in servers)
                speed.Add(name, (await HttpLoad.RunAsync(port, product.Tokens, 64, each)).Require().PerSecond);
            wide.Begin();
            wide.Add("at 64", (await HttpLoad.RunAsync(product.Port, product.Tokens, 64, each)).Require().PerSecond);
            foreach (var connections in Many)
                wide.Add($"at {connections}", (await HttpLoad.RunAsync(product.Port, product.Tokens, connections, each)).Require().PerSecond);
        }

        speed.Print($"Submissions, 64 connections, {engine}", [
            new("1. product / bare ≥ 0.60", "product", "bare", 0.6),
            new($"2. product / EF ≥ {overEf}", "product", "EF", overEf),
            new("   product / empty (only shown)", "product", "empty", 0)]);
        wide.Print($"4. The product at many connections, {engine}", [.. Many.Select(c => new Goal($"4. at {c} / at 64 ≥ 0.90", $"at {c}", "at 64", 0.9))]);
        await LatencyAsync(product, bare.Port, speed.Median("product") / 2);
    }

    /// <summary>The product alone under full load, for whoever attaches a profiler.</summary>
    public static async Task<int> LoadAsync(TimeSpan duration, int connections)
    {
        await using var product = await (await Product.StartAsync()).SetSceneAsync();
        WriteLine($"process {product.Process.Id}");
        await HttpLoad.RunAsync(product.Port, product.Tokens, connections, TimeSpan.FromSeconds(3));
        var work = product.Process.Work;
        var load = await HttpLoad.RunAsync(product.Port, product.Tokens, connections, duration);
        WriteLine($"{load.PerSecond:#,0} per s, p50 {load.P50:0.00} ms, p99 {load.P99:0.00} ms, {product.Process.Memory / 1_000_000} MB, {(product.Process.Work - work).TotalMicroseconds / load.Expected:0} µs of work each");
        return load.Others.Count == 0 ? 0 : 1;
    }

    private async Task LatencyAsync(Product product, int bare, double perSecond)
    {
        var p50 = new Rounds("ms");
        var p99 = new Rounds("ms");
        for (var i = 0; i < rounds; i++)
        {
            p50.Begin();
            p99.Begin();
            foreach (var (name, port) in new[] { ("bare", bare), ("product", product.Port) })
            {
                var load = (await HttpLoad.RunAsync(port, product.Tokens, 64, each, perSecond)).Require();
                p50.Add(name, load.P50);
                p99.Add(name, load.P99);
            }
        }

        p50.Print($"3. Half the time of {perSecond:#,0} per s (p50 ≤ 3 ms: {(p50.Median("product") <= 3 ? "holds" : "MISSED")})", []);
        p99.Print("3. All but 1 in 100 (p99)", [new("3. product p99 / bare p99 ≤ 1.50", "product", "bare", 1.5, AtLeast: false)]);
    }

    private static Task<ServerProcess> ServeAsync(string name, DatabaseEngine engine, Product product, string answer) =>
        ServerProcess.StartAsync(typeof(Submissions).Assembly.Location, ["serve", name, $"{engine}", product.CopyDatabase(), answer]);

    /// <summary>What the product answers to a submission, for the others to answer with.</summary>
    private static async Task<string> SampleAsync(Product product)
    {
        using var connection = await HttpConnection.OpenAsync(product.Port);
        if (await connection.SendAsync(new Submission(product.Tokens[0]).Next(long.MaxValue / 2)) != 201)
            throw new InvalidOperationException($"The sample was not accepted: {connection.Answer}");
        var answer = connection.Answer;
        return answer[answer.IndexOf('{', StringComparison.Ordinal)..(answer.LastIndexOf('}') + 1)];
    }
}
