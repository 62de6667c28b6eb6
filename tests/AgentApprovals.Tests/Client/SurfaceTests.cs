using AgentApprovals.Client;
using PublicApiGenerator;
using Xunit;

namespace AgentApprovals.Tests.Client;

/// <summary>What the package promises, in a file: whatever changes it shows in that file's diff.</summary>
public sealed class SurfaceTests
{
    [Fact]
    public void Every_public_change_is_in_the_approved_surface()
    {
        var surface = typeof(AgentApprovalsClient).Assembly.GeneratePublicApi(new() { IncludeAssemblyAttributes = false, ExcludeAttributes = ["System.Runtime.CompilerServices.NullableContextAttribute"] })
            .ReplaceLineEndings("\n").TrimEnd() + "\n";
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "AgentApprovals.sln")))
            root = root.Parent ?? throw new InvalidOperationException("The repository's root was not found.");
        var file = Path.Combine(root.FullName, "tests", "AgentApprovals.Tests", "Client", "Surface.txt");
        if (Environment.GetEnvironmentVariable("AA_APPROVE") == "1")
            File.WriteAllText(file, surface);
        Assert.True(surface == File.ReadAllText(file).ReplaceLineEndings("\n"), "The public surface has changed. If that is meant: AA_APPROVE=1, run this test, and look at the diff of Surface.txt.");
    }

    [Fact]
    public void It_brings_nothing_of_the_console_along() => Assert.All(
        typeof(AgentApprovalsClient).Assembly.GetReferencedAssemblies().Select(a => a.Name!),
        name => Assert.True(name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) || name.StartsWith("Polly", StringComparison.Ordinal), name));
}
