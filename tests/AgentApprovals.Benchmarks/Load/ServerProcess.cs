using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AgentApprovals.Benchmarks.Load;

/// <summary>A server in a process of its own, on a port of this machine that was free.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, int port, TimeSpan readyAfter) => (_process, Port, ReadyAfter) = (process, port, readyAfter);

    public int Port { get; }

    /// <summary>From the start of the process to its first good answer of <c>/health/ready</c>.</summary>
    public TimeSpan ReadyAfter { get; }

    public int Id => _process.Id;

    /// <summary>Processor time that it has used: what a machine busy with other work does not change much.</summary>
    public TimeSpan Work => _process.TotalProcessorTime;

    /// <summary>Resident memory in bytes.</summary>
    public long Memory => File.ReadLines($"/proc/{Id}/status").Where(l => l.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Select(l => long.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024).Single();

    /// <summary>Starts <paramref name="assembly"/> and waits until it is ready.</summary>
    public static async Task<ServerProcess> StartAsync(string assembly, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var port = FreePort();
        var start = new ProcessStartInfo("dotnet", [assembly, .. arguments]) { RedirectStandardOutput = true, WorkingDirectory = Path.GetDirectoryName(assembly) };
        start.Environment["Urls"] = $"http://127.0.0.1:{port}";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        var clock = Stopwatch.GetTimestamp();
        var process = Process.Start(start)!;
        var output = new List<string>();
        process.OutputDataReceived += (_, line) =>
        {
            lock (output)
                output.Add(line.Data ?? "");
        };
        process.BeginOutputReadLine();
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        while (!await IsReadyAsync(http, port))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(clock) > TimeSpan.FromSeconds(60))
                throw new InvalidOperationException($"{Path.GetFileName(assembly)} did not become ready:\n{string.Join('\n', output)}");
            await Task.Delay(5);
        }

        return new(process, port, Stopwatch.GetElapsedTime(clock));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, int port)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/health/ready"));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
