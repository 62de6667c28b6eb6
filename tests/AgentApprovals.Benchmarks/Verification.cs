using System.Diagnostics;
using AgentApprovals.Benchmarks.Load;
using static System.Console;

namespace AgentApprovals.Benchmarks;

/// <summary>Row 12: how long it takes to check the hash chain.</summary>
internal sealed class Verification(int entries)
{
    public async Task RunAsync()
    {
        await using var product = await (await Product.StartAsync()).SetSceneAsync();
        for (var made = 0L; made < entries;)
            made += (await HttpLoad.RunAsync(product.Port, product.Tokens, 256, TimeSpan.FromSeconds(2))).Require().Expected;
        using var admin = product.Admin();
        var before = product.Process.Memory;
        var start = Stopwatch.GetTimestamp();
        var report = await Product.SendAsync(admin, HttpMethod.Get, "ledger/verify");
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var count = (long)report["entries"]!;
        if (!(bool)report["valid"]!)
            throw new InvalidOperationException($"The chain does not hold: {report}");
        var million = seconds * 1_000_000 / count;
        WriteLine($"12. {count} entries verified in {seconds:0.0} s: a million in {million:0.0} s ({(million <= 20 ? "holds" : "MISSED")}: ≤ 20), {(product.Process.Memory - before) / 1e6:+0;-0} MB of memory");
    }
}
