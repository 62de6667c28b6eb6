using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace AgentApprovals.Tests.Mcp;

/// <summary>The npm package <c>@modelcontextprotocol/sdk</c>, fetched once into a folder of its own.</summary>
public sealed class NodeClient : IAsyncLifetime
{
    private const string Package = "@modelcontextprotocol/sdk@1.32.2";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agent-approvals-npm-");

    /// <summary>Why it is not there; null where it is.</summary>
    public string? Missing { get; private set; }

    public async ValueTask InitializeAsync()
    {
        foreach (var script in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Mcp"), "*.mjs"))
            File.Copy(script, Path.Combine(_folder.FullName, Path.GetFileName(script)));
        try
        {
            using var npm = Start("npm", "install", "--no-audit", "--no-fund", "--silent", Package);
            var said = await npm.StandardError.ReadToEndAsync();
            await npm.WaitForExitAsync();
            Missing = npm.ExitCode == 0 ? null : $"npm could not fetch {Package}: {said}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Missing = "There is no npm on this machine.";
        }
    }

    /// <summary>Starts the client: it asks for one action, waits for people, and prints what it saw.</summary>
    public Process Run(Uri mcp, string token, string? onBehalfOf = null) => Start("node", ["client.mjs", mcp.ToString(), token, .. onBehalfOf is null ? Array.Empty<string>() : [onBehalfOf]]);

    /// <summary>Starts the client that calls another server's tool through the gateway: once, again when it is told to on its standard input, and a third time.</summary>
    public Process RunThrough(Uri mcp, string token) => Start("node", "through.mjs", mcp.ToString(), token);

    /// <summary>What a client printed by its end.</summary>
    public static async Task<JsonNode> SawAsync(Process client)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        try
        {
            var (said, complained) = (client.StandardOutput.ReadToEndAsync(limit.Token), client.StandardError.ReadToEndAsync(limit.Token));
            await client.WaitForExitAsync(limit.Token);
            Assert.True(client.ExitCode == 0, await complained);
            return JsonNode.Parse(await said)!;
        }
        catch (OperationCanceledException)
        {
            client.Kill();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private Process Start(string command, params string[] arguments) => Process.Start(new ProcessStartInfo(command, arguments)
    {
        WorkingDirectory = _folder.FullName,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
