using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Hosting;

/// <summary>The console as it is published, made once for all tests that start it as a process of its own.</summary>
public sealed class PublishedConsole : IAsyncLifetime
{
    private static readonly Lazy<Task<string>> Published = new(PublishAsync);

    private string Program { get; set; } = "";

    public async ValueTask InitializeAsync() => Program = await Published.Value;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task<string> PublishAsync()
    {
        var folder = Directory.CreateTempSubdirectory("agent-approvals-published-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        // What was built for these tests, published without building again: compiling ahead would need a restore of its own.
        var bin = new DirectoryInfo(AppContext.BaseDirectory);
        var root = bin;
        while (!File.Exists(Path.Combine(root.FullName, "AgentApprovals.sln")))
            root = root.Parent ?? throw new InvalidOperationException("The repository's root was not found.");
        var publish = await RunAsync("dotnet", root.FullName,
            ["publish", "src/AgentApprovals", "--no-build", "-c", bin.Parent!.Name, "-o", folder, "-v", "q", "--nologo", "-p:PublishReadyToRun=false"], []);
        Assert.True(publish.ExitCode == 0, publish.Output);
        return Path.Combine(folder, OperatingSystem.IsWindows() ? "AgentApprovals.exe" : "AgentApprovals");
    }

    /// <summary>Runs it to its end, from a folder that is not its own.</summary>
    public Task<(int ExitCode, string Output)> RunAsync(IReadOnlyList<string> arguments, Dictionary<string, string> settings) =>
        RunAsync(Program, Path.GetTempPath(), arguments, settings);

    /// <summary>Starts it, and waits until it is ready.</summary>
    public async Task<ServingConsole> ServeAsync(Dictionary<string, string> settings)
    {
        var serving = new ServingConsole(Start(Program, Path.GetTempPath(), [], settings));
        try
        {
            await serving.ReadyAsync();
            return serving;
        }
        catch
        {
            // One that never came to serve is not left running.
            await serving.DisposeAsync();
            throw;
        }
    }

    /// <summary>Settings for a database in a folder, with the tests' administrator, on a port of the machine's choice.</summary>
    public static Dictionary<string, string> Settings(string folder) => new()
    {
        ["Database__ConnectionString"] = $"Data Source={Path.Combine(folder, "ledger.db")}",
        ["Setup__AdminEmail"] = TestConsole.AdminEmail,
        ["Setup__AdminToken"] = TestConsole.AdminToken,
        ["Policy__MinimumWindowSeconds"] = "0",
        ["Urls"] = "http://127.0.0.1:0",
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
    };

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, string folder, IReadOnlyList<string> arguments, Dictionary<string, string> settings)
    {
        using var process = Start(program, folder, arguments, settings);
        var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, string.Join('\n', await output));
    }

    private static Process Start(string program, string folder, IReadOnlyList<string> arguments, Dictionary<string, string> settings)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (key, value) in settings)
            start.Environment[key] = value;
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }
}

/// <summary>A published console that serves, and what it has printed.</summary>
public sealed partial class ServingConsole : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal ServingConsole(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Printed => string.Join('\n', _lines);

    public Person Admin => As(TestConsole.AdminToken);

    public Person As(string? token)
    {
        var http = new HttpClient { BaseAddress = new Uri(_address.Task.Result, "/api/v1/") };
        if (token is not null)
            http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return new(http);
    }

    /// <summary>SIGKILL: nothing is flushed, nobody is told.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    internal async Task ReadyAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var ended = _process.WaitForExitAsync(patience.Token);
        Assert.True(await Task.WhenAny(_address.Task, ended) == _address.Task, $"It did not serve:\n{Printed}");
        var http = As(null).Client;
        while (!(await http.GetAsync("/health/ready", patience.Token)).IsSuccessStatusCode)
            await Task.Delay(25, patience.Token);
    }

    private void Hear(string? line)
    {
        if (line is null)
            return;
        _lines.Enqueue(line);
        if (Listening().Match(line) is { Success: true } match)
            _address.TrySetResult(new(match.Groups[1].Value));
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Listening();
}
