using System.Diagnostics;
using System.Text.RegularExpressions;
using AgentApprovals.Tests.Drivers;

namespace AgentApprovals.Runner.Tests.Drivers;

/// <summary>An agent under a real runner process, as one user and in one mechanism.</summary>
public sealed partial class Supervised : IDisposable
{
    public const string Key = "aak_the-key-that-the-child-must-not-find";

    private readonly Process process;
    private readonly string? group;
    private readonly System.Text.StringBuilder errors = new();
    private readonly Task<string> output;

    private Supervised(Process process, string folder, string? group)
    {
        this.process = process;
        Folder = folder;
        this.group = group;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (errors)
                errors.AppendLine(line.Data);
        };
        process.Start();
        process.BeginErrorReadLine();
        output = process.StandardOutput.ReadToEndAsync();
    }

    public Marked Agent { get; private init; } = new();

    /// <summary>The child's working directory, open to everybody.</summary>
    public string Folder { get; }

    public string State { get; private init; } = "";

    /// <summary>The runner's own pid.</summary>
    public int Pid => process.Id;

    public string Errors
    {
        get
        {
            lock (errors)
                return errors.ToString();
        }
    }

    /// <summary>Starts the runner, with a shell script as its agent.</summary>
    /// <param name="user"><c>root</c>; <c>ordinary</c>: nobody's uid; <c>delegated</c>: the same, with a control group of its own.</param>
    /// <param name="state">Where the runner keeps its records; null: in a folder of this run's own.</param>
    /// <param name="more">Options of the runner's.</param>
    /// <param name="prepare">What the folder needs besides.</param>
    /// <param name="keyByPipe">The key comes from a descriptor that the runner inherits, as by a shell's <c>&lt;(…)</c>.</param>
    public static Supervised Start(FakeConsole console, string user, string? mechanism, string script, string[]? more = null, string? state = null, Action<string>? prepare = null, bool keyByPipe = false) =>
        Start(console.Url, Key, user, mechanism, script, more, state, prepare, keyByPipe);

    public static Supervised Start(string console, string key, string user, string? mechanism, string script, string[]? more = null, string? state = null, Action<string>? prepare = null, bool keyByPipe = false)
    {
        var agent = new Marked();
        var folder = Directory.CreateDirectory(Path.Combine(TestHost.Here.Folder, Path.GetRandomFileName())).FullName;
        File.WriteAllText(Path.Combine(folder, "key"), key + "\n");
        File.WriteAllText(Path.Combine(folder, "agent.sh"), $"exec env AA_MARK={agent.Mark} sh '{folder}/body.sh'\n");
        File.WriteAllText(Path.Combine(folder, "body.sh"), script.ReplaceLineEndings("\n"));
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
        File.SetUnixFileMode(Path.Combine(folder, "key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);

        prepare?.Invoke(folder);

        string? group = null;
        string[] become = [];
        if (TestHost.Here.IsRoot && user != "root")
        {
            var id = TestHost.OrdinaryUser.ToString(System.Globalization.CultureInfo.InvariantCulture);
            TestHost.Run("chown", id, Path.Combine(folder, "key"));
            become = ["setpriv", "--reuid", id, "--regid", id, "--clear-groups", "--"];
            if (user == "delegated")
            {
                group = Delegate(id, "delegated-" + Path.GetFileName(folder));
                become = ["sh", "-c", """echo $$ > "$0/cgroup.procs"; exec "$@" """, group, .. become];
            }
        }

        if (keyByPipe)
            become = ["sh", "-c", $"cat '{folder}/key' | {{ exec 7<&0 \"$@\"; }}", "sh", .. become];
        string[] words = [.. become, TestHost.Here.Program, "run", "--console", console, "--key-file", keyByPipe ? "/dev/fd/7" : Path.Combine(folder, "key"), "--on-behalf-of", "dana@example.com",
            .. mechanism is null ? Array.Empty<string>() : ["--mechanism", mechanism], .. more ?? [], "--", "sh", Path.Combine(folder, "agent.sh")];
        // A group of its own, as a shell gives each job. What started the tests may ignore interrupts, and then no shell could trap them.
        var info = new ProcessStartInfo("env", ["--default-signal=INT", "setsid", .. words]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        state ??= Path.Combine(folder, "state");
        info.Environment["XDG_STATE_HOME"] = state;
        info.Environment["HOME"] = folder;
        return new(new() { StartInfo = info }, folder, group) { Agent = agent, State = state };
    }

    /// <summary>The agent wrote this file in its working directory.</summary>
    public Task WaitForFileAsync(string name = "ready", double seconds = 20) => Eventually.IsAsync(() =>
    {
        Assert.False(process.HasExited, $"the runner ended: {Errors}");
        return Task.FromResult(File.Exists(Path.Combine(Folder, name)));
    }, seconds);

    /// <summary>The session that the runner opened for it.</summary>
    public async Task<string> SessionAsync()
    {
        var said = Match.Empty;
        await Eventually.IsAsync(() => Task.FromResult((said = Opened().Match(Errors)).Success));
        return said.Groups[1].Value;
    }

    public string Read(string name) => File.ReadAllText(Path.Combine(Folder, name));

    /// <summary>The runner's own end, and all that it said; what lives on may still hold its streams, so their end is not waited for for long.</summary>
    public async Task<int> ExitAsync(double seconds = 20)
    {
        await Eventually.IsAsync(() => Task.FromResult(process.HasExited), seconds);
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await Task.WhenAny(process.WaitForExitAsync(enough.Token));
        return process.ExitCode;
    }

    public async Task SayAsync(string line)
    {
        await process.StandardInput.WriteLineAsync(line);
        process.StandardInput.Close();
    }

    public Task<string> OutputAsync() => output;

    public void Signal(string name) => Marked.Kill(process.Id, name);

    /// <summary>As a terminal does on Ctrl-C.</summary>
    public void SignalGroup(string name) => TestHost.Run("/bin/sh", "-c", $"kill -{name} -{process.Id}");

    public void Dispose()
    {
        TestContext.Current.TestOutputHelper?.WriteLine(Errors);
        if (!process.HasExited)
            process.Kill();
        Agent.Dispose();
        Agent.Dispose();
        process.Dispose();
        if (group is not null)
            TestHost.Run("/bin/sh", "-c", $"i=0; while [ $i -lt 50 ]; do i=$((i + 1)); rmdir '{group}'/*/ '{group}' 2>/dev/null; [ -e '{group}' ] || exit 0; sleep 0.2; done");
        Directory.Delete(Folder, recursive: true);
    }

    [GeneratedRegex("session ([0-9a-f-]{36}), held by")]
    private static partial Regex Opened();

    // What an administrator does for a user: a group whose files are the user's, with the user's process in it.
    private static string Delegate(string id, string name)
    {
        var path = Path.Combine(Cages.CgroupPlace.Current()[0], name);
        Directory.CreateDirectory(path);
        foreach (var file in new[] { "", "/cgroup.procs", "/cgroup.subtree_control", "/cgroup.threads" })
            TestHost.Run("chown", id, path + file);
        return path;
    }
}
