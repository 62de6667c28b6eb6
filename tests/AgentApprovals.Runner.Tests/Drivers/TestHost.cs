using System.Diagnostics;

namespace AgentApprovals.Runner.Tests.Drivers;

/// <summary>The machine the tests run on: what they may be, and what they need installed.</summary>
public sealed class TestHost : IDisposable
{
    /// <summary>Nobody's number on a usual host.</summary>
    public const int OrdinaryUser = 61_009;

    private static readonly Lazy<TestHost> Shared = new(() => new());

    private TestHost()
    {
        IsRoot = Environment.UserName == "root";
        Install();
        // Where an ordinary user can read it as well.
        Folder = Directory.CreateTempSubdirectory("agent-runner-tests-").FullName;
        File.SetUnixFileMode(Folder, (UnixFileMode)0b111_101_101);
        Run("/bin/sh", "-c", $"mkdir '{Folder}/bin' && cd '{AppContext.BaseDirectory}' && cp agent-runner* $(grep -oE '[A-Za-z0-9.-]+[.]dll' agent-runner.deps.json | sort -u | while read -r f; do [ -e \"$f\" ] && echo \"$f\"; done) '{Folder}/bin' && chmod -R a+rX '{Folder}/bin'");
        Runner = Path.Combine(Folder, "bin/agent-runner");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
    }

    public static TestHost Here => Shared.Value;

    public bool IsRoot { get; }

    /// <summary>The program under test.</summary>
    public string Runner { get; }

    public string Folder { get; }

    /// <summary>Which user with which mechanism: what this machine offers, tried by the runner's own doctor.</summary>
    public static TheoryData<string, string> Cages()
    {
        var cages = new TheoryData<string, string>();
        if (Here.IsRoot)
            foreach (var mechanism in new[] { "cgroup", "pidNamespace", "user" })
                cages.Add("root", mechanism);
        cages.Add("ordinary", "pidNamespace");
        if (Here.IsRoot)
            cages.Add("delegated", "cgroup");
        return cages;
    }

    public void Dispose()
    {
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    public static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.Result : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {errors.Result}");
    }

    // Assemblies run in parallel, and apt-get takes one caller at a time.
    private void Install()
    {
        if (!IsRoot || File.Exists("/usr/bin/bwrap"))
            return;
        Run("/bin/sh", "-c", "flock /tmp/agent-approvals-apt.lock sh -c 'command -v bwrap || { apt-get update && apt-get install -y --no-install-recommends bubblewrap; }'");
    }
}
