using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Nodes;

/// <summary>The built console as a process of its own, beside others on the same database.</summary>
public sealed partial class Node : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string? _admin;
    private bool _isFrozen;
    private bool _isGone;

    private Node(ProcessStartInfo start, string? admin)
    {
        _admin = admin;
        _process = Process.Start(start) ?? throw new InvalidOperationException("It did not start.");
        Name = $"{Environment.MachineName}:{_process.Id}";
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>How receipts name it.</summary>
    public string Name { get; }

    public string Printed => string.Join('\n', _lines);

    public Person Admin => As(_admin);

    public Uri Address => _address.Task.Result;

    public bool HasExited => _isGone || _process.HasExited;

    /// <param name="clock">Its wall clock; null: the machine's.</param>
    public static async Task<Node> StartAsync(Dictionary<string, string> settings, FakeClock? clock = null, bool waits = true)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var start = new ProcessStartInfo(Program()) { WorkingDirectory = Path.GetTempPath(), RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in settings.Concat(clock?.Environment ?? new Dictionary<string, string>()))
            start.Environment[key] = value;
        var node = new Node(start, settings["Setup__AdminToken"]);
        if (waits)
            await node.ReadyAsync();
        return node;
    }

    public Person As(string? token)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(Address, "/api/v1/"), Timeout = TimeSpan.FromSeconds(30) };
        if (token is not null)
            http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return new(http);
    }

    /// <summary>The same caller, at this node.</summary>
    public Person As(Run run) => As(run.Agent.Client.DefaultRequestHeaders.Authorization!.Parameter);

    /// <summary>SIGKILL: nothing is flushed, nobody is told.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM: it ends as in a rolling restart.</summary>
    public async Task EndAsync()
    {
        Signal("TERM");
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGSTOP: it stands where it is, and nobody is told.</summary>
    public void Freeze()
    {
        _isFrozen = true;
        Signal("STOP");
    }

    public void Thaw()
    {
        if (!_isFrozen)
            return;
        _isFrozen = false;
        Signal("CONT");
    }

    public async ValueTask DisposeAsync()
    {
        if (_isGone)
            return;
        Thaw();
        await KillAsync();
        _isGone = true;
        _process.Dispose();
    }

    public async Task ReadyAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var ended = _process.WaitForExitAsync(patience.Token);
        Assert.True(await Task.WhenAny(_address.Task, ended) == _address.Task, $"It did not serve:\n{Printed}");
        var http = As((string?)null).Client;
        while (!(await http.GetAsync("/health/ready", patience.Token)).IsSuccessStatusCode)
            await Task.Delay(25, patience.Token);
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    private void Hear(string? line)
    {
        if (line is null)
            return;
        _lines.Enqueue(line);
        if (Listening().Match(line) is { Success: true } match)
            _address.TrySetResult(new(match.Groups[1].Value));
    }

    /// <summary>As it was built together with these tests.</summary>
    private static string Program()
    {
        var bin = new DirectoryInfo(AppContext.BaseDirectory);
        var root = bin;
        while (!File.Exists(Path.Combine(root.FullName, "AgentApprovals.sln")))
            root = root.Parent ?? throw new InvalidOperationException("The repository's root was not found.");
        return Path.Combine(root.FullName, "src", "AgentApprovals", "bin", bin.Parent!.Name, bin.Name, "AgentApprovals");
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Listening();
}
