using System.Diagnostics;

namespace AgentApprovals.Demo;

/// <summary>A simulated agent as a process of its own, or its runner's with the agent in it: what it says, until it ends.</summary>
internal sealed class DemoProcess : IDisposable
{
    // What a .NET program needs to start; the console's own settings are not the agent's business.
    private static readonly string[] Inherited = ["PATH", "HOME", "TMPDIR", "TEMP", "DOTNET_ROOT", "SystemRoot"];

    private readonly Process _process;

    private DemoProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <param name="runner">Its runner's program; null: the agent opens its session itself.</param>
    /// <param name="found">What lies about in its environment.</param>
    public static DemoProcess Start(Incident incident, string address, string key, string? runner, IReadOnlyDictionary<string, string> found, Action<string> said, Action ended)
    {
        var app = typeof(DemoProcess).Assembly;
        // The app's own executable, or, under dotnet and in tests, the assembly by way of dotnet.
        var isOwn = Path.GetFileName(Environment.ProcessPath) is var name && (name == app.GetName().Name || name == $"{app.GetName().Name}.exe");
        string[] agent = [.. isOwn ? [Environment.ProcessPath!] : new[] { "dotnet", app.Location }, "demo-agent", address, incident.Agent];
        // The key comes through a pipe: it lies in no file and in no environment that the agent could read.
        string[] words = runner is null ? agent
            : [runner, "run", "--console", address, "--key-file", "/dev/stdin", "--on-behalf-of", incident.OnBehalfOf, "--purpose", incident.Purpose, "--", .. agent];
        var start = new ProcessStartInfo(words[0], words[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = runner is not null, RedirectStandardError = runner is not null };
        start.Environment.Clear();
        foreach (var needed in Inherited.Where(n => Environment.GetEnvironmentVariable(n) is not null))
            start.Environment[needed] = Environment.GetEnvironmentVariable(needed);
        foreach (var (variable, value) in found)
            start.Environment[variable] = value;
        if (runner is null)
            start.Environment["AGENT_KEY"] = key;

        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.Exited += (_, _) => ended();
        process.Start();
        process.BeginOutputReadLine();
        if (runner is not null)
        {
            process.BeginErrorReadLine();
            process.StandardInput.WriteLine(key);
            process.StandardInput.Close();
        }

        return new(process);

        void Hear(string? line)
        {
            if (line is not null)
                said(line);
        }
    }

    /// <summary>A runner that is killed takes its agent with it.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
