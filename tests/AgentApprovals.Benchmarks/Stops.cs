using System.Diagnostics;
using AgentApprovals.Benchmarks.Load;
using static System.Console;

namespace AgentApprovals.Benchmarks;

/// <summary>Row 8: an agent is stopped while much waits, everybody submits as fast as they can, and polls are open.</summary>
internal sealed class Stops(int agents, int waiting, int polls)
{
    public async Task RunAsync()
    {
        await using var product = await (await Product.StartAsync()).SetSceneAsync(agents, sessionsOfEach: 4);
        await FillAsync(product);
        using var admin = product.Admin();
        var open = await OpenAsync(product);
        var stoppedAt = new long[agents];
        using var end = new CancellationTokenSource();
        var load = Enumerable.Range(0, 64).Select(i => Task.Run(() => SubmitAsync(product, i % product.Tokens.Count, stoppedAt, end.Token))).ToList();
        await Task.Delay(TimeSpan.FromSeconds(1));

        var answers = new List<double>();
        var cuts = new List<double>();
        for (var a = 0; a < agents - 1; a++)
        {
            var start = Stopwatch.GetTimestamp();
            await Product.SendAsync(admin, HttpMethod.Post, $"agents/{product.Agents[a]}/stop", new { reason = "benchmark" });
            Volatile.Write(ref stoppedAt[a], Stopwatch.GetTimestamp());
            answers.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            foreach (var poll in open.Where(p => p.Agent == a))
                cuts.Add(Stopwatch.GetElapsedTime(start, await poll.Cut).TotalMilliseconds);
        }

        await end.CancelAsync();
        var done = await Task.WhenAll(load);
        if (done.Sum(d => d.Accepted) == 0)
            throw new InvalidOperationException("Nothing was accepted at all, so nothing was shown.");
        answers.Sort();
        cuts.Sort();
        var (answer, cut) = (answers[(int)(answers.Count * 0.99)], cuts.Count == 0 ? 0 : cuts[(int)(cuts.Count * 0.99)]);
        var late = done.Sum(d => d.AfterStop);
        WriteLine($"8. {waiting} waiting, {polls} polls open, {done.Sum(d => d.Accepted)} submissions accepted meanwhile: {late} of those sent after a stop's answer ({(late == 0 ? "holds" : "MISSED")}: 0); "
            + $"{answers.Count} stops answered p99 {answer:0.0} ms ({(answer <= 50 ? "holds" : "MISSED")}: ≤ 50), polls closed p99 {cut:0.0} ms ({(cut <= 100 ? "holds" : "MISSED")}: ≤ 100)");
    }

    private async Task FillAsync(Product product)
    {
        for (var filled = 0L; filled < waiting;)
            filled += (await HttpLoad.RunAsync(product.Port, product.Tokens, 64, TimeSpan.FromSeconds(1))).Require().Expected;
    }

    /// <summary>Polls on actions of every agent; each completes when it is cut.</summary>
    private async Task<List<(int Agent, Task<long> Cut)>> OpenAsync(Product product)
    {
        var open = new List<(int, Task<long>)>();
        for (var i = 0; i < polls; i++)
        {
            var token = i % product.Tokens.Count;
            using var http = product.Client(product.Tokens[token]);
            var action = await Product.SendAsync(http, HttpMethod.Post, "actions", new { type = "forum.post", resource = "forum://poll", summary = "Wait", payload = new { i } });
            open.Add((token / 4, CutAsync(product, product.Tokens[token], action["id"]!.ToString())));
        }

        await Task.Delay(TimeSpan.FromSeconds(1));
        return open;
    }

    private static async Task<long> CutAsync(Product product, string token, string id)
    {
        using var connection = await HttpConnection.OpenAsync(product.Port);
        await connection.SendAsync(System.Text.Encoding.ASCII.GetBytes($"GET /api/v1/actions/{id}?wait=60 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"));
        return Stopwatch.GetTimestamp();
    }

    private static async Task<(long Accepted, long AfterStop)> SubmitAsync(Product product, int token, long[] stoppedAt, CancellationToken end)
    {
        using var connection = await HttpConnection.OpenAsync(product.Port);
        var submission = new Submission(product.Tokens[token]);
        var (accepted, afterStop) = (0L, 0L);
        while (!end.IsCancellationRequested)
        {
            var sent = Stopwatch.GetTimestamp();
            var stopped = Volatile.Read(ref stoppedAt[token / 4]);
            var status = await connection.SendAsync(submission.Next(HttpLoad.NextKey()));
            if (status == 0)
                break;
            if (status != 201)
            {
                if (Volatile.Read(ref stoppedAt[token / 4]) != 0)
                    await Task.Delay(10, CancellationToken.None);
                continue;
            }

            accepted++;
            afterStop += stopped != 0 && sent > stopped ? 1 : 0;
        }

        return (accepted, afterStop);
    }
}
