using System.Diagnostics;

namespace AgentApprovals.Benchmarks.Load;

/// <summary>What a load did: answers by status, and how long each took.</summary>
internal sealed record LoadResult(double Seconds, long Expected, IReadOnlyDictionary<int, int> Others, double[] SortedMs)
{
    public double PerSecond => Expected / Seconds;

    public double P50 => At(0.50);

    public double P99 => At(0.99);

    public double At(double share) => SortedMs.Length == 0 ? double.NaN : SortedMs[(int)Math.Min(SortedMs.Length - 1, share * SortedMs.Length)];

    /// <summary>A load that met refusals or cuts measured something else than was meant.</summary>
    public LoadResult Require() => Others.Count == 0
        ? this
        : throw new InvalidOperationException("Unexpected answers: " + string.Join(", ", Others.Select(o => $"{o.Value} × {o.Key}")));
}

/// <summary>Submits over many connections: as fast as they are answered, or at a rate that does not wait for answers.</summary>
internal static class HttpLoad
{
    private static long s_key = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;

    /// <summary>An idempotency key that was never used, in no process that went on with a database either.</summary>
    public static long NextKey() => Interlocked.Increment(ref s_key);

    /// <param name="tokens">Session tokens, dealt to the connections in turn.</param>
    /// <param name="perSecond">Null: as fast as answers come.</param>
    public static async Task<LoadResult> RunAsync(int port, IReadOnlyList<string> tokens, int connections, TimeSpan duration, double? perSecond = null, int expected = 201)
    {
        var open = new HttpConnection[connections];
        for (var i = 0; i < connections; i++)
            open[i] = await HttpConnection.OpenAsync(port);
        var start = Stopwatch.GetTimestamp();
        var end = start + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var loops = open.Select((connection, i) => Task.Run(() => perSecond is { } rate
            ? PacedAsync(connection, new(tokens[i % tokens.Count]), start + (long)(i * Stopwatch.Frequency / rate), (long)(connections * Stopwatch.Frequency / rate), end)
            : FastAsync(connection, new(tokens[i % tokens.Count]), end))).ToList();
        var done = await Task.WhenAll(loops);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        foreach (var connection in open)
            connection.Dispose();
        var all = done.SelectMany(d => d).ToList();
        var times = all.Where(a => a.Status == expected).Select(a => a.Ticks * 1000.0 / Stopwatch.Frequency).Order().ToArray();
        return new(seconds, times.Length, all.Where(a => a.Status != expected).GroupBy(a => a.Status).ToDictionary(g => g.Key, g => g.Count()), times);
    }

    private static async Task<List<(int Status, long Ticks)>> FastAsync(HttpConnection connection, Submission submission, long end)
    {
        var answers = new List<(int, long)>(4096);
        for (var at = Stopwatch.GetTimestamp(); at < end;)
        {
            var status = await connection.SendAsync(submission.Next(NextKey()));
            var now = Stopwatch.GetTimestamp();
            answers.Add((status, now - at));
            if (status == 0)
                break;
            at = now;
        }

        return answers;
    }

    /// <summary>A request that had to wait for the answer before it counts from when it was meant to be sent, not from when it could be.</summary>
    private static async Task<List<(int Status, long Ticks)>> PacedAsync(HttpConnection connection, Submission submission, long first, long interval, long end)
    {
        var answers = new List<(int, long)>(4096);
        for (var due = first; due < end; due += interval)
        {
            var from = due;
            if (Stopwatch.GetTimestamp() < due)
            {
                await Task.Delay(TimeSpan.FromSeconds((due - Stopwatch.GetTimestamp()) / (double)Stopwatch.Frequency) is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
                from = Stopwatch.GetTimestamp();
            }

            var status = await connection.SendAsync(submission.Next(NextKey()));
            answers.Add((status, Stopwatch.GetTimestamp() - from));
            if (status == 0)
                break;
        }

        return answers;
    }
}
