using System.Diagnostics;
using AgentApprovals.Benchmarks.Load;
using static System.Console;

namespace AgentApprovals.Benchmarks;

/// <summary>Row 10: from the start of the published server's process, on a database that is there, to its first good answer of readiness.</summary>
internal sealed class Start(int times)
{
    public async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("agent-approvals-benchmark-").FullName;
        var published = Path.Combine(folder, "published");
        using (var publish = Process.Start(new ProcessStartInfo("dotnet", ["publish", "-c", "Release", "-v", "q", "--nologo", "-o", published, Root("src/AgentApprovals")]))!)
        {
            await publish.WaitForExitAsync();
            if (publish.ExitCode != 0)
                throw new InvalidOperationException("It could not be published.");
        }

        var all = new List<double>();
        var work = new List<double>();
        for (var i = 0; i <= times; i++)
        {
            await using var product = await Product.StartAsync(folder, Path.Combine(published, "AgentApprovals.dll"));
            product.KeepFolder = true;
            // The first start makes the database.
            if (i > 0)
                all.Add(product.Process.ReadyAfter.TotalSeconds);
            work.Add(product.Process.Work.TotalSeconds);
        }

        all.Sort();
        WriteLine($"10. Start to ready, published, {times} times: median {all[all.Count / 2]:0.00} s, worst {all[^1]:0.00} s, {work.Min():0.00} s of processor time ({(all[all.Count / 2] <= 2 ? "holds" : "MISSED")}: ≤ 2)");
        Directory.Delete(folder, recursive: true);
    }

    private static string Root(string path)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        while (here is not null && !File.Exists(Path.Combine(here.FullName, "AgentApprovals.sln")))
            here = here.Parent;
        return Path.Combine(here?.FullName ?? throw new InvalidOperationException("This is not in the repository."), path);
    }
}
