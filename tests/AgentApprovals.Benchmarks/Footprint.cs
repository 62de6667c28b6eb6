using AgentApprovals.Benchmarks.Load;
using static System.Console;

namespace AgentApprovals.Benchmarks;

/// <summary>Row 9: memory after a while, memory of what waits, and the speed of submissions while much waits.</summary>
internal sealed class Footprint(int waiting, TimeSpan settle, TimeSpan each)
{
    public async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("agent-approvals-benchmark-").FullName;
        long few;
        double fast;
        double slow;
        IReadOnlyList<string> tokens;
        await using (var product = await (await Product.StartAsync(folder)).SetSceneAsync())
        {
            product.KeepFolder = true;
            tokens = product.Tokens;
            await Task.Delay(settle);
            var idle = product.Process.Memory / 1e6;
            WriteLine($"9. {settle.TotalSeconds:0} s after ready: {idle:0} MB ({(idle <= 200 ? "holds" : "MISSED")}: ≤ 200)");
            await HttpLoad.RunAsync(product.Port, tokens, 64, each);
            fast = (await HttpLoad.RunAsync(product.Port, tokens, 64, each)).Require().PerSecond;
        }

        // Compared are two fresh processes after the same little work: one that knows of few, one that knows of many.
        few = await AfterRestartAsync(folder, tokens);
        var filled = 0L;
        await using (var product = await Product.StartAsync(folder))
        {
            product.KeepFolder = true;
            while (filled < waiting)
                filled += (await HttpLoad.RunAsync(product.Port, tokens, 64, TimeSpan.FromSeconds(2))).Require().Expected;
            slow = (await HttpLoad.RunAsync(product.Port, tokens, 64, each)).Require().PerSecond;
        }

        var each1 = (await AfterRestartAsync(folder, tokens) - few) / (double)filled;
        WriteLine($"9. {filled} more waiting actions: {each1:0} bytes each ({(each1 <= 512 ? "holds" : "MISSED")}: ≤ 512); submissions {slow / fast:0.00} × those at few ({(slow >= 0.9 * fast ? "holds" : "MISSED")}: ≥ 0.90)");
        Directory.Delete(folder, recursive: true);
    }

    private async Task<long> AfterRestartAsync(string folder, IReadOnlyList<string> tokens)
    {
        await using var product = await Product.StartAsync(folder);
        product.KeepFolder = true;
        await HttpLoad.RunAsync(product.Port, tokens, 64, TimeSpan.FromSeconds(1));
        await Task.Delay(settle);
        return product.Process.Memory;
    }
}
