using System.Diagnostics;
using AgentApprovals.Databases;

namespace AgentApprovals.Runner.Tests.Drivers;

/// <summary>The machine the tests run on: what they may be, and what they need installed.</summary>
public sealed class TestHost : IDisposable
{
    /// <summary>Nobody's number on a usual host.</summary>
    public const int OrdinaryUser = 61_009;

    private static readonly Lazy<TestHost> Shared = new(() => new());

    private static readonly Lazy<IReadOnlyList<(string User, string Mechanism)>> Offered = new(() =>
    {
        var offered = new List<(string, string)>();
        if (Here.IsRoot)
            offered.AddRange(AgentApprovals.Runner.Cages.Mechanisms.Names.Where(n => AgentApprovals.Runner.Cages.Mechanisms.Try(n).Works).Select(n => ("root", n)));
        string[] become = Here.IsRoot ? ["setpriv", "--reuid", $"{OrdinaryUser}", "--regid", $"{OrdinaryUser}", "--clear-groups", "--"] : [];
        var ordinary = Run("env", [.. become, "/bin/sh", "-c", "\"$0\" doctor || true", Here.Program]);
        if (ordinary.Contains("\npidNamespace   works", StringComparison.Ordinal))
        {
            offered.Add(("ordinary", "pidNamespace"));
            if (offered.Contains(("root", "cgroup")))
                offered.Add(("delegated", "cgroup"));
        }

        return offered;
    });

    private TestHost()
    {
        IsRoot = Environment.UserName == "root";
        DebianPackages.Fetch(() => File.Exists("/usr/bin/bwrap"), "bubblewrap");
        // Where an ordinary user can read it as well.
        Folder = Directory.CreateTempSubdirectory("agent-runner-tests-").FullName;
        File.SetUnixFileMode(Folder, (UnixFileMode)0b111_101_101);
        Run("/bin/sh", "-c", $"mkdir '{Folder}/bin' && cd '{AppContext.BaseDirectory}' && cp agent-runner* $(grep -oE '[A-Za-z0-9.-]+[.]dll' agent-runner.deps.json | sort -u | while read -r f; do [ -e \"$f\" ] && echo \"$f\"; done) '{Folder}/bin' && chmod -R a+rX '{Folder}/bin'");
        Program = Path.Combine(Folder, "bin/agent-runner");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
    }

    public static TestHost Here => Shared.Value;

    public bool IsRoot { get; }

    /// <summary>The program under test.</summary>
    public string Program { get; }

    public string Folder { get; }

    /// <summary>Which user with which mechanism: what this machine offers, as the runner's own trials find it.</summary>
    public static TheoryData<string, string> Cages()
    {
        var cages = new TheoryData<string, string>();
        foreach (var (user, mechanism) in Offered.Value)
            cages.Add(user, mechanism);
        return cages;
    }

    public static bool Offers(string user, string mechanism) => Offered.Value.Contains((user, mechanism));

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
}
